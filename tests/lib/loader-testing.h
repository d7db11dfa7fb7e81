/* SPDX-License-Identifier: GPL-3.0-or-later */

#pragma once

#include <luminal.h>

#include "isolation-testing.h"
#include "process-testing.h"

G_BEGIN_DECLS

/* What a program holds of the system, and a loader has to give back. */
typedef struct
{
  guint descriptors;
  guint mappings;
  guint images; /* those mappings that are private copies of modules */
  guint threads;
  guint processes; /* that a test has brought about */
} Resources;

/* A loader, a folder for it, and what it told since it was last asked. */
typedef struct
{
  LuminalLoader *loader;
  char *folder;
  char *mark; /* of all processes */
  GPtrArray *events;
  GString *items_changed;
  Resources before;   /* there was a loader */
  Resources at_first; /* with a loader that has nothing loaded */
  guint images_that_stay; /* of modules that are meant to be pinned */
} LoaderTest;

LoaderTest     *loader_test_new            (gboolean            suppress_errors);
void            loader_test_free           (LoaderTest         *test);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (LoaderTest, loader_test_free)

GFile          *loader_test_file           (LoaderTest         *test,
                                            const char         *name);
GFile          *loader_test_put            (LoaderTest         *test,
                                            const char         *fixture,
                                            const char         *name);
void            loader_test_overwrite      (LoaderTest         *test,
                                            const char         *fixture,
                                            const char         *name);
void            loader_test_write          (LoaderTest         *test,
                                            const char         *name,
                                            const char         *contents,
                                            gssize              size);
void            loader_test_remove         (LoaderTest         *test,
                                            const char         *name);
char           *loader_test_checksum       (const char         *fixture);
GBytes         *loader_test_read_fixture   (const char         *fixture);

GPtrArray      *loader_test_load_as        (LoaderTest         *test,
                                            GFile              *file,
                                            GType               photon_base,
                                            const char *const  *other_classes,
                                            GError            **error);
GPtrArray      *loader_test_load           (LoaderTest         *test,
                                            GFile              *file,
                                            GError            **error);
LuminalHandler *loader_test_load_one       (LoaderTest         *test,
                                            const char         *fixture,
                                            const char         *name);
LuminalHandler *loader_test_run_one        (LoaderTest         *test,
                                            const char         *fixture,
                                            const char         *name);
GPtrArray      *loader_test_load_folder    (LoaderTest         *test,
                                            GFile              *folder,
                                            gboolean            recursive,
                                            GError            **error);
gboolean        loader_test_start          (LuminalHandler     *handler,
                                            GError            **error);
gboolean        loader_test_stop           (LuminalHandler     *handler,
                                            gboolean            force,
                                            GError            **error);
GPtrArray      *loader_test_reload         (LoaderTest         *test,
                                            gpointer            photon,
                                            LuminalReloadFlags  flags,
                                            GError            **error);
GPtrArray      *loader_test_reload_several (LoaderTest         *test,
                                            GError            **error,
                                            gpointer            first,
                                            ...) G_GNUC_NULL_TERMINATED;
GFile          *loader_test_unload         (LoaderTest         *test,
                                            gpointer            photon,
                                            gboolean            force,
                                            GError            **error);

void            loader_test_note_result    (GObject            *source_object,
                                            GAsyncResult       *result,
                                            gpointer            user_data);
GAsyncResult   *loader_test_wait           (GAsyncResult      **result);
void            loader_test_drain          (void);
void            loader_test_await_output   (LoaderTest         *test,
                                            const char         *text,
                                            guint               times);
void            loader_test_forget_events  (LoaderTest         *test);
void            loader_test_expect_events  (LoaderTest         *test,
                                            const char         *first,
                                            ...) G_GNUC_NULL_TERMINATED;
void            loader_test_expect_items   (LoaderTest         *test,
                                            const char         *changes);

/* With nothing on its way: workers for all modules, and one to spare. */
Resources       loader_test_settle         (LoaderTest         *test);
Resources       resources_now              (void);
/* Waits for other processes: to end, or to be there to spare. */
void            resources_assert           (const Resources    *expected);

void            assert_handler             (LuminalHandler     *handler,
                                            LuminalStatus       status,
                                            guint               generation,
                                            const char         *fixture);
void            assert_mentions            (const GError       *error,
                                            const char         *first,
                                            ...) G_GNUC_NULL_TERMINATED;
LuminalGeneration *last_attempt            (LuminalHandler     *handler);

G_END_DECLS
