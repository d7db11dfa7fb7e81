/* SPDX-License-Identifier: LGPL-2.1-or-later */

#pragma once

#include <glib.h>

G_BEGIN_DECLS

/* Removes a file, or a folder with all that is in it; links are not followed. */
void luminal_remove_tree (const char *path);

G_END_DECLS
