/* SPDX-License-Identifier: GPL-3.0-or-later */

#pragma once

#include "world.h"

G_BEGIN_DECLS

/* The files of a world. Each has one of two names at a time. */
char  *disk_path   (World      *world,
                    guint       file);
GFile *disk_file   (World      *world,
                    guint       file);
void   disk_write  (World      *world,
                    const Step *step);
/* Deleted, moved out, or kept under a name that no module has. */
void   disk_remove (World      *world,
                    const Step *step);
void   disk_rename (World      *world,
                    guint       file);

G_END_DECLS
