/* SPDX-License-Identifier: GPL-3.0-or-later */

#include "config.h"

#include "luminal-crash-view.h"

#include <glib/gi18n.h>

#include "luminal-visible.h"
#include "luminal-words.h"

/* How a photon's process ended without being asked to: all that is known. */

struct _LuminalCrashView
{
  GtkWidget parent_instance;

  GtkWidget *box;
  GtkLabel *cause;
  GtkLabel *time;
  GtkWidget *backtrace_box;
  GtkLabel *backtrace;
  GtkWidget *output_box;
  GtkLabel *output;

  LuminalCrash *crash;
};

G_DEFINE_FINAL_TYPE (LuminalCrashView, luminal_crash_view, GTK_TYPE_WIDGET)

static void
show_lines (GtkWidget         *box,
            GtkLabel          *label,
            const char *const *lines)
{
  g_autofree char *joined = g_strjoinv ("\n", (GStrv) lines);
  g_autofree char *text = luminal_visible_text (joined);

  gtk_widget_set_visible (box, *joined != '\0');
  gtk_label_set_text (label, text);
}

static void
copy_clicked_cb (LuminalCrashView *self)
{
  g_autofree char *text = luminal_crash_view_to_text (self->crash);

  gtk_widget_activate_action (GTK_WIDGET (self), "win.copy", "s", text);
}

static void
luminal_crash_view_dispose (GObject *object)
{
  LuminalCrashView *self = LUMINAL_CRASH_VIEW (object);

  g_clear_object (&self->crash);
  g_clear_pointer (&self->box, gtk_widget_unparent);

  G_OBJECT_CLASS (luminal_crash_view_parent_class)->dispose (object);
}

static void
luminal_crash_view_class_init (LuminalCrashViewClass *klass)
{
  GtkWidgetClass *widget_class = GTK_WIDGET_CLASS (klass);

  G_OBJECT_CLASS (klass)->dispose = luminal_crash_view_dispose;

  gtk_widget_class_set_accessible_role (widget_class, GTK_ACCESSIBLE_ROLE_GROUP);
  gtk_widget_class_set_layout_manager_type (widget_class, GTK_TYPE_BIN_LAYOUT);
  gtk_widget_class_set_template_from_resource (widget_class,
                                               RESOURCE_PATH "/ui/luminal-crash-view.ui");
  gtk_widget_class_bind_template_child (widget_class, LuminalCrashView, box);
  gtk_widget_class_bind_template_child (widget_class, LuminalCrashView, cause);
  gtk_widget_class_bind_template_child (widget_class, LuminalCrashView, time);
  gtk_widget_class_bind_template_child (widget_class, LuminalCrashView, backtrace_box);
  gtk_widget_class_bind_template_child (widget_class, LuminalCrashView, backtrace);
  gtk_widget_class_bind_template_child (widget_class, LuminalCrashView, output_box);
  gtk_widget_class_bind_template_child (widget_class, LuminalCrashView, output);
  gtk_widget_class_bind_template_callback (widget_class, copy_clicked_cb);
}

static void
luminal_crash_view_init (LuminalCrashView *self)
{
  gtk_widget_init_template (GTK_WIDGET (self));
  gtk_widget_hide (GTK_WIDGET (self));
}

/* @crash: (nullable): there was none, and nothing is shown */
void
luminal_crash_view_set_crash (LuminalCrashView *self,
                              LuminalCrash     *crash)
{
  g_autofree char *cause = NULL;
  g_autofree char *time = NULL;

  g_return_if_fail (LUMINAL_IS_CRASH_VIEW (self));

  if (!g_set_object (&self->crash, crash))
    return;

  gtk_widget_set_visible (GTK_WIDGET (self), crash != NULL);
  if (crash == NULL)
    return;

  cause = luminal_visible_text (luminal_crash_get_cause (crash));
  time = luminal_words_date (luminal_crash_get_time (crash));
  gtk_label_set_text (self->cause, cause);
  gtk_label_set_text (self->time, time);
  show_lines (self->backtrace_box, self->backtrace, luminal_crash_get_backtrace (crash));
  show_lines (self->output_box, self->output, luminal_crash_get_output (crash));
}

static void
append_lines (GString           *text,
              const char        *title,
              const char *const *lines)
{
  g_autofree char *joined = g_strjoinv ("\n", (GStrv) lines);

  if (*joined != '\0')
    g_string_append_printf (text, "\n%s\n%s\n", title, joined);
}

/* All of it, for whoever writes a report. */
char *
luminal_crash_view_to_text (LuminalCrash *crash)
{
  g_autofree char *time = luminal_words_date (luminal_crash_get_time (crash));
  g_autoptr (GString) text = g_string_new (NULL);

  g_string_append_printf (text, "%s\n%s\n", luminal_crash_get_cause (crash), time);
  append_lines (text, _("Backtrace"), luminal_crash_get_backtrace (crash));
  append_lines (text, _("Last Output"), luminal_crash_get_output (crash));

  return g_utf8_make_valid (text->str, -1);
}
