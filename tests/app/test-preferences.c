/* SPDX-License-Identifier: GPL-3.0-or-later */

/* The preferences: each row shows its setting and changes it, or says why it cannot. */

#define G_SETTINGS_ENABLE_BACKEND

#include <adwaita.h>
#include <gio/gsettingsbackend.h>

#include "luminal-app-resources.h"
#include "luminal-number-row.h"
#include "luminal-preferences.h"
#include "luminal-settings.h"
#include "luminal-welcome.h"

/* A backend of which an administrator has locked some keys, or all. */
#define TEST_TYPE_LOCKED (test_locked_get_type ())
G_DECLARE_FINAL_TYPE (TestLocked, test_locked, TEST, LOCKED, GSettingsBackend)

struct _TestLocked
{
  GSettingsBackend parent_instance;

  const char *locked;
};

G_DEFINE_FINAL_TYPE (TestLocked, test_locked, G_TYPE_SETTINGS_BACKEND)

static GVariant *
test_locked_read (GSettingsBackend   *backend,
                  const char         *key,
                  const GVariantType *type,
                  gboolean            default_value)
{
  return NULL;
}

static gboolean
test_locked_get_writable (GSettingsBackend *backend,
                          const char       *key)
{
  return !g_pattern_match_simple (TEST_LOCKED (backend)->locked, key);
}

static gboolean
test_locked_write (GSettingsBackend *backend,
                   const char       *key,
                   GVariant         *value,
                   gpointer          origin_tag)
{
  g_variant_unref (g_variant_ref_sink (value));
  g_assert_true (test_locked_get_writable (backend, key));

  return TRUE;
}

static void
test_locked_class_init (TestLockedClass *klass)
{
  GSettingsBackendClass *backend_class = G_SETTINGS_BACKEND_CLASS (klass);

  backend_class->read = test_locked_read;
  backend_class->get_writable = test_locked_get_writable;
  backend_class->write = test_locked_write;
}

static void
test_locked_init (TestLocked *self)
{
}

static GSettings *
open_settings (void)
{
  g_autoptr (GError) error = NULL;
  GSettings *settings = luminal_settings_open (TRUE, &error);
  g_autoptr (GSettingsSchema) schema = NULL;
  g_auto (GStrv) keys = NULL;

  g_assert_no_error (error);
  g_object_get (settings, "settings-schema", &schema, NULL);
  keys = g_settings_schema_list_keys (schema);
  for (guint i = 0; keys[i] != NULL; i++)
    g_settings_reset (settings, keys[i]);

  return settings;
}

static gpointer
get (GtkWidget  *preferences,
     const char *name)
{
  gpointer child = gtk_widget_get_template_child (preferences, LUMINAL_TYPE_PREFERENCES, name);

  g_assert_nonnull (child);

  return child;
}

static GtkWidget *
find_spin (GtkWidget *widget)
{
  if (GTK_IS_SPIN_BUTTON (widget))
    return widget;

  for (GtkWidget *child = gtk_widget_get_first_child (widget); child != NULL;
       child = gtk_widget_get_next_sibling (child))
    {
      GtkWidget *found = find_spin (child);

      if (found != NULL)
        return found;
    }

  return NULL;
}

static void
finish (GtkWidget *preferences,
        GSettings *settings)
{
  g_object_ref (preferences);
  gtk_window_destroy (GTK_WINDOW (preferences));
  while (g_main_context_iteration (NULL, FALSE))
    ;
  g_assert_finalize_object (preferences);
  g_assert_finalize_object (settings);
}

static void
test_switches (void)
{
  GSettings *settings = open_settings ();
  GtkWidget *preferences = luminal_preferences_new (settings);
  static const char *const names[][2] = { { "watch", "watch_switch" }, { "recursive", "recursive_switch" } };

  for (guint i = 0; i < G_N_ELEMENTS (names); i++)
    {
      GtkSwitch *control = get (preferences, names[i][1]);

      g_assert_true (gtk_switch_get_active (control));
      gtk_switch_set_active (control, FALSE);
      g_assert_false (g_settings_get_boolean (settings, names[i][0]));
      g_settings_set_boolean (settings, names[i][0], TRUE);
      g_assert_true (gtk_switch_get_active (control));
    }

  finish (preferences, settings);
}

/* What is offered, and what the schema knows, in the same order. */
static void
test_combos (void)
{
  GSettings *settings = open_settings ();
  GtkWidget *preferences = luminal_preferences_new (settings);
  static const char *const names[] = { "sort", "notifications", "isolation" };

  for (guint i = 0; i < G_N_ELEMENTS (names); i++)
    {
      AdwComboRow *row = get (preferences, names[i]);
      guint n_items = g_list_model_get_n_items (adw_combo_row_get_model (row));

      g_assert_cmpint (adw_combo_row_get_selected (row), ==, g_settings_get_enum (settings, names[i]));
      for (guint selected = n_items; selected-- > 0;)
        {
          adw_combo_row_set_selected (row, selected);
          g_assert_cmpint (g_settings_get_enum (settings, names[i]), ==, selected);
        }
      g_settings_set_enum (settings, names[i], 1);
      g_assert_cmpint (adw_combo_row_get_selected (row), ==, 1);
    }

  finish (preferences, settings);
}

/* Milliseconds and mebibytes are what is kept, seconds and mebibytes what is shown. */
static void
test_numbers (void)
{
  GSettings *settings = open_settings ();
  GtkWidget *preferences = luminal_preferences_new (settings);
  static const struct
  {
    const char *child;
    const char *key;
    double factor;
  } rows[] = {
    { "grace_time", "grace-time", 1000 },           { "probation_time", "probation-time", 1000 },
    { "settle_timeout", "settle-timeout", 1000 },   { "open_timeout", "open-timeout", 1000 },
    { "restore_timeout", "restore-timeout", 1000 }, { "start_timeout", "start-timeout", 1000 },
    { "save_timeout", "save-timeout", 1000 },       { "finalizer_timeout", "finalizer-timeout", 1000 },
    { "build_timeout", "build-timeout", 1000 },     { "memory_limit", "memory-limit", 1 },
    { "cpu_limit", "cpu-limit", 1 },
  };

  for (guint i = 0; i < G_N_ELEMENTS (rows); i++)
    {
      GtkSpinButton *spin = GTK_SPIN_BUTTON (find_spin (get (preferences, rows[i].child)));
      double min;
      double max;

      g_assert_cmpfloat (gtk_spin_button_get_value (spin), ==, g_settings_get_uint (settings, rows[i].key) / rows[i].factor);
      gtk_spin_button_set_value (spin, 17);
      g_assert_cmpuint (g_settings_get_uint (settings, rows[i].key), ==, 17 * rows[i].factor);
      g_assert_cmpstr (gtk_editable_get_text (GTK_EDITABLE (spin)), ==, "17");

      /* Nothing can be chosen that the schema does not allow. */
      gtk_spin_button_get_range (spin, &min, &max);
      gtk_spin_button_set_value (spin, -5);
      g_assert_cmpuint (g_settings_get_uint (settings, rows[i].key), ==, min * rows[i].factor);
      gtk_spin_button_set_value (spin, 1e12);
      g_assert_cmpuint (g_settings_get_uint (settings, rows[i].key), ==, max * rows[i].factor);
      g_settings_reset (settings, rows[i].key);
    }

  {
    GtkSpinButton *spin = GTK_SPIN_BUTTON (find_spin (get (preferences, "grace_time")));

    g_settings_set_uint (settings, "grace-time", 250);
    g_assert_cmpstr (gtk_editable_get_text (GTK_EDITABLE (spin)), ==, "0.25");
    gtk_spin_button_update (spin);
    g_assert_cmpuint (g_settings_get_uint (settings, "grace-time"), ==, 250);
    gtk_editable_set_text (GTK_EDITABLE (spin), "1.5");
    gtk_spin_button_update (spin);
    g_assert_cmpuint (g_settings_get_uint (settings, "grace-time"), ==, 1500);
  }

  finish (preferences, settings);
}

static void
test_compiler (void)
{
  GSettings *settings = open_settings ();
  GtkWidget *preferences = luminal_preferences_new (settings);
  AdwEntryRow *row = get (preferences, "compiler");
  GtkLabel *state = get (preferences, "compiler_state");
  g_autofree char *command = NULL;

  g_assert_true (g_str_has_prefix (gtk_label_get_text (state), "Sources are built with /"));
  g_assert_false (gtk_widget_has_css_class (GTK_WIDGET (row), "error"));

  /* It is said at once, but does not count before it is applied. */
  gtk_editable_set_text (GTK_EDITABLE (row), "no-such-compiler");
  g_assert_cmpstr (gtk_label_get_text (state), ==, "There is no program “no-such-compiler”");
  g_assert_true (gtk_widget_has_css_class (GTK_WIDGET (row), "error"));
  command = g_settings_get_string (settings, "compiler");
  g_assert_cmpstr (command, ==, "");

  gtk_editable_set_text (GTK_EDITABLE (row), "sh");
  g_assert_false (gtk_widget_has_css_class (GTK_WIDGET (row), "error"));
  g_signal_emit_by_name (row, "apply");
  g_free (command);
  command = g_settings_get_string (settings, "compiler");
  g_assert_cmpstr (command, ==, "sh");

  g_settings_set_string (settings, "compiler", "/no/such");
  g_assert_cmpstr (gtk_editable_get_text (GTK_EDITABLE (row)), ==, "/no/such");
  g_assert_cmpstr (gtk_label_get_text (state), ==, "There is no file “/no/such”");

  finish (preferences, settings);
}

static void
test_reset (void)
{
  GSettings *settings = open_settings ();
  GtkWidget *preferences = luminal_preferences_new (settings);
  static const char *const uris[] = { "file:///a", NULL };
  g_auto (GStrv) recent = NULL;

  g_settings_set_strv (settings, "recent-folders", uris);
  g_settings_set_boolean (settings, "recursive", FALSE);
  g_settings_set_uint (settings, "start-timeout", 1);
  g_settings_set_string (settings, "sort", "name");

  g_signal_emit_by_name (get (preferences, "reset"), "clicked");
  g_assert_true (g_settings_get_boolean (settings, "recursive"));
  g_assert_cmpuint (g_settings_get_uint (settings, "start-timeout"), ==, 5000);
  g_assert_cmpint (g_settings_get_enum (settings, "sort"), ==, 0);
  recent = g_settings_get_strv (settings, "recent-folders");
  g_assert_cmpuint (g_strv_length (recent), ==, 1);

  g_assert_true (gtk_widget_activate_action (preferences, "preferences.undo-reset", NULL));
  g_assert_false (g_settings_get_boolean (settings, "recursive"));
  g_assert_cmpuint (g_settings_get_uint (settings, "start-timeout"), ==, 1);
  g_assert_cmpint (g_settings_get_enum (settings, "sort"), ==, 1);
  gtk_widget_activate_action (preferences, "preferences.undo-reset", NULL);

  finish (preferences, settings);
}

static void
test_recent (void)
{
  GSettings *settings = open_settings ();
  GtkWidget *preferences = luminal_preferences_new (settings);
  AdwActionRow *row = get (preferences, "recent_row");
  GtkWidget *clear = get (preferences, "clear_recent");
  static const char *const uris[] = { "file:///a", "file:///b", NULL };

  g_assert_cmpstr (adw_action_row_get_subtitle (row), ==, "No folder is remembered.");
  g_assert_false (gtk_widget_get_sensitive (clear));
  g_settings_set_strv (settings, "recent-folders", uris);
  g_assert_cmpstr (adw_action_row_get_subtitle (row), ==, "2 folders are remembered.");
  g_assert_true (gtk_widget_get_sensitive (clear));
  g_signal_emit_by_name (clear, "clicked");
  g_assert_cmpstr (adw_action_row_get_subtitle (row), ==, "No folder is remembered.");

  finish (preferences, settings);
}

static GSettings *
open_locked (const char *locked)
{
  TestLocked *backend = g_object_new (TEST_TYPE_LOCKED, NULL);
  GSettings *settings;

  backend->locked = locked;
  settings = g_settings_new_with_backend ("io.github.luminal.Luminal", G_SETTINGS_BACKEND (backend));
  g_object_unref (backend);

  return settings;
}

static void
test_one_locked (void)
{
  GSettings *settings = open_locked ("*/start-timeout");
  GtkWidget *preferences = luminal_preferences_new (settings);
  AdwActionRow *locked = get (preferences, "start_timeout");
  AdwActionRow *other = get (preferences, "open_timeout");

  g_assert_false (gtk_widget_get_visible (get (preferences, "general_problem")));
  g_assert_false (gtk_widget_get_sensitive (GTK_WIDGET (locked)));
  g_assert_true (g_str_has_suffix (adw_action_row_get_subtitle (locked), "It is set for you, and cannot be changed here."));
  g_assert_true (gtk_widget_get_sensitive (GTK_WIDGET (other)));
  g_assert_null (strstr (adw_action_row_get_subtitle (other), "changed here"));
  g_signal_emit_by_name (get (preferences, "reset"), "clicked");

  finish (preferences, settings);
}

static void
test_all_locked (void)
{
  GSettings *settings = open_locked ("*");
  GtkWidget *preferences = luminal_preferences_new (settings);
  AdwPreferencesRow *row = get (preferences, "reload_problem_row");

  g_assert_true (gtk_widget_get_visible (get (preferences, "general_problem")));
  g_assert_true (gtk_widget_get_visible (get (preferences, "reload_problem")));
  g_assert_true (gtk_widget_get_visible (get (preferences, "building_problem")));
  g_assert_cmpstr (adw_preferences_row_get_title (row), ==, "Nothing Can Be Changed");
  g_assert_false (gtk_widget_get_sensitive (get (preferences, "watch")));
  g_assert_false (gtk_widget_get_sensitive (get (preferences, "compiler")));
  g_assert_false (gtk_widget_get_sensitive (get (preferences, "reset")));

  finish (preferences, settings);
}

/* The tests keep settings in memory, and that is said. */
static void
test_not_kept (void)
{
  GSettings *settings = open_settings ();
  GtkWidget *preferences = luminal_preferences_new (settings);
  AdwPreferencesRow *row = get (preferences, "general_problem_row");

  g_assert_true (gtk_widget_get_visible (get (preferences, "general_problem")));
  g_assert_cmpstr (adw_preferences_row_get_title (row), ==, "Changes Are Not Kept");
  g_assert_true (gtk_widget_get_sensitive (get (preferences, "watch")));

  finish (preferences, settings);
}

static guint
count_rows (GtkWidget *list)
{
  guint n_rows = 0;

  while (gtk_list_box_get_row_at_index (GTK_LIST_BOX (list), (int) n_rows) != NULL)
    n_rows++;

  return n_rows;
}

static void
test_welcome (void)
{
  GtkWidget *welcome = g_object_ref_sink (luminal_welcome_new ());
  GListStore *recent = g_list_store_new (G_TYPE_FILE);
  GtkWidget *box =
    GTK_WIDGET (gtk_widget_get_template_child (welcome, LUMINAL_TYPE_WELCOME, "recent_box"));
  GtkWidget *list =
    GTK_WIDGET (gtk_widget_get_template_child (welcome, LUMINAL_TYPE_WELCOME, "recent_list"));
  static const char *const uris[] = { "file:///a%20%26%20%3Cb%3E", "file:///%ff%fe", "file:///", "sftp://host/photons" };

  luminal_welcome_set_recent (LUMINAL_WELCOME (welcome), G_LIST_MODEL (recent));
  g_assert_false (gtk_widget_get_visible (box));

  for (guint i = 0; i < G_N_ELEMENTS (uris); i++)
    {
      g_autoptr (GFile) folder = g_file_new_for_uri (uris[i]);

      g_list_store_append (recent, folder);
    }
  g_assert_true (gtk_widget_get_visible (box));
  g_assert_cmpuint (count_rows (list), ==, G_N_ELEMENTS (uris));
  g_assert_cmpstr (adw_preferences_row_get_title (ADW_PREFERENCES_ROW (gtk_list_box_get_row_at_index (GTK_LIST_BOX (list), 0))), ==, "a & <b>");

  g_list_store_remove_all (recent);
  g_assert_false (gtk_widget_get_visible (box));

  g_assert_finalize_object (welcome);
  g_assert_finalize_object (recent);
}

int
main (int    argc,
      char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_resources_register (luminal_app_get_resource ());
  adw_init ();

  g_test_add_func ("/app/preferences/switches", test_switches);
  g_test_add_func ("/app/preferences/combos", test_combos);
  g_test_add_func ("/app/preferences/numbers", test_numbers);
  g_test_add_func ("/app/preferences/compiler", test_compiler);
  g_test_add_func ("/app/preferences/reset", test_reset);
  g_test_add_func ("/app/preferences/recent", test_recent);
  g_test_add_func ("/app/preferences/one-locked", test_one_locked);
  g_test_add_func ("/app/preferences/all-locked", test_all_locked);
  g_test_add_func ("/app/preferences/not-kept", test_not_kept);
  g_test_add_func ("/app/welcome", test_welcome);

  return g_test_run ();
}
