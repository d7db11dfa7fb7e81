/* SPDX-License-Identifier: GPL-3.0-or-later */

#include "config.h"

#include "luminal-generation-row.h"

#include <glib/gi18n.h>

#include "luminal-look.h"
#include "luminal-phase-bar.h"
#include "luminal-visible.h"
#include "luminal-words.h"

/* One attempt of a photon's history: which generation, when, what it took, how it ended. */

struct _LuminalGenerationRow
{
  GtkListBoxRow parent_instance;

  GtkImage *icon;
  GtkLabel *title;
  GtkLabel *time;
  GtkLabel *facts;
  GtkLabel *checksum;
  LuminalPhaseBar *bar;
  GtkLabel *error;
  GtkWidget *go_back;

  LuminalGeneration *generation;
  guint current;
  gboolean is_last;
  gboolean is_busy;
};

enum
{
  GO_BACK,
  N_SIGNALS
};

static guint signals[N_SIGNALS];

G_DEFINE_FINAL_TYPE (LuminalGenerationRow, luminal_generation_row, GTK_TYPE_LIST_BOX_ROW)

static const char *
describe_outcome (LuminalGenerationRow *self)
{
  switch (luminal_generation_get_outcome (self->generation))
    {
    case LUMINAL_OUTCOME_FAILED:
      return _("Failed");
    case LUMINAL_OUTCOME_ROLLED_BACK:
      return _("Rolled back");
    case LUMINAL_OUTCOME_RUNS:
    default:
      if (self->is_last)
        return _("In use");
      /* Translators: a generation that was put to work and replaced later */
      return _("Worked");
    }
}

static const char *
icon_name (LuminalGenerationRow *self)
{
  switch (luminal_generation_get_outcome (self->generation))
    {
    case LUMINAL_OUTCOME_FAILED:
      return "dialog-error-symbolic";
    case LUMINAL_OUTCOME_ROLLED_BACK:
      return "dialog-warning-symbolic";
    case LUMINAL_OUTCOME_RUNS:
    default:
      return self->is_last ? "luminal-running-symbolic" : "luminal-loaded-symbolic";
    }
}

static const char *
icon_class (LuminalGenerationRow *self)
{
  switch (luminal_generation_get_outcome (self->generation))
    {
    case LUMINAL_OUTCOME_FAILED:
      return "error";
    case LUMINAL_OUTCOME_ROLLED_BACK:
      return "warning";
    case LUMINAL_OUTCOME_RUNS:
    default:
      return self->is_last ? "success" : "dim-label";
    }
}

static void
update_facts (LuminalGenerationRow *self)
{
  g_autofree char *duration =
    luminal_look_duration (luminal_generation_get_duration (self->generation));
  g_autofree char *facts = NULL;

  if (luminal_generation_get_outcome (self->generation) == LUMINAL_OUTCOME_RUNS)
    facts = g_strdup_printf ("%s · %s", describe_outcome (self), duration);
  else
    /* Translators: how an attempt ended, in which phase, and after what time */
    facts = g_strdup_printf (_("%s: %s · %s"), describe_outcome (self),
                             luminal_look_phase_name (luminal_generation_get_failed_phase (self->generation)),
                             duration);
  gtk_label_set_text (self->facts, facts);
}

/* What went wrong on the way is told even where the attempt succeeded. */
static void
update_error (LuminalGenerationRow *self)
{
  const GError *error = luminal_generation_get_error (self->generation);
  g_autofree char *message = NULL;

  gtk_widget_set_visible (GTK_WIDGET (self->error), error != NULL);
  if (error == NULL)
    return;

  message = luminal_visible_start (error->message, 2 * LUMINAL_VISIBLE_LENGTH);
  gtk_label_set_text (self->error, message);
}

static void
update_accessible (LuminalGenerationRow *self,
                   const char           *title,
                   const char           *time)
{
  g_autofree char *label = NULL;
  g_autofree char *go_back = NULL;

  /* Translators: “Generation 7”, how it ended, when it began */
  label = g_strdup_printf (_("%s, %s, %s"), title, describe_outcome (self), time);
  gtk_accessible_update_property (GTK_ACCESSIBLE (self),
                                  GTK_ACCESSIBLE_PROPERTY_LABEL, label,
                                  -1);

  /* Translators: to the generation with this number */
  go_back = g_strdup_printf (_("Go Back to This One (Generation %u)"),
                             luminal_generation_get_number (self->generation));
  gtk_accessible_update_property (GTK_ACCESSIBLE (self->go_back),
                                  GTK_ACCESSIBLE_PROPERTY_LABEL, go_back,
                                  -1);
  gtk_accessible_update_property (GTK_ACCESSIBLE (self->icon),
                                  GTK_ACCESSIBLE_PROPERTY_LABEL, describe_outcome (self),
                                  -1);
}

static void
update (LuminalGenerationRow *self)
{
  guint number = luminal_generation_get_number (self->generation);
  const char *checksum = luminal_generation_get_checksum (self->generation);
  g_autofree char *title = g_strdup_printf (_("Generation %u"), number);
  g_autofree char *time = luminal_words_time (luminal_generation_get_time (self->generation));
  g_autofree char *date = luminal_words_date (luminal_generation_get_time (self->generation));
  g_autofree char *short_checksum = checksum != NULL ? g_strndup (checksum, 8) : g_strdup ("");
  const char *classes[] = { icon_class (self), NULL };

  gtk_image_set_from_icon_name (self->icon, icon_name (self));
  gtk_widget_set_css_classes (GTK_WIDGET (self->icon), classes);
  gtk_widget_set_tooltip_text (GTK_WIDGET (self->icon), describe_outcome (self));
  gtk_label_set_text (self->title, title);
  gtk_label_set_text (self->time, time);
  gtk_widget_set_tooltip_text (GTK_WIDGET (self->time), date);
  gtk_label_set_text (self->checksum, short_checksum);
  gtk_widget_set_visible (GTK_WIDGET (self->checksum), checksum != NULL);
  gtk_widget_set_tooltip_text (GTK_WIDGET (self->checksum), checksum);
  luminal_phase_bar_set_generation (self->bar, self->generation);

  gtk_widget_set_visible (self->go_back,
                          luminal_generation_get_kept (self->generation) && number != self->current);
  gtk_widget_set_sensitive (self->go_back, !self->is_busy);

  update_facts (self);
  update_error (self);
  update_accessible (self, title, time);
}

static void
go_back_clicked_cb (LuminalGenerationRow *self)
{
  g_signal_emit (self, signals[GO_BACK], 0);
}

static void
luminal_generation_row_dispose (GObject *object)
{
  LuminalGenerationRow *self = LUMINAL_GENERATION_ROW (object);

  g_clear_object (&self->generation);

  G_OBJECT_CLASS (luminal_generation_row_parent_class)->dispose (object);
}

static void
luminal_generation_row_class_init (LuminalGenerationRowClass *klass)
{
  GtkWidgetClass *widget_class = GTK_WIDGET_CLASS (klass);

  G_OBJECT_CLASS (klass)->dispose = luminal_generation_row_dispose;

  /* Somebody wants this generation back. */
  signals[GO_BACK] = g_signal_new ("go-back", LUMINAL_TYPE_GENERATION_ROW, G_SIGNAL_RUN_LAST,
                                   0, NULL, NULL, NULL, G_TYPE_NONE, 0);

  g_type_ensure (LUMINAL_TYPE_PHASE_BAR);
  gtk_widget_class_set_template_from_resource (widget_class,
                                               RESOURCE_PATH "/ui/luminal-generation-row.ui");
  gtk_widget_class_bind_template_child (widget_class, LuminalGenerationRow, icon);
  gtk_widget_class_bind_template_child (widget_class, LuminalGenerationRow, title);
  gtk_widget_class_bind_template_child (widget_class, LuminalGenerationRow, time);
  gtk_widget_class_bind_template_child (widget_class, LuminalGenerationRow, facts);
  gtk_widget_class_bind_template_child (widget_class, LuminalGenerationRow, checksum);
  gtk_widget_class_bind_template_child (widget_class, LuminalGenerationRow, bar);
  gtk_widget_class_bind_template_child (widget_class, LuminalGenerationRow, error);
  gtk_widget_class_bind_template_child (widget_class, LuminalGenerationRow, go_back);
  gtk_widget_class_bind_template_callback (widget_class, go_back_clicked_cb);
}

static void
luminal_generation_row_init (LuminalGenerationRow *self)
{
  gtk_widget_init_template (GTK_WIDGET (self));
}

GtkWidget *
luminal_generation_row_new (LuminalGeneration *generation)
{
  LuminalGenerationRow *self = g_object_new (LUMINAL_TYPE_GENERATION_ROW, NULL);

  self->generation = g_object_ref (generation);
  g_signal_connect_object (generation, "notify::kept", G_CALLBACK (update), self, G_CONNECT_SWAPPED);
  update (self);

  return GTK_WIDGET (self);
}

LuminalGeneration *
luminal_generation_row_get_generation (LuminalGenerationRow *self)
{
  g_return_val_if_fail (LUMINAL_IS_GENERATION_ROW (self), NULL);

  return self->generation;
}

/**
 * luminal_generation_row_set_current:
 * @self: the row
 * @current: the number of the generation that is loaded
 * @is_last: whether this attempt is the one that brought it
 * @is_busy: whether something is under way already
 */
void
luminal_generation_row_set_current (LuminalGenerationRow *self,
                                    guint                 current,
                                    gboolean              is_last,
                                    gboolean              is_busy)
{
  g_return_if_fail (LUMINAL_IS_GENERATION_ROW (self));

  if (self->current == current && self->is_last == is_last && self->is_busy == is_busy)
    return;

  self->current = current;
  self->is_last = is_last;
  self->is_busy = is_busy;
  update (self);
}
