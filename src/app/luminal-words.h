/* SPDX-License-Identifier: GPL-3.0-or-later */

#pragma once

#include <luminal.h>

G_BEGIN_DECLS

/* Folders and events, as people are told of them. */
char *luminal_words_folder_path (GFile        *folder);
char *luminal_words_folder_name (GFile        *folder);
char *luminal_words_event       (LuminalEvent *event);

/* Times, in microseconds since the epoch, and how long something takes already. */
char *luminal_words_time        (gint64        microseconds);
char *luminal_words_date        (gint64        microseconds);
char *luminal_words_uptime      (gint64        seconds,
                                 guint        *next);

G_END_DECLS
