/* SPDX-License-Identifier: GPL-3.0-or-later */

#include "build-testing.h"

#include <glib/gstdio.h>
#include <string.h>
#include <sys/stat.h>

#include "luminal-inspector.h"
#include "system-testing.h"

/* How long anything that has to happen may take, on the slowest machine. */
#define DEADLINE_SECONDS 90

void
build_place_set_up (BuildPlace   *place,
                    gconstpointer data)
{
  g_autoptr (GError) error = NULL;

  place->path = g_dir_make_tmp ("luminal-build-XXXXXX", &error);
  g_assert_no_error (error);
  place->photons = g_build_filename (place->path, "photons", NULL);
  place->cache = g_build_filename (place->path, "cache", NULL);
  g_assert_no_errno (g_mkdir (place->photons, 0700));
}

void
build_place_tear_down (BuildPlace   *place,
                       gconstpointer data)
{
  system_remove_tree (place->path);
  g_free (place->path);
  g_free (place->photons);
  g_free (place->cache);
}

char *
build_place_path (BuildPlace *place,
                  const char *name)
{
  return g_build_filename (place->path, name, NULL);
}

/* Returns: the path */
char *
build_place_put (BuildPlace *place,
                 const char *name,
                 const char *text)
{
  char *path = build_place_path (place, name);
  g_autofree char *folder = g_path_get_dirname (path);
  g_autoptr (GError) error = NULL;

  g_assert_no_errno (g_mkdir_with_parents (folder, 0700));
  g_file_set_contents (path, text, -1, &error);
  g_assert_no_error (error);

  return path;
}

char *
build_place_program (BuildPlace *place,
                     const char *name,
                     const char *script)
{
  g_autofree char *text = g_strconcat ("#!/bin/sh\n", script, "\n", NULL);
  char *path = build_place_put (place, name, text);

  g_assert_no_errno (g_chmod (path, 0700));

  return path;
}

/* Returns: the text of a file, or an empty one if there is none */
char *
build_place_get (BuildPlace *place,
                 const char *name)
{
  g_autofree char *path = build_place_path (place, name);
  char *text;

  if (!g_file_get_contents (path, &text, NULL, NULL))
    return g_strdup ("");

  return text;
}

char *
build_describe (GListModel *diagnostics)
{
  GString *text = g_string_new (NULL);

  for (guint i = 0; i < g_list_model_get_n_items (diagnostics); i++)
    {
      g_autoptr (LuminalDiagnostic) diagnostic = g_list_model_get_item (diagnostics, i);

      g_string_append_printf (
        text, "%s %u %s\n",
        luminal_severity_to_string (luminal_diagnostic_get_severity (diagnostic)),
        luminal_diagnostic_get_line (diagnostic), luminal_diagnostic_get_text (diagnostic));
    }

  return g_string_free (text, FALSE);
}

void
build_keep_result (GObject      *source,
                   GAsyncResult *result,
                   gpointer      user_data)
{
  g_set_object ((GAsyncResult **) user_data, result);
}

static gboolean
on_deadline (gpointer unused)
{
  g_error ("This did not happen in %d seconds", DEADLINE_SECONDS);

  return G_SOURCE_REMOVE;
}

void
build_wait_for_result (GAsyncResult **result)
{
  guint deadline = g_timeout_add_seconds (DEADLINE_SECONDS, on_deadline, NULL);

  while (*result == NULL)
    g_main_context_iteration (NULL, TRUE);
  g_source_remove (deadline);
}

LuminalBuilder *
build_place_builder (BuildPlace *place,
                     const char *compiler)
{
  LuminalBuilder *builder = luminal_builder_new (place->cache);

  luminal_builder_set_compiler (builder, compiler);

  return builder;
}

LuminalBuilder *
build_place_logging_builder (BuildPlace *place,
                             const char *compiler)
{
  g_autofree char *script = g_strdup_printf ("echo \"$@\" >> \"${0%%/*}/../calls\"\n"
                                             "exec %s \"$@\"", compiler);
  g_autofree char *path = NULL;
  g_autofree char *old = build_place_get (place, "bin/logging");

  /* Only replaced if it differs: a compiler that was installed anew is another one. */
  path = build_place_path (place, "bin/logging");
  if (strstr (old, script) == NULL)
    {
      g_free (path);
      path = build_place_program (place, "bin/logging", script);
    }

  return build_place_builder (place, path);
}

static guint
count_lines (BuildPlace *place,
             gboolean    with_questions)
{
  g_autofree char *text = build_place_get (place, "calls");
  g_auto (GStrv) lines = g_strsplit (text, "\n", -1);
  guint count = 0;

  for (guint i = 0; lines[i] != NULL; i++)
    count += *lines[i] != '\0' && (with_questions || !g_str_has_prefix (lines[i], "--version"));

  return count;
}

guint
build_place_count_calls (BuildPlace *place)
{
  return count_lines (place, TRUE);
}

guint
build_place_count_runs (BuildPlace *place)
{
  return count_lines (place, FALSE);
}

static LuminalBuildResult *
build (BuildPlace     *place,
       LuminalBuilder *builder,
       const char     *name,
       const char     *text,
       GError        **error)
{
  g_autofree char *path = build_place_path (place, name);
  g_autoptr (GBytes) source = g_bytes_new (text, strlen (text));
  g_autoptr (GAsyncResult) result = NULL;

  luminal_builder_build_async (builder, path, source, NULL, build_keep_result, &result);
  build_wait_for_result (&result);

  return luminal_builder_build_finish (builder, result, error);
}

LuminalBuildResult *
build_place_build_bytes (BuildPlace     *place,
                         LuminalBuilder *builder,
                         const char     *name,
                         const char     *text)
{
  g_autoptr (GError) error = NULL;
  LuminalBuildResult *result = build (place, builder, name, text, &error);

  g_assert_no_error (error);
  g_assert_nonnull (result);

  return result;
}

LuminalBuildResult *
build_place_build (BuildPlace     *place,
                   LuminalBuilder *builder,
                   const char     *name,
                   const char     *text)
{
  g_free (build_place_put (place, name, text));

  return build_place_build_bytes (place, builder, name, text);
}

GError *
build_place_fail (BuildPlace     *place,
                  LuminalBuilder *builder,
                  const char     *name,
                  const char     *text)
{
  g_autoptr (GError) error = NULL;
  LuminalBuildResult *result = build (place, builder, name, text, &error);

  g_assert_null (result);
  g_assert_nonnull (error);

  return g_steal_pointer (&error);
}

void
build_place_assert_only (BuildPlace *place,
                         const char *name)
{
  g_autoptr (GDir) dir = g_dir_open (place->photons, 0, NULL);
  const char *found;

  while ((found = g_dir_read_name (dir)) != NULL)
    {
      if (!g_str_equal (found, "x.c") && !g_str_equal (found, name))
        g_error ("“%s” was left in the folder of the photons", found);
    }
}

void
build_assert_built (LuminalBuildResult *result,
                    gboolean            from_cache)
{
  GBytes *module = luminal_build_result_get_module (result);
  g_autoptr (LuminalInspection) inspection = NULL;
  g_autoptr (GError) error = NULL;

  g_assert_no_error (luminal_build_result_get_error (result));
  g_assert_nonnull (module);
  g_assert_cmpint (luminal_build_result_get_from_cache (result), ==, from_cache);
  g_assert_cmpint (luminal_build_result_get_duration (result), >, 0);
  g_assert_null (luminal_build_result_get_remark (result));

  inspection = luminal_inspector_inspect (g_bytes_get_data (module, NULL),
                                          g_bytes_get_size (module), "x.so", "", &error);
  g_assert_no_error (error);
}

void
build_assert_failed (LuminalBuildResult *result,
                     const char         *cause)
{
  g_assert_error (luminal_build_result_get_error (result), LUMINAL_ERROR,
                  LUMINAL_ERROR_BUILD_FAILED);
  if (strstr (luminal_build_result_get_error (result)->message, cause) == NULL)
    g_error ("“%s” is not in: %s", cause, luminal_build_result_get_error (result)->message);
  g_assert_null (luminal_build_result_get_module (result));
}

gboolean
build_depends_on (LuminalBuildResult *result,
                  const char         *path)
{
  return g_strv_contains (luminal_build_result_get_dependencies (result), path);
}

gboolean
build_module_has (LuminalBuildResult *result,
                  const char         *text)
{
  GBytes *module = luminal_build_result_get_module (result);

  return memmem (g_bytes_get_data (module, NULL), g_bytes_get_size (module), text,
                 strlen (text)) != NULL;
}
