/* SPDX-License-Identifier: GPL-3.0-or-later */

#include "config.h"

#include "luminal-preferences.h"

#include <glib/gi18n.h>

#include "luminal-compiler-check.h"
#include "luminal-number-row.h"
#include "luminal-recent-folders.h"
#include "luminal-settings.h"

/* What can be chosen. Everything counts at once; there is nothing to apply but a command
 * line that is still being typed. */

struct _LuminalPreferences
{
  AdwPreferencesWindow parent_instance;

  GSettings *settings;
  LuminalRecentFolders *recent;
  GVariant *before_reset;

  GtkWidget *general_problem;
  AdwActionRow *general_problem_row;
  GtkWidget *reload_problem;
  AdwActionRow *reload_problem_row;
  GtkWidget *building_problem;
  AdwActionRow *building_problem_row;
  GtkWidget *reset;
  AdwActionRow *watch;
  GtkSwitch *watch_switch;
  AdwActionRow *recursive;
  GtkSwitch *recursive_switch;
  AdwComboRow *sort;
  AdwComboRow *notifications;
  AdwActionRow *recent_row;
  GtkWidget *clear_recent;
  AdwComboRow *isolation;
  LuminalNumberRow *grace_time;
  LuminalNumberRow *probation_time;
  LuminalNumberRow *settle_timeout;
  LuminalNumberRow *open_timeout;
  LuminalNumberRow *restore_timeout;
  LuminalNumberRow *start_timeout;
  LuminalNumberRow *save_timeout;
  LuminalNumberRow *finalizer_timeout;
  LuminalNumberRow *memory_limit;
  LuminalNumberRow *cpu_limit;
  AdwEntryRow *compiler;
  GtkLabel *compiler_state;
  LuminalNumberRow *build_timeout;
};

G_DEFINE_FINAL_TYPE (LuminalPreferences, luminal_preferences, ADW_TYPE_PREFERENCES_WINDOW)

/* In the order in which they are offered. */
static const char *const sort_nicks[] = { "problems", "name", "recent", NULL };
static const char *const notifications_nicks[] = { "off", "failures", "all", NULL };
static const char *const isolation_nicks[] = { "worker", "in-process", NULL };

/* What can be set here, and so be reset. */
static const char *const keys[] = {
  "watch",
  "recursive",
  "sort",
  "notifications",
  "isolation",
  "grace-time",
  "probation-time",
  "settle-timeout",
  "open-timeout",
  "restore-timeout",
  "start-timeout",
  "save-timeout",
  "finalizer-timeout",
  "memory-limit",
  "cpu-limit",
  "compiler",
  "build-timeout",
};

/* Rows that follow a setting */

static gboolean
is_any_writable (GSettings *settings)
{
  for (guint i = 0; i < G_N_ELEMENTS (keys); i++)
    if (g_settings_is_writable (settings, keys[i]))
      return TRUE;

  return FALSE;
}

/* What may not be written, as an administrator can have it, is shown all the same. */
static void
update_writable (GSettings  *settings,
                 const char *key,
                 GtkWidget  *row)
{
  gboolean is_writable = g_settings_is_writable (settings, key);
  const char *subtitle = g_object_get_data (G_OBJECT (row), "subtitle");

  gtk_widget_set_sensitive (row, is_writable);
  if (!ADW_IS_ACTION_ROW (row))
    return;

  if (is_writable || !is_any_writable (settings))
    {
      adw_action_row_set_subtitle (ADW_ACTION_ROW (row), subtitle);
    }
  else
    {
      g_autofree char *text = g_strdup_printf ("%s\n%s", subtitle, _("It is set for you, and cannot be changed here."));

      adw_action_row_set_subtitle (ADW_ACTION_ROW (row), text);
    }
}

static void
writable_changed_cb (GtkWidget  *row,
                     const char *key,
                     GSettings  *settings)
{
  update_writable (settings, key, row);
}

static void
follow_writable (LuminalPreferences *self,
                 const char         *key,
                 gpointer            row)
{
  g_autofree char *signal = g_strconcat ("writable-changed::", key, NULL);

  if (ADW_IS_ACTION_ROW (row))
    g_object_set_data_full (row, "subtitle", g_strdup (adw_action_row_get_subtitle (row)), g_free);
  g_signal_connect_object (self->settings, signal, G_CALLBACK (writable_changed_cb), row, G_CONNECT_SWAPPED);
  update_writable (self->settings, key, row);
}

static void
bind_switch (LuminalPreferences *self,
             const char         *key,
             gpointer            row,
             GtkSwitch          *control)
{
  g_settings_bind (self->settings, key, control, "active",
                   G_SETTINGS_BIND_DEFAULT | G_SETTINGS_BIND_NO_SENSITIVITY);
  follow_writable (self, key, row);
}

static gboolean
get_selected (GValue   *value,
              GVariant *nick,
              gpointer  user_data)
{
  const char *const *nicks = user_data;

  for (guint i = 0; nicks[i] != NULL; i++)
    if (g_str_equal (nicks[i], g_variant_get_string (nick, NULL)))
      {
        g_value_set_uint (value, i);
        return TRUE;
      }

  return FALSE;
}

static GVariant *
set_selected (const GValue       *value,
              const GVariantType *type,
              gpointer            user_data)
{
  const char *const *nicks = user_data;
  guint selected = g_value_get_uint (value);

  return selected < g_strv_length ((char **) nicks) ? g_variant_new_string (nicks[selected]) : NULL;
}

static void
bind_combo (LuminalPreferences *self,
            const char         *key,
            gpointer            row,
            const char *const  *nicks)
{
  g_settings_bind_with_mapping (self->settings, key, row, "selected",
                                G_SETTINGS_BIND_DEFAULT | G_SETTINGS_BIND_NO_SENSITIVITY,
                                get_selected, set_selected, (gpointer) nicks, NULL);
  follow_writable (self, key, row);
}

static void
bind_number (LuminalPreferences *self,
             const char         *key,
             LuminalNumberRow   *row)
{
  luminal_number_row_bind (row, self->settings, key);
  follow_writable (self, key, row);
}

/* The compiler: it is said at once what a text comes to, and counts when it is applied. */

static void
compiler_changed_cb (LuminalPreferences *self)
{
  const char *command = gtk_editable_get_text (GTK_EDITABLE (self->compiler));
  g_autofree char *text = NULL;
  gboolean is_usable;

  text = luminal_compiler_check (command, g_getenv ("CC"), &is_usable);
  gtk_label_set_text (self->compiler_state, text);
  if (is_usable)
    {
      gtk_widget_remove_css_class (GTK_WIDGET (self->compiler), "error");
      gtk_widget_remove_css_class (GTK_WIDGET (self->compiler_state), "error");
      gtk_widget_add_css_class (GTK_WIDGET (self->compiler_state), "dim-label");
      gtk_accessible_reset_state (GTK_ACCESSIBLE (self->compiler), GTK_ACCESSIBLE_STATE_INVALID);
    }
  else
    {
      gtk_widget_add_css_class (GTK_WIDGET (self->compiler), "error");
      gtk_widget_add_css_class (GTK_WIDGET (self->compiler_state), "error");
      gtk_widget_remove_css_class (GTK_WIDGET (self->compiler_state), "dim-label");
      gtk_accessible_update_state (GTK_ACCESSIBLE (self->compiler),
                                   GTK_ACCESSIBLE_STATE_INVALID, GTK_ACCESSIBLE_INVALID_TRUE,
                                   -1);
    }
}

static void
compiler_applied_cb (LuminalPreferences *self)
{
  g_settings_set_string (self->settings, "compiler", gtk_editable_get_text (GTK_EDITABLE (self->compiler)));
}

static void
compiler_setting_cb (LuminalPreferences *self)
{
  g_autofree char *command = g_settings_get_string (self->settings, "compiler");

  /* Only what a person types is there to be applied. */
  adw_entry_row_set_show_apply_button (self->compiler, FALSE);
  if (g_strcmp0 (command, gtk_editable_get_text (GTK_EDITABLE (self->compiler))) != 0)
    gtk_editable_set_text (GTK_EDITABLE (self->compiler), command);
  adw_entry_row_set_show_apply_button (self->compiler, TRUE);
  compiler_changed_cb (self);
}

/* Recent folders, and the defaults */

static void
update_recent (LuminalPreferences *self)
{
  guint n_items = g_list_model_get_n_items (G_LIST_MODEL (self->recent));
  g_autofree char *text = NULL;

  if (n_items > 0)
    text = g_strdup_printf (ngettext ("%u folder is remembered.", "%u folders are remembered.", n_items), n_items);
  else
    text = g_strdup (_("No folder is remembered."));

  adw_action_row_set_subtitle (self->recent_row, text);
  gtk_widget_set_sensitive (self->clear_recent,
                            n_items > 0 && g_settings_is_writable (self->settings, "recent-folders"));
}

static void
clear_recent_cb (LuminalPreferences *self)
{
  luminal_recent_folders_clear (self->recent);
}

static void
reset_cb (LuminalPreferences *self)
{
  g_auto (GVariantDict) before = G_VARIANT_DICT_INIT (NULL);
  AdwToast *toast;

  for (guint i = 0; i < G_N_ELEMENTS (keys); i++)
    {
      g_autoptr (GVariant) value = g_settings_get_user_value (self->settings, keys[i]);

      if (value == NULL || !g_settings_is_writable (self->settings, keys[i]))
        continue;

      g_variant_dict_insert_value (&before, keys[i], value);
      g_settings_reset (self->settings, keys[i]);
    }

  g_clear_pointer (&self->before_reset, g_variant_unref);
  self->before_reset = g_variant_ref_sink (g_variant_dict_end (&before));

  toast = adw_toast_new (_("All settings have their defaults"));
  adw_toast_set_button_label (toast, _("_Undo"));
  adw_toast_set_action_name (toast, "preferences.undo-reset");
  adw_preferences_window_add_toast (ADW_PREFERENCES_WINDOW (self), toast);
}

static void
undo_reset_action (GtkWidget  *widget,
                   const char *action_name,
                   GVariant   *parameter)
{
  LuminalPreferences *self = LUMINAL_PREFERENCES (widget);
  GVariantIter iter;
  const char *key;
  GVariant *value;

  if (self->before_reset == NULL)
    return;

  g_variant_iter_init (&iter, self->before_reset);
  while (g_variant_iter_loop (&iter, "{&sv}", &key, &value))
    g_settings_set_value (self->settings, key, value);
  g_clear_pointer (&self->before_reset, g_variant_unref);
}

/* libadwaita 1.2 never lets go of the groups of a preferences window. They are to leave
 * nothing behind that follows a setting. */
static void
empty_groups (LuminalPreferences *self)
{
  gpointer rows[] = {
    self->watch,         self->recursive,    self->sort,         self->notifications,
    self->recent_row,    self->isolation,    self->grace_time,   self->probation_time,
    self->settle_timeout, self->open_timeout, self->restore_timeout, self->start_timeout,
    self->save_timeout,  self->finalizer_timeout, self->memory_limit, self->cpu_limit,
    self->compiler,      self->build_timeout,
  };

  for (guint i = 0; i < G_N_ELEMENTS (rows); i++)
    {
      GtkWidget *group = rows[i] != NULL ? gtk_widget_get_ancestor (rows[i], ADW_TYPE_PREFERENCES_GROUP) : NULL;

      if (group != NULL)
        adw_preferences_group_remove (ADW_PREFERENCES_GROUP (group), rows[i]);
    }
}

static void
luminal_preferences_dispose (GObject *object)
{
  LuminalPreferences *self = LUMINAL_PREFERENCES (object);

  empty_groups (self);
  g_clear_object (&self->recent);
  g_clear_object (&self->settings);
  g_clear_pointer (&self->before_reset, g_variant_unref);

  G_OBJECT_CLASS (luminal_preferences_parent_class)->dispose (object);
}

static void
luminal_preferences_class_init (LuminalPreferencesClass *klass)
{
  GtkWidgetClass *widget_class = GTK_WIDGET_CLASS (klass);

  G_OBJECT_CLASS (klass)->dispose = luminal_preferences_dispose;

  g_type_ensure (LUMINAL_TYPE_NUMBER_ROW);
  gtk_widget_class_install_action (widget_class, "preferences.undo-reset", NULL, undo_reset_action);
  gtk_widget_class_set_template_from_resource (widget_class, RESOURCE_PATH "/ui/luminal-preferences.ui");

#define BIND(name) gtk_widget_class_bind_template_child (widget_class, LuminalPreferences, name)
  BIND (general_problem);
  BIND (general_problem_row);
  BIND (reload_problem);
  BIND (reload_problem_row);
  BIND (building_problem);
  BIND (building_problem_row);
  BIND (reset);
  BIND (watch);
  BIND (watch_switch);
  BIND (recursive);
  BIND (recursive_switch);
  BIND (sort);
  BIND (notifications);
  BIND (recent_row);
  BIND (clear_recent);
  BIND (isolation);
  BIND (grace_time);
  BIND (probation_time);
  BIND (settle_timeout);
  BIND (open_timeout);
  BIND (restore_timeout);
  BIND (start_timeout);
  BIND (save_timeout);
  BIND (finalizer_timeout);
  BIND (memory_limit);
  BIND (cpu_limit);
  BIND (compiler);
  BIND (compiler_state);
  BIND (build_timeout);
#undef BIND

  gtk_widget_class_bind_template_callback (widget_class, clear_recent_cb);
  gtk_widget_class_bind_template_callback (widget_class, reset_cb);
  gtk_widget_class_bind_template_callback (widget_class, compiler_changed_cb);
  gtk_widget_class_bind_template_callback (widget_class, compiler_applied_cb);
}

static void
luminal_preferences_init (LuminalPreferences *self)
{
  gtk_widget_init_template (GTK_WIDGET (self));
}

/* What is true of all settings is said once, on top of each page. */
static void
update_problem (LuminalPreferences *self)
{
  const struct
  {
    GtkWidget *group;
    AdwActionRow *row;
  } places[] = {
    { self->general_problem, self->general_problem_row },
    { self->reload_problem, self->reload_problem_row },
    { self->building_problem, self->building_problem_row },
  };
  const char *problem = luminal_settings_get_problem (self->settings);
  const char *title = _("Changes Are Not Kept");

  if (!is_any_writable (self->settings))
    {
      title = _("Nothing Can Be Changed");
      problem = _("The settings may not be written.");
    }

  for (guint i = 0; i < G_N_ELEMENTS (places); i++)
    {
      gtk_widget_set_visible (places[i].group, problem != NULL);
      adw_preferences_row_set_title (ADW_PREFERENCES_ROW (places[i].row), title);
      adw_action_row_set_subtitle (places[i].row, problem);
    }
  gtk_widget_set_sensitive (self->reset, is_any_writable (self->settings));
}

GtkWidget *
luminal_preferences_new (GSettings *settings)
{
  LuminalPreferences *self;

  g_return_val_if_fail (G_IS_SETTINGS (settings), NULL);

  self = g_object_new (LUMINAL_TYPE_PREFERENCES, NULL);
  self->settings = g_object_ref (settings);
  g_signal_connect_object (settings, "writable-changed",
                           G_CALLBACK (update_problem), self, G_CONNECT_SWAPPED);
  update_problem (self);

  bind_switch (self, "watch", self->watch, self->watch_switch);
  bind_switch (self, "recursive", self->recursive, self->recursive_switch);
  bind_combo (self, "sort", self->sort, sort_nicks);
  bind_combo (self, "notifications", self->notifications, notifications_nicks);
  bind_combo (self, "isolation", self->isolation, isolation_nicks);
  bind_number (self, "grace-time", self->grace_time);
  bind_number (self, "probation-time", self->probation_time);
  bind_number (self, "settle-timeout", self->settle_timeout);
  bind_number (self, "open-timeout", self->open_timeout);
  bind_number (self, "restore-timeout", self->restore_timeout);
  bind_number (self, "start-timeout", self->start_timeout);
  bind_number (self, "save-timeout", self->save_timeout);
  bind_number (self, "finalizer-timeout", self->finalizer_timeout);
  bind_number (self, "memory-limit", self->memory_limit);
  bind_number (self, "cpu-limit", self->cpu_limit);
  bind_number (self, "build-timeout", self->build_timeout);

  g_signal_connect_object (settings, "changed::compiler",
                           G_CALLBACK (compiler_setting_cb), self, G_CONNECT_SWAPPED);
  follow_writable (self, "compiler", self->compiler);
  compiler_setting_cb (self);

  self->recent = luminal_recent_folders_new (settings);
  g_signal_connect_object (self->recent, "items-changed", G_CALLBACK (update_recent), self, G_CONNECT_SWAPPED);
  update_recent (self);

  return GTK_WIDGET (self);
}
