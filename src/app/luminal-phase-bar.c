/* SPDX-License-Identifier: GPL-3.0-or-later */

#include "config.h"

#include "luminal-phase-bar.h"

#include <glib/gi18n.h>

#include "luminal-look.h"

/* How long each phase of an attempt took, to scale: where the time went is seen at once,
 * and read in the tooltip. */

#define HEIGHT 6
#define NATURAL_WIDTH 160
#define GAP 1

struct _LuminalPhaseBar
{
  GtkWidget parent_instance;

  LuminalGeneration *generation;
};

G_DEFINE_FINAL_TYPE (LuminalPhaseBar, luminal_phase_bar, GTK_TYPE_WIDGET)

/* From the palette of GNOME, in shades that show on light and dark. */
static const char *const colors[LUMINAL_N_PHASES] = {
  [LUMINAL_PHASE_NONE] = "#9a9996",
  [LUMINAL_PHASE_SETTLE] = "#c0bfbc",
  [LUMINAL_PHASE_READ] = "#62a0ea",
  [LUMINAL_PHASE_CHECKSUM] = "#1c71d8",
  [LUMINAL_PHASE_BUILD] = "#e5a50a",
  [LUMINAL_PHASE_INSPECT] = "#9141ac",
  [LUMINAL_PHASE_STAGE] = "#2190a4",
  [LUMINAL_PHASE_HAND_OVER] = "#ff7800",
  [LUMINAL_PHASE_START] = "#2ec27e",
  [LUMINAL_PHASE_COMMIT] = "#c061cb",
  [LUMINAL_PHASE_PROBATION] = "#e01b24",
};

static gint64
total_of (LuminalGeneration *generation)
{
  gint64 total = 0;

  for (LuminalPhase phase = 0; phase < LUMINAL_N_PHASES; phase++)
    total += luminal_generation_get_phase_duration (generation, phase);

  return total;
}

static guint
count_phases (LuminalGeneration *generation)
{
  guint n = 0;

  for (LuminalPhase phase = 0; phase < LUMINAL_N_PHASES; phase++)
    n += luminal_generation_get_phase_duration (generation, phase) > 0;

  return n;
}

/* What took next to nothing still shows that it took place. */
static void
luminal_phase_bar_snapshot (GtkWidget   *widget,
                            GtkSnapshot *snapshot)
{
  LuminalPhaseBar *self = LUMINAL_PHASE_BAR (widget);
  gboolean from_right = gtk_widget_get_direction (widget) == GTK_TEXT_DIR_RTL;
  float width = (float) gtk_widget_get_width (widget);
  float height = (float) gtk_widget_get_height (widget);
  GskRoundedRect outline;
  gint64 total;
  float scale;
  float x = 0;

  if (self->generation == NULL || (total = total_of (self->generation)) == 0)
    return;

  scale = (width - (float) count_phases (self->generation) * (1 + GAP)) / (float) total;
  gsk_rounded_rect_init_from_rect (&outline, &GRAPHENE_RECT_INIT (0, 0, width, height), height / 2);
  gtk_snapshot_push_rounded_clip (snapshot, &outline);

  for (LuminalPhase phase = 1; phase <= LUMINAL_N_PHASES; phase++)
    {
      /* What belongs to no phase, such as the way back, comes last. */
      LuminalPhase drawn = phase % LUMINAL_N_PHASES;
      gint64 duration = luminal_generation_get_phase_duration (self->generation, drawn);
      float part = 1 + MAX (0, scale * (float) duration);
      GdkRGBA color;

      if (duration <= 0)
        continue;

      gdk_rgba_parse (&color, colors[drawn]);
      gtk_snapshot_append_color (snapshot, &color,
                                 &GRAPHENE_RECT_INIT (from_right ? width - x - part : x, 0, part, height));
      x += part + GAP;
    }

  gtk_snapshot_pop (snapshot);
}

static void
luminal_phase_bar_measure (GtkWidget      *widget,
                           GtkOrientation  orientation,
                           int             for_size,
                           int            *minimum,
                           int            *natural,
                           int            *minimum_baseline,
                           int            *natural_baseline)
{
  *minimum = orientation == GTK_ORIENTATION_HORIZONTAL ? 24 : HEIGHT;
  *natural = orientation == GTK_ORIENTATION_HORIZONTAL ? NATURAL_WIDTH : HEIGHT;
}

/**
 * luminal_phase_bar_describe:
 * @generation: an attempt
 *
 * Returns: a line for each phase that took time
 */
char *
luminal_phase_bar_describe (LuminalGeneration *generation)
{
  GString *text = g_string_new (NULL);

  for (LuminalPhase phase = 1; phase <= LUMINAL_N_PHASES; phase++)
    {
      LuminalPhase told = phase % LUMINAL_N_PHASES;
      gint64 duration = luminal_generation_get_phase_duration (generation, told);
      g_autofree char *time = luminal_look_duration (duration);

      if (duration <= 0)
        continue;
      if (text->len > 0)
        g_string_append_c (text, '\n');
      /* Translators: a phase of a reload, and how long it took */
      g_string_append_printf (text, _("%s: %s"), luminal_look_phase_name (told), time);
    }

  return g_string_free (text, FALSE);
}

static gboolean
luminal_phase_bar_query_tooltip (GtkWidget  *widget,
                                 int         x,
                                 int         y,
                                 gboolean    keyboard,
                                 GtkTooltip *tooltip)
{
  LuminalPhaseBar *self = LUMINAL_PHASE_BAR (widget);
  g_autoptr (GString) markup = NULL;

  if (self->generation == NULL || total_of (self->generation) == 0)
    return FALSE;

  markup = g_string_new (NULL);
  for (LuminalPhase phase = 1; phase <= LUMINAL_N_PHASES; phase++)
    {
      LuminalPhase told = phase % LUMINAL_N_PHASES;
      gint64 duration = luminal_generation_get_phase_duration (self->generation, told);
      g_autofree char *time = luminal_look_duration (duration);
      g_autofree char *name = g_markup_escape_text (luminal_look_phase_name (told), -1);

      if (duration > 0)
        g_string_append_printf (markup, "%s<span color=\"%s\">■</span> %s  %s",
                                markup->len > 0 ? "\n" : "", colors[told], name, time);
    }
  gtk_tooltip_set_markup (tooltip, markup->str);

  return TRUE;
}

static void
luminal_phase_bar_finalize (GObject *object)
{
  g_clear_object (&LUMINAL_PHASE_BAR (object)->generation);

  G_OBJECT_CLASS (luminal_phase_bar_parent_class)->finalize (object);
}

static void
luminal_phase_bar_class_init (LuminalPhaseBarClass *klass)
{
  GtkWidgetClass *widget_class = GTK_WIDGET_CLASS (klass);

  G_OBJECT_CLASS (klass)->finalize = luminal_phase_bar_finalize;
  widget_class->snapshot = luminal_phase_bar_snapshot;
  widget_class->measure = luminal_phase_bar_measure;
  widget_class->query_tooltip = luminal_phase_bar_query_tooltip;

  gtk_widget_class_set_css_name (widget_class, "phasebar");
  gtk_widget_class_set_accessible_role (widget_class, GTK_ACCESSIBLE_ROLE_IMG);
}

static void
luminal_phase_bar_init (LuminalPhaseBar *self)
{
  gtk_widget_set_has_tooltip (GTK_WIDGET (self), TRUE);
  gtk_widget_set_valign (GTK_WIDGET (self), GTK_ALIGN_CENTER);
}

GtkWidget *
luminal_phase_bar_new (void)
{
  return g_object_new (LUMINAL_TYPE_PHASE_BAR, NULL);
}

void
luminal_phase_bar_set_generation (LuminalPhaseBar   *self,
                                  LuminalGeneration *generation)
{
  g_autofree char *description = NULL;

  g_return_if_fail (LUMINAL_IS_PHASE_BAR (self));

  g_set_object (&self->generation, generation);
  if (generation != NULL)
    description = luminal_phase_bar_describe (generation);
  gtk_accessible_update_property (GTK_ACCESSIBLE (self),
                                  GTK_ACCESSIBLE_PROPERTY_LABEL, _("Time by phase"),
                                  GTK_ACCESSIBLE_PROPERTY_DESCRIPTION,
                                  description != NULL ? description : "",
                                  -1);
  gtk_widget_queue_draw (GTK_WIDGET (self));
}
