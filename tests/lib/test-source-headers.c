/* SPDX-License-Identifier: GPL-3.0-or-later */

/* What a source is built from besides itself: when that changes, the photons that are
 * built from it are built anew, and no others. */

#include <glib/gstdio.h>
#include <string.h>

#include "source-testing.h"
#include "system-testing.h"

static void
write_user (SourceTest *test,
            const char *name,
            const char *header,
            guint       number)
{
  g_autofree char *text = source_text_of_header (header, number);

  source_write (test, name, text);
}

static void
write_header (SourceTest *test,
              const char *name,
              guint       content)
{
  g_autofree char *text = g_strdup_printf ("#define CONTENT %u\n", content);

  source_write (test, name, text);
}

static void
make_folder (SourceTest *test,
             const char *name)
{
  g_autofree char *path = watch_path (&test->watch, name);

  g_assert_no_errno (g_mkdir (path, 0700));
}

static void
test_changed (SourceTest   *test,
              gconstpointer data)
{
  write_header (test, "one.h", 1);
  write_header (test, "two.h", 2);
  source_write (test, "through.h", "#include \"one.h\"\n");
  write_user (test, "a.c", "one.h", 1);
  write_user (test, "b.c", "through.h", 2);
  write_user (test, "c.c", "two.h", 3);
  watch_begin (&test->watch, FALSE);
  source_await (test, 1, 1);
  source_await (test, 2, 1);
  source_await (test, 3, 2);
  source_forget_runs (test);
  watch_forget (&test->watch);

  write_header (test, "one.h", 5);
  source_await (test, 1, 5);
  source_await (test, 2, 5);
  g_assert_cmpuint (source_count_begun (test, "a.c"), ==, 1);
  g_assert_cmpuint (source_count_begun (test, "b.c"), ==, 1);
  g_assert_cmpuint (source_count_begun (test, "c.c"), ==, 0);
  g_assert_cmpuint (luminal_handler_get_generation (watch_handler (&test->watch, 3)), ==, 1);
  g_assert_cmpuint (watch_count (&test->watch, LUMINAL_EVENT_RELOADED, NULL), ==, 2);

  /* As it was: the cache has it. */
  source_forget_runs (test);
  write_header (test, "one.h", 1);
  source_await (test, 1, 1);
  source_await (test, 2, 1);
  g_assert_cmpuint (source_count_begun (test, NULL), ==, 0);

  /* Saved as it is: nothing to do. */
  watch_forget (&test->watch);
  write_header (test, "one.h", 1);
  source_await_event (test, LUMINAL_EVENT_SKIPPED, "a.c");
  source_await_event (test, LUMINAL_EVENT_SKIPPED, "b.c");
  g_assert_cmpuint (watch_count (&test->watch, LUMINAL_EVENT_RELOADED, NULL), ==, 0);
  g_assert_cmpuint (source_count_begun (test, NULL), ==, 0);
}

/* As editors replace files; and in a folder that nobody else watches. */
static void
test_replaced (SourceTest   *test,
               gconstpointer data)
{
  g_autofree char *header = watch_outside (&test->watch, "one.h");
  g_autofree char *backup = watch_outside (&test->watch, "one.h~");
  g_autoptr (GBytes) first = g_bytes_new_static ("#define CONTENT 1\n", 18);
  g_autoptr (GBytes) second = g_bytes_new_static ("#define CONTENT 2\n", 18);
  g_autoptr (GBytes) third = g_bytes_new_static ("#define CONTENT 3\n", 18);

  watch_write (header, first);
  write_user (test, "a.c", "../outside/one.h", 1);
  watch_begin (&test->watch, FALSE);
  source_await (test, 1, 1);
  watch_replace (&test->watch, header, second);
  source_await (test, 1, 2);
  g_assert_no_errno (g_rename (header, backup));
  watch_write (header, third);
  source_await (test, 1, 3);
  g_assert_no_errno (g_unlink (header));
  watch_barrier (&test->watch);
  g_assert_true (watch_says (&test->watch, 1, 3));
  watch_write (header, second);
  source_await (test, 1, 2);
  g_assert_cmpuint (watch_count (&test->watch, LUMINAL_EVENT_FAILED, NULL), ==, 0);
}

/* The compiler has read the old one already, or half of both. */
static void
test_changed_during_build (SourceTest   *test,
                           gconstpointer data)
{
  write_header (test, "one.h", 1);
  write_user (test, "a.c", "one.h", 1);

  /* The first build: nobody knows yet what is included. */
  source_hold (test);
  watch_begin_async (&test->watch, NULL, &test->begun);
  source_await_begun (test, "a.c", 1);
  write_header (test, "one.h", 2);
  source_let_go (test);
  source_await (test, 1, 2);

  /* A later one: it is known, and the build is begun anew. */
  source_hold (test);
  source_forget_runs (test);
  write_header (test, "one.h", 3);
  source_await_begun (test, "a.c", 1);
  write_header (test, "one.h", 4);
  source_await_begun (test, "a.c", 2);
  source_let_go (test);
  source_await (test, 1, 4);
  g_assert_cmpuint (source_count_ended (test, "a.c"), ==, 1);

  /* By another photon it is followed already when this one is built for the first time. */
  source_hold (test);
  source_forget_runs (test);
  write_user (test, "b.c", "one.h", 2);
  source_await_begun (test, "b.c", 1);
  write_header (test, "one.h", 5);
  source_await_begun (test, "a.c", 1);
  source_let_go (test);
  source_await (test, 1, 5);
  source_await (test, 2, 5);
  watch_barrier (&test->watch);
  g_assert_true (watch_says (&test->watch, 2, 5));
}

static void
test_missing (SourceTest   *test,
              gconstpointer data)
{
  LuminalEvent *event;

  write_user (test, "a.c", "one.h", 1);
  watch_begin (&test->watch, FALSE);
  event = source_await_event (test, LUMINAL_EVENT_FAILED, "a.c");
  g_assert_error (luminal_event_get_error (event), LUMINAL_ERROR, LUMINAL_ERROR_BUILD_FAILED);
  g_assert_nonnull (strstr (luminal_event_get_error (event)->message, "one.h"));
  write_header (test, "one.h", 1);
  source_await (test, 1, 1);

  /* In a folder that is missing, too. */
  write_user (test, "b.c", "later/deep/one.h", 2);
  source_await_event (test, LUMINAL_EVENT_FAILED, "b.c");
  make_folder (test, "later");
  make_folder (test, "later/deep");
  write_header (test, "later/deep/one.h", 7);
  source_await (test, 2, 7);
}

/* The folder goes, and comes back with other content, as when branches change. */
static void
test_folder_replaced (SourceTest   *test,
                      gconstpointer data)
{
  g_autofree char *folder = watch_path (&test->watch, "lib");
  g_autofree char *other = watch_path (&test->watch, "other");
  g_autofree char *old = watch_path (&test->watch, "old");

  make_folder (test, "lib");
  write_header (test, "lib/one.h", 1);
  write_user (test, "a.c", "lib/one.h", 1);
  watch_begin (&test->watch, FALSE);
  source_await (test, 1, 1);

  system_remove_tree (folder);
  make_folder (test, "lib");
  write_header (test, "lib/one.h", 2);
  source_await (test, 1, 2);

  system_remove_tree (folder);
  watch_barrier (&test->watch);
  make_folder (test, "lib");
  write_header (test, "lib/one.h", 3);
  source_await (test, 1, 3);

  /* By another one that was made beside it. */
  make_folder (test, "other");
  write_header (test, "other/one.h", 4);
  watch_run ("mv", folder, old, NULL);
  watch_run ("mv", other, folder, NULL);
  source_await (test, 1, 4);
}

/* What a package of several sources is made of. */
static void
test_parts (SourceTest   *test,
            gconstpointer data)
{
  static const char main_text[] =
    "/* luminal: sources = part.c \"lib/odd part.c\" */\n"
    "#include <luminal.h>\n"
    "guint first (void);\n"
    "guint second (void);\n"
    "typedef struct { int unused; } Number00001;\n"
    "static gboolean\n"
    "start (LuminalPhoton *photon, gpointer data, GError **error)\n"
    "{\n"
    "  luminal_photon_print (photon, \"content %05u\", first () * 100 + second ());\n"
    "  return TRUE;\n"
    "}\n"
    "LUMINAL_PHOTON (Number00001, start, NULL, LUMINAL_NAME (\"Number 00001\"))\n";

  make_folder (test, "lib");
  source_write (test, "part.c", "unsigned first (void);\nunsigned first (void) { return 1; }\n");
  source_write (test, "lib/odd part.c", "#include \"of part.h\"\nunsigned second (void);\n"
                                        "unsigned second (void) { return TWO; }\n");
  source_write (test, "lib/of part.h", "#define TWO 2\n");
  source_write (test, "main.c", main_text);
  watch_begin (&test->watch, TRUE);
  source_await (test, 1, 102);
  g_assert_cmpuint (g_list_model_get_n_items (G_LIST_MODEL (test->watch.loader)), ==, 1);
  for (guint i = 0; i < test->watch.events->len; i++)
    {
      g_autofree char *name = g_file_get_basename (luminal_event_get_file (test->watch.events->pdata[i]));

      g_assert_cmpstr (name, !=, "part.c");
      g_assert_cmpstr (name, !=, "odd part.c");
    }

  source_write (test, "part.c", "unsigned first (void);\nunsigned first (void) { return 3; }\n");
  source_await (test, 1, 302);
  source_write (test, "lib/of part.h", "#define TWO 4\n");
  source_await (test, 1, 304);
  source_write (test, "part.c", "broken\n");
  source_await_event (test, LUMINAL_EVENT_FAILED, "main.c");
  g_assert_true (watch_says (&test->watch, 1, 304));
  source_write (test, "part.c", "unsigned first (void);\nunsigned first (void) { return 5; }\n");
  source_await (test, 1, 504);
  g_assert_cmpuint (luminal_handler_get_generation (watch_handler (&test->watch, 1)), ==, 4);
}

static char *
text_with_parts (const char *parts,
                 guint       number,
                 guint       content)
{
  g_autofree char *line = g_strdup_printf ("/* luminal: sources = %s */", parts);

  return source_text_with (line, number, content);
}

/* A photon becomes a part of another one, and one of its own again. */
static void
test_becomes_a_part (SourceTest   *test,
                     gconstpointer data)
{
  g_autofree char *with = text_with_parts ("b.c", 1, 2);

  source_write_content (test, "a.c", 1, 1);
  source_write_content (test, "b.c", 2, 1);
  watch_begin (&test->watch, FALSE);
  source_await (test, 1, 1);
  source_await (test, 2, 1);

  source_write (test, "a.c", with);
  watch_until_settled (&test->watch, source_handler (test, "b.c") == NULL);
  source_await (test, 1, 2);
  source_await (test, 2, 1);
  g_assert_true (watch_handler (&test->watch, 2) != NULL);
  g_assert_cmpuint (g_list_model_get_n_items (G_LIST_MODEL (test->watch.loader)), ==, 2);

  source_write_content (test, "b.c", 2, 2);
  source_await (test, 2, 2);
  g_assert_null (source_handler (test, "b.c"));

  source_write_content (test, "a.c", 1, 3);
  source_await (test, 1, 3);
  watch_until_settled (&test->watch, source_handler (test, "b.c") != NULL && watch_says (&test->watch, 2, 2));
}

static void
test_part_missing (SourceTest   *test,
                   gconstpointer data)
{
  g_autofree char *text = text_with_parts ("later.c", 1, 1);

  source_write (test, "a.c", text);
  watch_begin (&test->watch, FALSE);
  g_assert_cmpint (luminal_handler_get_status (source_handler (test, "a.c")), ==, LUMINAL_STATUS_FAILED);
  source_write (test, "later.c", "int later;\n");
  source_await (test, 1, 1);
}

static char *
make_circle (const char *name,
             const char *other,
             guint       number)
{
  return g_strdup_printf ("#ifndef circle_%s\n"
                          "#define circle_%s\n"
                          "#include <luminal.h>\n"
                          "typedef struct { int unused; } Number%05u;\n"
                          "static gboolean start_%s (LuminalPhoton *photon, gpointer data, GError **error)\n"
                          "{ luminal_photon_print (photon, \"content %05u\"); return TRUE; }\n"
                          "LUMINAL_PHOTON (Number%05u, start_%s, NULL, LUMINAL_NAME (\"Number %05u\"))\n"
                          "#include \"%s.c\"\n"
                          "#endif\n",
                          name, name, number, name, number, number, name, number, other);
}

/* Each is a part of the other: one of them counts, and there is an end to it. */
static void
test_parts_in_a_circle (SourceTest   *test,
                        gconstpointer data)
{
  g_autofree char *in_a = make_circle ("a", "b", 1);
  g_autofree char *in_b = make_circle ("b", "a", 2);

  source_write (test, "a.c", "#include <luminal.h>\n#include \"b.c\"\nLUMINAL_PHOTON_BROKEN\n");
  source_write (test, "b.c", "#include <luminal.h>\n#include \"a.c\"\nLUMINAL_PHOTON_BROKEN\n");
  watch_begin (&test->watch, FALSE);
  watch_barrier (&test->watch);
  g_assert_cmpuint (watch_count (&test->watch, LUMINAL_EVENT_FAILED, NULL), <=, 4);

  /* And with guards, so that each compiles. */
  source_remove (test, "a.c");
  source_remove (test, "b.c");
  watch_until_settled (&test->watch, source_handler (test, "a.c") == NULL && source_handler (test, "b.c") == NULL);
  source_write (test, "b.c", in_b);
  source_write (test, "a.c", in_a);
  watch_until_settled (&test->watch, watch_says (&test->watch, 1, 1) && watch_says (&test->watch, 2, 2));
  watch_barrier (&test->watch);
  watch_until_settled (&test->watch, watch_says (&test->watch, 1, 1) && watch_says (&test->watch, 2, 2));
}

int
main (int    argc,
      char **argv)
{
  g_test_init (&argc, &argv, NULL);

  SOURCE_ADD_TEST ("/source-headers/changed", SOURCE_WITH_COMPILER, test_changed);
  SOURCE_ADD_TEST ("/source-headers/replaced", SOURCE_WITH_COMPILER, test_replaced);
  SOURCE_ADD_TEST ("/source-headers/changed-during-build", SOURCE_WITH_COMPILER, test_changed_during_build);
  SOURCE_ADD_TEST ("/source-headers/missing", SOURCE_WITH_COMPILER, test_missing);
  SOURCE_ADD_TEST ("/source-headers/folder-replaced", SOURCE_WITH_COMPILER, test_folder_replaced);
  SOURCE_ADD_TEST ("/source-headers/parts", SOURCE_WITH_COMPILER, test_parts);
  SOURCE_ADD_TEST ("/source-headers/becomes-a-part", SOURCE_WITH_COMPILER, test_becomes_a_part);
  SOURCE_ADD_TEST ("/source-headers/part-missing", SOURCE_WITH_COMPILER, test_part_missing);
  SOURCE_ADD_TEST ("/source-headers/parts-in-a-circle", SOURCE_WITH_COMPILER, test_parts_in_a_circle);

  return g_test_run ();
}
