/* SPDX-License-Identifier: GPL-3.0-or-later */

#include "app-testing.h"

#include <glib/gstdio.h>

#define DEADLINE_SECONDS 60
#define LOOK_AGAIN_MILLISECONDS 20

char *
app_testing_make_folder (void)
{
  g_autoptr (GError) error = NULL;
  char *folder = g_dir_make_tmp ("luminal-app-XXXXXX", &error);

  g_assert_no_error (error);

  return folder;
}

/* Beside its place first, then there in one step: nobody may see half a file. */
static void
put_bytes (const char *folder,
           const char *name,
           const char *bytes,
           gsize       size)
{
  g_autofree char *path = g_build_filename (folder, name, NULL);
  g_autofree char *beside = g_strconcat (path, ".new", NULL);
  g_autoptr (GError) error = NULL;

  g_file_set_contents_full (beside, bytes, size, G_FILE_SET_CONTENTS_NONE, 0644, &error);
  g_assert_no_error (error);
  g_assert_cmpint (g_rename (beside, path), ==, 0);
}

/* Puts a photon of the fixtures into @folder, or in the place of another. */
void
app_testing_put (const char *folder,
                 const char *fixture,
                 const char *name)
{
  const char *fixtures = g_getenv ("LUMINAL_TEST_PHOTONS");
  g_autofree char *path = NULL;
  g_autofree char *bytes = NULL;
  g_autoptr (GError) error = NULL;
  gsize size;

  g_assert_nonnull (fixtures);
  path = g_build_filename (fixtures, fixture, NULL);
  g_file_get_contents (path, &bytes, &size, &error);
  g_assert_no_error (error);

  put_bytes (folder, name, bytes, size);
}

void
app_testing_put_text (const char *folder,
                      const char *text,
                      const char *name)
{
  put_bytes (folder, name, text, strlen (text));
}

void
app_testing_remove (const char *path)
{
  g_autoptr (GDir) directory = g_dir_open (path, 0, NULL);
  const char *name;

  while (directory != NULL && (name = g_dir_read_name (directory)) != NULL)
    {
      g_autofree char *child = g_build_filename (path, name, NULL);

      if (g_file_test (child, G_FILE_TEST_IS_DIR) && !g_file_test (child, G_FILE_TEST_IS_SYMLINK))
        app_testing_remove (child);
      else
        g_assert_cmpint (g_unlink (child), ==, 0);
    }

  g_assert_cmpint (g_remove (path), ==, 0);
}

static gboolean
set_true_cb (gpointer data)
{
  *(gboolean *) data = TRUE;

  return G_SOURCE_CONTINUE;
}

/* Runs the main loop until @condition holds, and not a moment longer than it
 * takes to notice. */
gboolean
app_testing_wait (AppTestingCondition condition,
                  gpointer            data)
{
  gint64 deadline = g_get_monotonic_time () + DEADLINE_SECONDS * G_USEC_PER_SEC;
  gboolean look_again = FALSE;
  gboolean holds;
  guint id;

  id = g_timeout_add (LOOK_AGAIN_MILLISECONDS, set_true_cb, &look_again);
  while (!(holds = condition (data)) && g_get_monotonic_time () < deadline)
    for (look_again = FALSE; !look_again;)
      g_main_context_iteration (NULL, TRUE);
  g_source_remove (id);

  return holds;
}
