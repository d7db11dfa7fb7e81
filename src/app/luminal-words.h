/* SPDX-License-Identifier: GPL-3.0-or-later */

#pragma once

#include <luminal.h>

G_BEGIN_DECLS

/* Folders and events, as people are told of them. */
char *luminal_words_folder_path (GFile        *folder);
char *luminal_words_folder_name (GFile        *folder);
char *luminal_words_event       (LuminalEvent *event);

G_END_DECLS
