/* SPDX-License-Identifier: GPL-3.0-or-later */

#pragma once

#include <gio/gio.h>

G_BEGIN_DECLS

/* The roles of what is pressed, as they are called here: see get_role(). */
#define BUTTON "push button"
#define MENU_ITEM "menu item"
#define SWITCH "check box"
#define TAB "page tab"

/* Returns: the program that is to be driven, the only argument of a test */
const char *app_driver_init      (int    argc,
                                  char **argv);
int         app_driver_run_tests (void);

/* The program itself, running, and what a screen reader sees of it. */
typedef struct _AppDriver AppDriver;

/* What most tests need: a folder, and the program that is started with it. */
typedef struct
{
  char *folder;
  AppDriver *app;
} AppFixture;

void       app_fixture_set_up     (AppFixture    *fixture,
                                   gconstpointer  data);
void       app_fixture_tear_down  (AppFixture    *fixture,
                                   gconstpointer  data);

AppDriver *app_driver_start       (const char *program,
                                   const char *folder);
/* With a window of another width than the usual one. */
AppDriver *app_driver_start_wide  (const char *program,
                                   const char *folder,
                                   int         width);
/* With settings: the lines of a key file. */
AppDriver *app_driver_start_with_settings (const char *program,
                                   const char *folder,
                                   const char *settings);
/* @home: where it finds and leaves what is the person's, for more than one start; NULL: its own
 * @settings: what it finds there, or NULL
 * @variables: (nullable): names and values of the environment */
AppDriver *app_driver_start_with  (const char        *program,
                                   const char *const *arguments,
                                   const char        *home,
                                   const char        *settings,
                                   const char *const *variables);
/* From now on everything is about the window of that name. */
void       app_driver_enter_window (AppDriver  *self,
                                    const char *name);
void       app_driver_quit        (AppDriver  *self);
int        app_driver_wait_exit   (AppDriver  *self);

/* Names are patterns with "*"; each waits until there is such a thing. */
void       app_driver_expect      (AppDriver  *self,
                                   const char *role,
                                   const char *name);
void       app_driver_expect_none (AppDriver  *self,
                                   const char *role,
                                   const char *name);
/* There is none now; it is not waited for its going. */
void       app_driver_assert_none (AppDriver  *self,
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
/* Whether it is the window that is in use. */
void       app_driver_expect_active (AppDriver *self,
                                   gboolean    active);
/* What a key of the window does, by the name of the action. */
void       app_driver_act         (AppDriver  *self,
                                   const char *action);

G_END_DECLS
