/* SPDX-License-Identifier: GPL-3.0-or-later */

#include "app-driver.h"

#include <atspi/atspi.h>
#include <glib/gstdio.h>
#include <signal.h>

#include "app-testing.h"

/* libatspi has no automatic clean-up of its own. */
typedef AtspiAccessible Node;
G_DEFINE_AUTOPTR_CLEANUP_FUNC (Node, g_object_unref)
G_DEFINE_AUTOPTR_CLEANUP_FUNC (AtspiStateSet, g_object_unref)

struct _AppDriver
{
  GSubprocess *process;
  AtspiAccessible *window;
  char *home;
  gboolean is_guest;
  gboolean ended;
};

/* What is looked for, and what was found. */
typedef struct
{
  AppDriver *driver;
  const char *role;
  const char *name;
  const char *detail;
  Node *found;
} Search;

const char *
app_driver_init (int    argc,
                 char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_assert_cmpint (argc, ==, 2);

  /* libatspi warns when a program comes or goes while it looks. The program
   * under test has its warnings fatal by its environment. */
  g_log_set_always_fatal (G_LOG_FATAL_MASK);
  atspi_init ();

  return argv[1];
}

int
app_driver_run_tests (void)
{
  int result = g_test_run ();

  atspi_exit ();

  return result;
}

void
app_fixture_set_up (AppFixture    *fixture,
                    gconstpointer  data)
{
  fixture->folder = app_testing_make_folder ();
}

void
app_fixture_tear_down (AppFixture    *fixture,
                       gconstpointer  data)
{
  if (fixture->app != NULL)
    app_driver_quit (fixture->app);
  app_testing_remove (fixture->folder);
  g_free (fixture->folder);
}

static void
ended_cb (GObject      *source,
          GAsyncResult *result,
          gpointer      user_data)
{
  AppDriver *self = user_data;

  g_assert_true (g_subprocess_wait_finish (G_SUBPROCESS (source), result, NULL));
  self->ended = TRUE;
}

/* A home of its own: nothing of the person's is read or written. */
AppDriver *
app_driver_start_with (const char        *program,
                       const char *const *arguments,
                       const char        *home,
                       const char        *settings,
                       const char *const *variables)
{
  AppDriver *self = g_new0 (AppDriver, 1);
  g_autoptr (GSubprocessLauncher) launcher = NULL;
  g_autoptr (GPtrArray) command = g_ptr_array_new ();
  g_autoptr (GError) error = NULL;
  static const char *const folders[][2] = {
    { "XDG_CONFIG_HOME", "config" },
    { "XDG_CACHE_HOME", "cache" },
    { "XDG_DATA_HOME", "data" },
    { "XDG_STATE_HOME", "state" },
  };

  /* What a photon prints is not to come between the results of the tests. */
  launcher = g_subprocess_launcher_new (G_SUBPROCESS_FLAGS_STDOUT_SILENCE);
  self->home = home != NULL ? g_strdup (home) : app_testing_make_folder ();
  self->is_guest = home != NULL;
  g_subprocess_launcher_setenv (launcher, "HOME", self->home, TRUE);
  for (guint i = 0; i < G_N_ELEMENTS (folders); i++)
    {
      g_autofree char *path = g_build_filename (self->home, folders[i][1], NULL);

      g_subprocess_launcher_setenv (launcher, folders[i][0], path, TRUE);
    }

  if (settings != NULL || home != NULL)
    g_subprocess_launcher_setenv (launcher, "GSETTINGS_BACKEND", "keyfile", TRUE);
  if (settings != NULL)
    {
      g_autofree char *path = g_build_filename (self->home, "config", "glib-2.0", "settings", NULL);
      g_autofree char *file = g_build_filename (path, "keyfile", NULL);

      g_assert_cmpint (g_mkdir_with_parents (path, 0700), ==, 0);
      g_file_set_contents (file, settings, -1, &error);
      g_assert_no_error (error);
    }
  for (guint i = 0; variables != NULL && variables[i] != NULL; i += 2)
    g_subprocess_launcher_setenv (launcher, variables[i], variables[i + 1], TRUE);

  g_ptr_array_add (command, (gpointer) program);
  for (guint i = 0; arguments != NULL && arguments[i] != NULL; i++)
    g_ptr_array_add (command, (gpointer) arguments[i]);
  g_ptr_array_add (command, NULL);
  self->process = g_subprocess_launcher_spawnv (launcher, (const char *const *) command->pdata, &error);
  g_assert_no_error (error);
  g_subprocess_wait_async (self->process, NULL, ended_cb, self);

  return self;
}

AppDriver *
app_driver_start (const char *program,
                  const char *folder)
{
  const char *arguments[] = { folder, NULL };

  return app_driver_start_with (program, arguments, NULL, NULL, NULL);
}

AppDriver *
app_driver_start_with_settings (const char *program,
                                const char *folder,
                                const char *settings)
{
  const char *arguments[] = { folder, NULL };

  return app_driver_start_with (program, arguments, NULL, settings, NULL);
}

AppDriver *
app_driver_start_wide (const char *program,
                       const char *folder,
                       int         width)
{
  const char *arguments[] = { folder, NULL };
  g_autofree char *settings =
    g_strdup_printf ("[io/github/luminal/Luminal]\nwindow-width=%d\n", width);

  return app_driver_start_with (program, arguments, NULL, settings, NULL);
}

static gboolean
has_ended (gpointer data)
{
  AppDriver *self = data;

  return self->ended;
}

int
app_driver_wait_exit (AppDriver *self)
{
  int status;

  g_assert_true (app_testing_wait (has_ended, self));
  g_assert_true (g_subprocess_get_if_exited (self->process));
  status = g_subprocess_get_exit_status (self->process);

  g_clear_object (&self->window);
  g_clear_object (&self->process);
  if (!self->is_guest)
    app_testing_remove (self->home);
  g_free (self->home);
  g_free (self);

  return status;
}

void
app_driver_quit (AppDriver *self)
{
  g_subprocess_send_signal (self->process, SIGTERM);
  g_assert_cmpint (app_driver_wait_exit (self), ==, 0);
}

/* The tree */

/* Newer versions of AT-SPI and GTK have other names for some roles. */
static char *
get_role (Node *accessible)
{
  static const char *const renamed[][2] = {
    { "button", "push button" },
    { "switch", "check box" },
    { "toggle button", "push button" },
  };
  char *role = atspi_accessible_get_role_name (accessible, NULL);

  for (guint i = 0; i < G_N_ELEMENTS (renamed); i++)
    {
      if (g_strcmp0 (role, renamed[i][0]) == 0)
        {
          g_free (role);
          return g_strdup (renamed[i][1]);
        }
    }

  return role;
}

static gboolean
fits (const Search *search,
      Node         *accessible)
{
  g_autofree char *role = get_role (accessible);
  g_autofree char *name = NULL;
  g_autofree char *detail = NULL;

  if (g_strcmp0 (role, search->role) != 0)
    return FALSE;

  name = atspi_accessible_get_name (accessible, NULL);
  if (name == NULL || !g_pattern_match_simple (search->name, name))
    return FALSE;

  if (search->detail == NULL)
    return TRUE;

  detail = atspi_accessible_get_description (accessible, NULL);
  return detail != NULL && g_pattern_match_simple (search->detail, detail);
}

static Node *
find (const Search *search,
      Node         *accessible)
{
  int n_children;

  if (fits (search, accessible))
    return g_object_ref (accessible);

  n_children = atspi_accessible_get_child_count (accessible, NULL);
  for (int i = 0; i < n_children; i++)
    {
      g_autoptr (Node) child = atspi_accessible_get_child_at_index (accessible, i, NULL);
      Node *found = child != NULL ? find (search, child) : NULL;

      if (found != NULL)
        return found;
    }

  return NULL;
}

static Node *
find_application (AppDriver *self)
{
  g_autoptr (Node) desktop = atspi_get_desktop (0);
  int n_children;

  atspi_accessible_clear_cache (desktop);
  n_children = atspi_accessible_get_child_count (desktop, NULL);
  for (int i = 0; i < n_children; i++)
    {
      g_autoptr (Node) child = atspi_accessible_get_child_at_index (desktop, i, NULL);
      g_autofree char *pid = NULL;

      if (child == NULL)
        continue;

      pid = g_strdup_printf ("%u", atspi_accessible_get_process_id (child, NULL));
      if (g_strcmp0 (pid, g_subprocess_get_identifier (self->process)) != 0)
        continue;

      atspi_accessible_clear_cache (child);
      return g_steal_pointer (&child);
    }

  return NULL;
}

/* The window is asked for once: GTK 4.8 does not bear to be asked for its
 * windows while one of them opens or closes. */
static Node *
find_window (AppDriver *self)
{
  if (self->window == NULL)
    {
      g_autoptr (Node) application = find_application (self);

      if (application != NULL && atspi_accessible_get_child_count (application, NULL) > 0)
        self->window = atspi_accessible_get_child_at_index (application, 0, NULL);
    }

  /* What was true a moment ago is of no use. */
  if (self->window != NULL)
    atspi_accessible_clear_cache (self->window);

  return self->window;
}

typedef struct
{
  AppDriver *driver;
  const char *name;
} WindowSearch;

static gboolean
enter_window (gpointer data)
{
  WindowSearch *search = data;
  g_autoptr (Node) application = find_application (search->driver);
  int n_children = application != NULL ? atspi_accessible_get_child_count (application, NULL) : 0;

  g_assert_false (search->driver->ended);
  for (int i = 0; i < n_children; i++)
    {
      g_autoptr (Node) window = atspi_accessible_get_child_at_index (application, i, NULL);
      g_autofree char *name = window != NULL ? atspi_accessible_get_name (window, NULL) : NULL;

      if (name != NULL && g_pattern_match_simple (search->name, name))
        return g_set_object (&search->driver->window, window) || TRUE;
    }

  return FALSE;
}

void
app_driver_enter_window (AppDriver  *self,
                         const char *name)
{
  WindowSearch search = { self, name };

  if (!app_testing_wait (enter_window, &search))
    g_error ("There is no window “%s”", name);
}

static void
look (Search *search)
{
  Node *window;

  g_clear_object (&search->found);
  g_assert_false (search->driver->ended);

  window = find_window (search->driver);
  if (window != NULL)
    search->found = find (search, window);
}

static gboolean
is_there (gpointer data)
{
  Search *search = data;

  look (search);

  return search->found != NULL;
}

static gboolean
is_not_there (gpointer data)
{
  return !is_there (data);
}

static void
print_tree (Node *accessible,
            int   depth)
{
  g_autofree char *role = atspi_accessible_get_role_name (accessible, NULL);
  g_autofree char *name = atspi_accessible_get_name (accessible, NULL);
  g_autofree char *detail = atspi_accessible_get_description (accessible, NULL);
  int n_children = atspi_accessible_get_child_count (accessible, NULL);

  g_test_message ("%*s%s “%s” (%s)", 2 * depth, "", role, name, detail);
  for (int i = 0; i < n_children; i++)
    {
      g_autoptr (Node) child = atspi_accessible_get_child_at_index (accessible, i, NULL);

      if (child != NULL)
        print_tree (child, depth + 1);
    }
}

/* A failure that only says "not found" would help nobody. */
static void
require (Search              *search,
         AppTestingCondition  condition,
         const char          *what)
{
  if (app_testing_wait (condition, search))
    return;

  if (search->driver->window != NULL)
    print_tree (search->driver->window, 0);
  g_error ("%s: %s “%s” (%s)", what, search->role, search->name,
           search->detail != NULL ? search->detail : "*");
}

void
app_driver_expect (AppDriver  *self,
                   const char *role,
                   const char *name)
{
  Search search = { .driver = self, .role = role, .name = name };

  require (&search, is_there, "never came");
  g_clear_object (&search.found);
}

void
app_driver_expect_none (AppDriver  *self,
                        const char *role,
                        const char *name)
{
  Search search = { .driver = self, .role = role, .name = name };

  require (&search, is_not_there, "never went");
}

void
app_driver_assert_none (AppDriver  *self,
                        const char *role,
                        const char *name)
{
  Search search = { .driver = self, .role = role, .name = name };

  look (&search);
  if (search.found == NULL)
    return;

  print_tree (self->window, 0);
  g_error ("There is a %s “%s”", role, name);
}

void
app_driver_expect_described (AppDriver  *self,
                             const char *role,
                             const char *name,
                             const char *detail)
{
  Search search = { .driver = self, .role = role, .name = name, .detail = detail };

  require (&search, is_there, "never came");
  g_clear_object (&search.found);
}

void
app_driver_expect_row (AppDriver  *self,
                       const char *name,
                       const char *detail)
{
  app_driver_expect_described (self, "list item", name, detail);
}

void
app_driver_select (AppDriver  *self,
                   const char *role,
                   const char *name)
{
  Search search = { .driver = self, .role = role, .name = name };
  g_autoptr (Node) parent = NULL;
  AtspiSelection *selection;
  g_autoptr (GError) error = NULL;
  int index;

  require (&search, is_there, "never came");
  parent = atspi_accessible_get_parent (search.found, NULL);
  selection = atspi_accessible_get_selection_iface (parent);
  g_assert_nonnull (selection);
  index = atspi_accessible_get_index_in_parent (search.found, &error);
  g_assert_no_error (error);
  g_assert_true (atspi_selection_select_child (selection, index, &error));
  g_assert_no_error (error);
  g_object_unref (selection);
  g_clear_object (&search.found);
}

typedef struct
{
  AppDriver *driver;
  gboolean active;
} ActiveSearch;

static gboolean
is_so_active (gpointer data)
{
  ActiveSearch *search = data;
  Node *window = find_window (search->driver);
  g_autoptr (AtspiStateSet) states = window != NULL ? atspi_accessible_get_state_set (window) : NULL;

  return states != NULL && atspi_state_set_contains (states, ATSPI_STATE_ACTIVE) == search->active;
}

void
app_driver_expect_active (AppDriver *self,
                          gboolean   active)
{
  ActiveSearch search = { .driver = self, .active = active };

  if (!app_testing_wait (is_so_active, &search))
    g_error ("The window never was %s", active ? "in use" : "out of use");
}

void
app_driver_act (AppDriver  *self,
                const char *action)
{
  Search search = { .driver = self, .role = "frame", .name = "*" };
  AtspiAction *actions;
  g_autoptr (GError) error = NULL;
  gboolean done = FALSE;

  require (&search, is_there, "never came");
  actions = atspi_accessible_get_action_iface (search.found);
  g_assert_nonnull (actions);
  for (int i = 0; i < atspi_action_get_n_actions (actions, NULL) && !done; i++)
    {
      g_autofree char *name = atspi_action_get_action_name (actions, i, NULL);

      done = g_strcmp0 (name, action) == 0 && atspi_action_do_action (actions, i, &error);
      g_assert_no_error (error);
    }
  if (!done)
    g_error ("The window has no action “%s”", action);
  g_object_unref (actions);
  g_clear_object (&search.found);
}

static gboolean
do_action (Node       *accessible,
           const char *action)
{
  AtspiAction *actions = atspi_accessible_get_action_iface (accessible);
  gboolean done = FALSE;
  int n_children;

  for (int i = 0; actions != NULL && i < atspi_action_get_n_actions (actions, NULL) && !done; i++)
    {
      g_autofree char *name = atspi_action_get_action_name (actions, i, NULL);

      done = g_strcmp0 (name, action) == 0 && atspi_action_do_action (actions, i, NULL);
    }
  g_clear_object (&actions);

  n_children = done ? 0 : atspi_accessible_get_child_count (accessible, NULL);
  for (int i = 0; i < n_children && !done; i++)
    {
      g_autoptr (Node) child = atspi_accessible_get_child_at_index (accessible, i, NULL);

      done = child != NULL && do_action (child, action);
    }

  return done;
}

void
app_driver_act_on (AppDriver  *self,
                   const char *role,
                   const char *name,
                   const char *action)
{
  Search search = { .driver = self, .role = role, .name = name };

  require (&search, is_there, "never came");
  if (!do_action (search.found, action))
    g_error ("%s “%s” has no action “%s”", role, name, action);
  g_clear_object (&search.found);
}

typedef struct
{
  AppDriver *driver;
  const char *first;
  const char *second;
} Order;

static int
find_index (AppDriver  *self,
            const char *name)
{
  Search search = { .driver = self, .role = "list item", .name = name };
  int index = -1;

  look (&search);
  if (search.found != NULL)
    index = atspi_accessible_get_index_in_parent (search.found, NULL);
  g_clear_object (&search.found);

  return index;
}

static gboolean
is_in_order (gpointer data)
{
  Order *order = data;
  int first = find_index (order->driver, order->first);
  int second = find_index (order->driver, order->second);

  return first >= 0 && second >= 0 && first < second;
}

void
app_driver_expect_order (AppDriver  *self,
                         const char *first,
                         const char *second)
{
  Order order = { self, first, second };

  if (app_testing_wait (is_in_order, &order))
    return;

  print_tree (self->window, 0);
  g_error ("never came before each other: “%s”, “%s”", first, second);
}

void
app_driver_press (AppDriver  *self,
                  const char *role,
                  const char *name)
{
  Search search = { .driver = self, .role = role, .name = name };
  AtspiAction *action;
  g_autoptr (GError) error = NULL;

  require (&search, is_there, "never came");
  action = atspi_accessible_get_action_iface (search.found);
  g_assert_nonnull (action);
  g_assert_true (atspi_action_do_action (action, 0, &error));
  g_assert_no_error (error);
  g_object_unref (action);
  g_clear_object (&search.found);
}

void
app_driver_type (AppDriver  *self,
                 const char *name,
                 const char *text)
{
  Search search = { .driver = self, .role = "entry", .name = name };
  AtspiEditableText *editable;
  g_autoptr (GError) error = NULL;

  require (&search, is_there, "never came");
  editable = atspi_accessible_get_editable_text_iface (search.found);
  g_assert_nonnull (editable);
  g_assert_true (atspi_editable_text_set_text_contents (editable, text, &error));
  g_assert_no_error (error);
  g_object_unref (editable);
  g_clear_object (&search.found);
}
