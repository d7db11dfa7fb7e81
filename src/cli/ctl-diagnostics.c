/* SPDX-License-Identifier: GPL-3.0-or-later */

#include "ctl-diagnostics.h"

#include "ctl-json.h"
#include "ctl-visible.h"

/* The marks below a quoted line have to stay below it: tabs are kept. */
static void
append_visible (GString    *text,
                const char *line)
{
  g_auto (GStrv) parts = g_strsplit (line, "\t", -1);

  for (guint i = 0; parts[i] != NULL; i++)
    {
      g_autofree char *visible = ctl_visible (parts[i]);

      if (i > 0)
        g_string_append_c (text, '\t');
      g_string_append (text, visible);
    }
  g_string_append_c (text, '\n');
}

static void
append_all (GString    *text,
            GListModel *diagnostics)
{
  for (guint i = 0; i < g_list_model_get_n_items (diagnostics); i++)
    {
      g_autoptr (LuminalDiagnostic) diagnostic = g_list_model_get_item (diagnostics, i);
      const char *rendering = luminal_diagnostic_get_rendering (diagnostic);
      g_auto (GStrv) lines = NULL;

      if (rendering == NULL)
        rendering = luminal_diagnostic_get_text (diagnostic);
      lines = g_strsplit (rendering, "\n", -1);
      for (guint j = 0; lines[j] != NULL; j++)
        append_visible (text, lines[j]);
      append_all (text, luminal_diagnostic_get_children (diagnostic));
    }
}

/* Returns: lines that each end with a newline; empty if there is nothing to say */
char *
ctl_diagnostics_to_text (GListModel *diagnostics)
{
  GString *text = g_string_new (NULL);

  append_all (text, diagnostics);

  return g_string_free (text, FALSE);
}

static void
add_position (JsonBuilder *builder,
              const char  *member,
              guint        value)
{
  if (value == 0)
    return;

  json_builder_set_member_name (builder, member);
  json_builder_add_int_value (builder, value);
}

/* As the next value of @builder; what is unknown is left out. */
void
ctl_diagnostics_to_json (GListModel  *diagnostics,
                         JsonBuilder *builder)
{
  json_builder_begin_array (builder);
  for (guint i = 0; i < g_list_model_get_n_items (diagnostics); i++)
    {
      g_autoptr (LuminalDiagnostic) diagnostic = g_list_model_get_item (diagnostics, i);
      GListModel *children = luminal_diagnostic_get_children (diagnostic);

      json_builder_begin_object (builder);
      ctl_json_add_string (builder, "severity",
                           luminal_severity_to_string (luminal_diagnostic_get_severity (diagnostic)));
      ctl_json_add_string (builder, "file", luminal_diagnostic_get_file (diagnostic));
      add_position (builder, "line", luminal_diagnostic_get_line (diagnostic));
      add_position (builder, "column", luminal_diagnostic_get_column (diagnostic));
      ctl_json_add_string (builder, "text", luminal_diagnostic_get_text (diagnostic));
      ctl_json_add_string (builder, "option", luminal_diagnostic_get_option (diagnostic));
      ctl_json_add_string (builder, "rendering", luminal_diagnostic_get_rendering (diagnostic));
      if (g_list_model_get_n_items (children) > 0)
        {
          json_builder_set_member_name (builder, "children");
          ctl_diagnostics_to_json (children, builder);
        }
      json_builder_end_object (builder);
    }
  json_builder_end_array (builder);
}
