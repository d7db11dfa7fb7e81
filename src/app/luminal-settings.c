/* SPDX-License-Identifier: GPL-3.0-or-later */

#include "config.h"

#define G_SETTINGS_ENABLE_BACKEND

#include "luminal-settings.h"

#include <gio/gsettingsbackend.h>
#include <glib/gi18n.h>
#include <glib/gstdio.h>
#include <unistd.h>

#include "luminal-places.h"

static G_DEFINE_QUARK (luminal-settings-problem, problem)

/* Finding and opening them */

/* To ask for a key that is not there ends the program. */
static const char *const keys[] = {
  "folder",         "recent-folders",  "watch",          "recursive",         "sort",
  "notifications",  "isolation",       "grace-time",     "probation-time",    "settle-timeout",
  "open-timeout",   "restore-timeout", "start-timeout",  "save-timeout",      "finalizer-timeout",
  "memory-limit",   "cpu-limit",       "compiler",       "build-timeout",     "details-page",
  "window-width",   "window-height",   "window-maximized",
};

/* There may be an older Luminal on the system, too. */
static GSettingsSchema *
look_up (GSettingsSchemaSource *source)
{
  g_autoptr (GSettingsSchema) schema = NULL;

  if (source != NULL)
    schema = g_settings_schema_source_lookup (source, SETTINGS_ID, TRUE);
  for (guint i = 0; schema != NULL && i < G_N_ELEMENTS (keys); i++)
    if (!g_settings_schema_has_key (schema, keys[i]))
      return NULL;

  return g_steal_pointer (&schema);
}

/* Installed to a prefix of its own, the schema is not where GLib looks first. */
static GSettingsSchema *
find_schema (GError **error)
{
  g_autoptr (GSettingsSchemaSource) own = NULL;
  g_autoptr (GSettingsSchema) schema = look_up (g_settings_schema_source_get_default ());
  g_autofree char *folder = NULL;

  if (schema != NULL)
    return g_steal_pointer (&schema);

  folder = luminal_places_find_data ("glib-2.0/schemas");
  if (folder != NULL)
    own = g_settings_schema_source_new_from_directory (folder, NULL, TRUE, NULL);
  schema = look_up (own);
  if (schema == NULL)
    /* Translators: the name of a schema, and a folder */
    g_set_error (error, G_IO_ERROR, G_IO_ERROR_NOT_FOUND,
                 _("The settings schema %s of this version is not in %s. Install Luminal again, or name "
                   "the folder that has it in GSETTINGS_SCHEMA_DIR"),
                 SETTINGS_ID, folder != NULL ? folder : DATADIR "/glib-2.0/schemas");

  return g_steal_pointer (&schema);
}

/* Whether @path, or what would have to be made for it, can be written to. */
static gboolean
can_be_written (const char *path)
{
  g_autofree char *parent = NULL;

  if (g_file_test (path, G_FILE_TEST_EXISTS))
    return g_access (path, W_OK | X_OK) == 0;

  parent = g_path_get_dirname (path);
  return !g_str_equal (parent, path) && can_be_written (parent);
}

static void
copy_values (GSettings *from,
             GSettings *to)
{
  for (guint i = 0; i < G_N_ELEMENTS (keys); i++)
    {
      g_autoptr (GVariant) value = g_settings_get_user_value (from, keys[i]);

      if (value != NULL)
        g_settings_set_value (to, keys[i], value);
    }
}

/* dconf takes what is set, then fails to write it with a warning; a file is warned of when
 * there is no place for it. So there everything of the program is kept in memory, after what
 * dconf can read. */
static GSettings *
open_in_memory (GSettingsSchema *schema,
                const char      *wanted)
{
  GIOExtensionPoint *point;
  GIOExtension *dconf;
  g_autoptr (GSettingsBackend) memory = NULL;
  GSettings *settings;

  g_setenv ("GSETTINGS_BACKEND", "memory", TRUE);
  memory = g_settings_backend_get_default ();
  if (wanted != NULL)
    g_setenv ("GSETTINGS_BACKEND", wanted, TRUE);
  else
    g_unsetenv ("GSETTINGS_BACKEND");
  settings = g_settings_new_full (schema, memory, NULL);

  point = g_io_extension_point_lookup (G_SETTINGS_BACKEND_EXTENSION_POINT_NAME);
  dconf = point != NULL && wanted == NULL ? g_io_extension_point_get_extension_by_name (point, "dconf") : NULL;
  if (dconf != NULL)
    {
      g_autoptr (GSettingsBackend) backend = g_object_new (g_io_extension_get_type (dconf), NULL);
      g_autoptr (GSettings) stored = g_settings_new_full (schema, backend, NULL);

      copy_values (stored, settings);
    }

  return settings;
}

/* Why the usual backend could not write, or NULL. */
static const char *
find_problem (const char *wanted,
              gboolean    has_session_bus)
{
  g_autofree char *dconf = g_build_filename (g_get_user_config_dir (), "dconf", NULL);
  g_autofree char *file = g_build_filename (g_get_user_config_dir (), "glib-2.0", "settings", NULL);
  gboolean is_boxed = g_file_test ("/.flatpak-info", G_FILE_TEST_EXISTS);
  gboolean is_file = wanted != NULL ? g_str_equal (wanted, "keyfile") : is_boxed;
  gboolean is_dconf = wanted != NULL ? g_str_equal (wanted, "dconf") : !is_boxed;

  if (is_dconf && !has_session_bus)
    return _("There is no session bus, so changes last until Luminal is closed.");
  /* A file that may not be written is known to GLib; its folder has to be. */
  if ((is_dconf && !can_be_written (dconf)) ||
      (is_file && !g_file_test (file, G_FILE_TEST_IS_DIR) && !can_be_written (file)))
    return _("The folder of the settings cannot be written to, so changes last until Luminal is closed.");

  return NULL;
}

/**
 * luminal_settings_open:
 * @has_session_bus: whether there is a session bus, which dconf writes through
 * @error: return location for an error
 *
 * To be called before anything else of the program asks for settings.
 *
 * Returns: (transfer full) (nullable): the settings, or %NULL if their schema is missing
 */
GSettings *
luminal_settings_open (gboolean   has_session_bus,
                       GError   **error)
{
  g_autoptr (GSettingsSchema) schema = find_schema (error);
  g_autofree char *wanted = g_strdup (g_getenv ("GSETTINGS_BACKEND"));
  const char *problem;
  GSettings *settings;

  if (schema == NULL)
    return NULL;

  problem = find_problem (wanted, has_session_bus);
  if (problem != NULL)
    {
      settings = open_in_memory (schema, wanted);
    }
  else
    {
      g_autoptr (GSettingsBackend) backend = g_settings_backend_get_default ();

      if (g_str_equal (G_OBJECT_TYPE_NAME (backend), "GMemorySettingsBackend"))
        problem = _("Settings are only kept in memory here, so changes last until Luminal is closed.");
      settings = g_settings_new_full (schema, backend, NULL);
    }

  g_object_set_qdata_full (G_OBJECT (settings), problem_quark (), g_strdup (problem), g_free);

  return settings;
}

const char *
luminal_settings_get_problem (GSettings *settings)
{
  return g_object_get_qdata (G_OBJECT (settings), problem_quark ());
}

/* What follows them */

static gboolean
get_bytes (GValue   *value,
           GVariant *mebibytes,
           gpointer  user_data)
{
  g_value_set_uint64 (value, (guint64) g_variant_get_uint32 (mebibytes) << 20);

  return TRUE;
}

static gboolean
get_seconds (GValue   *value,
             GVariant *seconds,
             gpointer  user_data)
{
  g_value_set_uint64 (value, g_variant_get_uint32 (seconds));

  return TRUE;
}

static gboolean
get_command (GValue   *value,
             GVariant *command,
             gpointer  user_data)
{
  const char *text = g_variant_get_string (command, NULL);

  g_value_set_string (value, *text != '\0' ? text : NULL);

  return TRUE;
}

/* What is changed counts for what the loader does from then on. */
void
luminal_settings_bind_loader (GSettings     *settings,
                              LuminalLoader *loader)
{
  static const struct
  {
    const char *name;
    GSettingsBindGetMapping get;
  } bindings[] = {
    { "isolation" },
    { "grace-time" },
    { "probation-time" },
    { "settle-timeout" },
    { "open-timeout" },
    { "restore-timeout" },
    { "start-timeout" },
    { "save-timeout" },
    { "finalizer-timeout" },
    { "build-timeout" },
    { "memory-limit", get_bytes },
    { "cpu-limit", get_seconds },
    { "compiler", get_command },
  };

  for (guint i = 0; i < G_N_ELEMENTS (bindings); i++)
    g_settings_bind_with_mapping (settings, bindings[i].name, loader, bindings[i].name,
                                  G_SETTINGS_BIND_GET, bindings[i].get, NULL, NULL, NULL);
}

static void
bind_at_start (GSettings  *settings,
               const char *key,
               gpointer    object,
               const char *property)
{
  g_settings_bind (settings, key, object, property,
                   G_SETTINGS_BIND_GET | G_SETTINGS_BIND_GET_NO_CHANGES | G_SETTINGS_BIND_SET |
                     G_SETTINGS_BIND_NO_SENSITIVITY);
}

/* A window begins as the last one was, and then goes its own way.
 *
 * @details: what has a property "page" */
void
luminal_settings_bind_window (GSettings *settings,
                              GtkWindow *window,
                              GtkWidget *details)
{
  bind_at_start (settings, "window-width", window, "default-width");
  bind_at_start (settings, "window-height", window, "default-height");
  bind_at_start (settings, "window-maximized", window, "maximized");
  bind_at_start (settings, "details-page", details, "page");
}
