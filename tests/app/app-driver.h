/* SPDX-License-Identifier: GPL-3.0-or-later */

#pragma once

#include <gio/gio.h>

G_BEGIN_DECLS

/* The program itself, running, and what a screen reader sees of it. */
typedef struct _AppDriver AppDriver;

AppDriver *app_driver_start       (const char *program,
                                   const char *folder);
/* With a window of another width than the usual one. */
AppDriver *app_driver_start_wide  (const char *program,
                                   const char *folder,
                                   int         width);
void       app_driver_quit        (AppDriver  *self);
int        app_driver_wait_exit   (AppDriver  *self);

/* Names are patterns with "*"; each waits until there is such a thing. */
void       app_driver_expect      (AppDriver  *self,
                                   const char *role,
                                   const char *name);
void       app_driver_expect_none (AppDriver  *self,
                                   const char *role,
                                   const char *name);
void       app_driver_expect_row  (AppDriver  *self,
                                   const char *name,
                                   const char *detail);
void       app_driver_press       (AppDriver  *self,
                                   const char *role,
                                   const char *name);
void       app_driver_expect_described (AppDriver  *self,
                                   const char *role,
                                   const char *name,
                                   const char *detail);
void       app_driver_type        (AppDriver  *self,
                                   const char *name,
                                   const char *text);
void       app_driver_select      (AppDriver  *self,
                                   const char *role,
                                   const char *name);
/* The same of a part of something. */
void       app_driver_act_on       (AppDriver  *self,
                                   const char *role,
                                   const char *name,
                                   const char *action);
/* One row comes somewhere before another. */
void       app_driver_expect_order (AppDriver  *self,
                                   const char *first,
                                   const char *second);
/* What a key of the window does, by the name of the action. */
void       app_driver_act         (AppDriver  *self,
                                   const char *action);

G_END_DECLS
