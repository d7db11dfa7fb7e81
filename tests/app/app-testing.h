/* SPDX-License-Identifier: GPL-3.0-or-later */

#pragma once

#include <gio/gio.h>

G_BEGIN_DECLS

/* Folders of photons for the tests of the window. */

char     *app_testing_make_folder (void);
void      app_testing_put         (const char *folder,
                                   const char *fixture,
                                   const char *name);
void      app_testing_put_text    (const char *folder,
                                   const char *text,
                                   const char *name);
void      app_testing_remove      (const char *path);

typedef gboolean (*AppTestingCondition) (gpointer data);

gboolean  app_testing_wait        (AppTestingCondition condition,
                                   gpointer            data);

G_END_DECLS
