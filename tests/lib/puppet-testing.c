/* SPDX-License-Identifier: GPL-3.0-or-later */

#include "puppet-testing.h"

#include <glib/gstdio.h>
#include <stdlib.h>

#include "system-testing.h"

#define NAME "puppet.so"

typedef struct
{
  Puppet *puppet;
  const char *path;
  LuminalEventKind kind;
} Wait;

Puppet *
puppet_new_unloaded (void)
{
  Puppet *puppet = g_new0 (Puppet, 1);
  g_autoptr (GError) error = NULL;

  puppet->folder = g_dir_make_tmp ("luminal-puppet-XXXXXX", &error);
  g_assert_no_error (error);
  g_setenv ("LUMINAL_TEST_PUPPET", puppet->folder, TRUE);
  puppet->test = loader_test_new (FALSE);

  return puppet;
}

Puppet *
puppet_new (void)
{
  Puppet *puppet = puppet_new_unloaded ();

  puppet_load (puppet, 1);
  puppet_expect (puppet, 1, 1);
  return puppet;
}

void
puppet_load (Puppet *puppet,
             guint   version)
{
  g_autofree char *fixture = g_strdup_printf ("puppet_v%u", version);

  g_set_object (&puppet->handler, loader_test_run_one (puppet->test, fixture, NAME));
}

void
puppet_free (Puppet *puppet)
{
  loader_test_free (puppet->test);
  g_clear_object (&puppet->handler);
  system_remove_tree (puppet->folder);
  g_free (puppet->folder);
  g_free (puppet);
}

static char *
make_path (Puppet     *puppet,
           guint       version,
           const char *phase,
           const char *suffix)
{
  return g_strdup_printf ("%s/%s-%u%s", puppet->folder, phase, version, suffix);
}

void
puppet_tell (Puppet     *puppet,
             guint       version,
             const char *phase,
             const char *command)
{
  g_autofree char *path = make_path (puppet, version, phase, "");
  g_autoptr (GError) error = NULL;

  g_file_set_contents (path, command, -1, &error);
  g_assert_no_error (error);
}

static gboolean
is_file (gpointer user_data)
{
  return g_file_test (user_data, G_FILE_TEST_EXISTS);
}

pid_t
puppet_wait_at (Puppet     *puppet,
                guint       version,
                const char *phase)
{
  g_autofree char *path = make_path (puppet, version, phase, ".at");
  g_autofree char *pid = NULL;
  g_autoptr (GError) error = NULL;

  process_wait_until (is_file, path);
  g_file_get_contents (path, &pid, NULL, &error);
  g_assert_no_error (error);
  g_assert_cmpint (g_unlink (path), ==, 0);
  return atoi (pid);
}

void
puppet_begin_reload (Puppet        *puppet,
                     GAsyncResult **result)
{
  g_autoptr (GFile) file = loader_test_put (puppet->test, "puppet_v2", NAME);

  luminal_loader_reload_photon_async (puppet->test->loader, puppet->handler, LUMINAL_RELOAD_DEFAULT, NULL,
                                      loader_test_note_result, result);
}

gboolean
puppet_end_reload (Puppet        *puppet,
                   GAsyncResult **result,
                   GError       **error)
{
  g_autoptr (GPtrArray) handlers =
    luminal_loader_reload_photon_finish (puppet->test->loader, loader_test_wait (result), error);

  return handlers != NULL;
}

gboolean
puppet_reload (Puppet  *puppet,
               GError **error)
{
  g_autoptr (GAsyncResult) result = NULL;

  puppet_begin_reload (puppet, &result);
  return puppet_end_reload (puppet, &result, error);
}

static LuminalEvent *
find_event (Puppet           *puppet,
            LuminalEventKind  kind)
{
  for (guint i = puppet->test->events->len; i > 0; i--)
    {
      if (luminal_event_get_kind (puppet->test->events->pdata[i - 1]) == kind)
        return puppet->test->events->pdata[i - 1];
    }

  return NULL;
}

static gboolean
has_event (gpointer user_data)
{
  Wait *wait = user_data;

  return find_event (wait->puppet, wait->kind) != NULL;
}

LuminalEvent *
puppet_wait_for (Puppet           *puppet,
                 LuminalEventKind  kind)
{
  Wait wait = { puppet, NULL, kind };

  process_wait_until (has_event, &wait);
  return find_event (puppet, kind);
}

guint
puppet_count (Puppet           *puppet,
              LuminalEventKind  kind)
{
  guint n = 0;

  for (guint i = 0; i < puppet->test->events->len; i++)
    n += luminal_event_get_kind (puppet->test->events->pdata[i]) == kind;
  return n;
}

/* It runs, and has counted so far. */
void
puppet_expect (Puppet *puppet,
               guint   version,
               guint   count)
{
  g_autofree char *fixture = g_strdup_printf ("puppet_v%u", version);
  g_autofree char *text = g_strdup_printf ("v%u count %u", version, count);

  assert_handler (puppet->handler, LUMINAL_STATUS_RUNNING, luminal_handler_get_generation (puppet->handler), fixture);
  loader_test_await_output (puppet->test, text, 1);
}
