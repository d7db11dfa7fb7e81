/* SPDX-License-Identifier: GPL-3.0-or-later */

#include "config.h"

#include "luminal-open-source.h"

#include <glib/gi18n.h>

/* A place in a source, in the editor that the person has chosen for such files. How an
 * editor is told a line is its own affair: for those that are known there is a command,
 * and any other is given the file. */

typedef struct
{
  const char *executable;
  const char *arguments; /* %f: the file, %l: the line, %c: the column */
} Editor;

static const Editor editors[] = {
  { "gedit", "+%l:%c %f" },
  { "emacs", "+%l:%c %f" },
  { "emacsclient", "+%l:%c %f" },
  { "gvim", "+%l %f" },
  { "pluma", "+%l %f" },
  { "xed", "+%l %f" },
  { "geany", "--line %l --column %c %f" },
  { "kate", "--line %l --column %c %f" },
  { "kwrite", "--line %l --column %c %f" },
  { "mousepad", "--line %l --column %c %f" },
  { "code", "--goto %f:%l:%c" },
  { "code-insiders", "--goto %f:%l:%c" },
  { "code-oss", "--goto %f:%l:%c" },
  { "codium", "--goto %f:%l:%c" },
  { "subl", "%f:%l:%c" },
  { "sublime_text", "%f:%l:%c" },
  { "zed", "%f:%l:%c" },
  { "zeditor", "%f:%l:%c" },
};

typedef struct
{
  GtkWindow *parent;
  char *path;
  guint line;
  guint column;
} Request;

static void
request_free (Request *request)
{
  g_object_unref (request->parent);
  g_free (request->path);
  g_free (request);
}

G_DEFINE_AUTOPTR_CLEANUP_FUNC (Request, request_free)

static void
say (Request      *request,
     const GError *error)
{
  g_autofree char *text = g_strdup_printf (_("The source cannot be opened: %s"), error->message);

  gtk_widget_activate_action (GTK_WIDGET (request->parent), "win.say", "s", text);
}

/* Where there is no editor, the desktop may still know what to do. */
static void
shown_cb (GObject      *source,
          GAsyncResult *result,
          gpointer      user_data)
{
  g_autoptr (Request) request = user_data;
  g_autoptr (GError) error = NULL;

  if (!gtk_show_uri_full_finish (GTK_WINDOW (source), result, &error) &&
      !g_error_matches (error, G_IO_ERROR, G_IO_ERROR_CANCELLED))
    say (request, error);
}

static void
launched_cb (GObject      *source,
             GAsyncResult *result,
             gpointer      user_data)
{
  g_autoptr (Request) request = user_data;
  g_autoptr (GError) error = NULL;

  if (!g_app_info_launch_uris_finish (G_APP_INFO (source), result, &error))
    say (request, error);
}

static GAppLaunchContext *
create_context (Request *request)
{
  GdkDisplay *display = gtk_widget_get_display (GTK_WIDGET (request->parent));

  return G_APP_LAUNCH_CONTEXT (gdk_display_get_app_launch_context (display));
}

static void
launch_at_line (Request    *request,
                const char *name,
                const char *command)
{
  g_autoptr (GAppLaunchContext) context = create_context (request);
  g_autoptr (GAppInfo) app = NULL;
  g_autoptr (GError) error = NULL;

  app = g_app_info_create_from_commandline (command, name, G_APP_INFO_CREATE_SUPPORTS_STARTUP_NOTIFICATION,
                                            &error);
  if (app == NULL || !g_app_info_launch (app, NULL, context, &error))
    say (request, error);
}

static void
handler_found_cb (GObject      *source,
                  GAsyncResult *result,
                  gpointer      user_data)
{
  g_autoptr (Request) request = user_data;
  g_autoptr (GError) error = NULL;
  g_autoptr (GAppInfo) app = g_file_query_default_handler_finish (G_FILE (source), result, &error);
  g_autofree char *uri = g_file_get_uri (G_FILE (source));
  g_autofree char *command = NULL;

  if (app == NULL && g_error_matches (error, G_IO_ERROR, G_IO_ERROR_NOT_SUPPORTED))
    {
      GtkWindow *parent = request->parent;

      gtk_show_uri_full (parent, uri, GDK_CURRENT_TIME, NULL, shown_cb, g_steal_pointer (&request));
      return;
    }
  if (app == NULL)
    {
      say (request, error);
      return;
    }

  command = luminal_open_source_command (g_app_info_get_executable (app), request->path, request->line,
                                         request->column);
  if (command != NULL)
    {
      launch_at_line (request, g_app_info_get_name (app), command);
    }
  else
    {
      g_autoptr (GAppLaunchContext) context = create_context (request);
      GList uris = { .data = uri };

      g_app_info_launch_uris_async (app, &uris, context, NULL, launched_cb, g_steal_pointer (&request));
    }
}

/* @line, @column: counted from 1; 0 if it is unknown */
void
luminal_open_source (GtkWindow  *parent,
                     const char *path,
                     guint       line,
                     guint       column)
{
  g_autoptr (GFile) file = g_file_new_for_path (path);
  Request *request = g_new0 (Request, 1);

  g_return_if_fail (GTK_IS_WINDOW (parent));

  request->parent = g_object_ref (parent);
  request->path = g_strdup (path);
  request->line = line;
  request->column = column;
  g_file_query_default_handler_async (file, G_PRIORITY_DEFAULT, NULL, handler_found_cb, request);
}

/**
 * luminal_open_source_command:
 * @executable: what the editor is started with
 * @path: the file
 * @line: counted from 1
 * @column: counted from 1; 0 if it is unknown
 *
 * Returns: (nullable): the command that shows @line in the editor, with the quotes that
 *   an application's command needs, or %NULL if the editor is not known to have one
 */
char *
luminal_open_source_command (const char *executable,
                             const char *path,
                             guint       line,
                             guint       column)
{
  g_autofree char *name = executable != NULL ? g_path_get_basename (executable) : NULL;
  g_autoptr (GString) command = NULL;
  const Editor *editor = NULL;

  for (guint i = 0; name != NULL && i < G_N_ELEMENTS (editors) && editor == NULL; i++)
    if (g_str_equal (editors[i].executable, name))
      editor = &editors[i];
  if (editor == NULL || line == 0)
    return NULL;

  command = g_string_new (executable);
  g_string_append_c (command, ' ');
  for (const char *p = editor->arguments; *p != '\0'; p++)
    {
      if (*p != '%')
        g_string_append_c (command, *p);
      else if (*++p == 'l')
        g_string_append_printf (command, "%u", line);
      else if (*p == 'c')
        g_string_append_printf (command, "%u", MAX (column, 1));
      else
        {
          g_autofree char *quoted = g_shell_quote (path);

          g_string_append (command, quoted);
        }
    }

  /* In the command of an application it begins the name of something to put in. */
  g_string_replace (command, "%", "%%", 0);

  return g_string_free (g_steal_pointer (&command), FALSE);
}
