/* SPDX-License-Identifier: GPL-3.0-or-later */

#include "config.h"

#include "luminal-output-log.h"

#include <string.h>

/* What one photon said, the last 100,000 lines of it. A line is a few bytes in a ring;
 * an object is made of it for as long as somebody looks. What comes in one go is
 * reported in one go, before the next frame is drawn. */

typedef struct
{
  GRefString *text; /* NULL: a generation begins */
  gint64 time;
  guint generation;
  guint is_error : 1;
} Line;

struct _LuminalOutputItem
{
  GObject parent_instance;

  Line line;
};

G_DEFINE_FINAL_TYPE (LuminalOutputItem, luminal_output_item, G_TYPE_OBJECT)

static void
luminal_output_item_finalize (GObject *object)
{
  g_clear_pointer (&LUMINAL_OUTPUT_ITEM (object)->line.text, g_ref_string_release);

  G_OBJECT_CLASS (luminal_output_item_parent_class)->finalize (object);
}

static void
luminal_output_item_class_init (LuminalOutputItemClass *klass)
{
  G_OBJECT_CLASS (klass)->finalize = luminal_output_item_finalize;
}

static void
luminal_output_item_init (LuminalOutputItem *self)
{
}

gboolean
luminal_output_item_is_divider (LuminalOutputItem *self)
{
  return self->line.text == NULL;
}

/* Whether it was said on an error stream. */
gboolean
luminal_output_item_is_error (LuminalOutputItem *self)
{
  return self->line.is_error;
}

guint
luminal_output_item_get_generation (LuminalOutputItem *self)
{
  return self->line.generation;
}

/* In microseconds since the epoch. */
gint64
luminal_output_item_get_time (LuminalOutputItem *self)
{
  return self->line.time;
}

const char *
luminal_output_item_get_text (LuminalOutputItem *self)
{
  return self->line.text;
}

struct _LuminalOutputLog
{
  GObject parent_instance;

  guint max_lines;
  gsize max_bytes;

  /* A ring, which grows up to max_lines. The lines at its end that nobody knows of yet
   * are pending. */
  Line *ring;
  guint size;
  guint first;
  guint n_lines;
  guint n_pending;
  guint report_id;

  gsize n_bytes;
  guint64 n_dropped;
  guint generation;
};

enum
{
  PROP_0,
  PROP_N_DROPPED,
  N_PROPS
};

static GParamSpec *properties[N_PROPS];

static void luminal_output_log_list_model_init (GListModelInterface *iface);

G_DEFINE_FINAL_TYPE_WITH_CODE (LuminalOutputLog, luminal_output_log, G_TYPE_OBJECT,
                               G_IMPLEMENT_INTERFACE (G_TYPE_LIST_MODEL,
                                                      luminal_output_log_list_model_init))

static Line *
line_at (LuminalOutputLog *self,
         guint             position)
{
  return &self->ring[(self->first + position) % self->size];
}

static gsize
line_size (const Line *line)
{
  return sizeof (Line) + (line->text != NULL ? g_ref_string_length (line->text) : 0);
}

static guint
n_known (LuminalOutputLog *self)
{
  return self->n_lines - self->n_pending;
}

static void
drop_first (LuminalOutputLog *self)
{
  Line *line = line_at (self, 0);

  self->n_bytes -= line_size (line);
  if (line->text != NULL)
    self->n_dropped++;
  g_clear_pointer (&line->text, g_ref_string_release);
  self->first = (self->first + 1) % self->size;
  self->n_lines--;
}

/* The list is made shorter in one step and longer in another, as both ends change. */
static void
report (LuminalOutputLog *self)
{
  guint n_too_many = 0;
  gsize n_bytes = self->n_bytes;
  guint n_removed;
  guint n_added;

  g_clear_handle_id (&self->report_id, g_source_remove);

  while (self->n_lines - n_too_many > self->max_lines ||
         (n_bytes > self->max_bytes && self->n_lines - n_too_many > 1))
    n_bytes -= line_size (line_at (self, n_too_many++));

  n_removed = MIN (n_too_many, n_known (self));
  for (guint i = 0; i < n_removed; i++)
    drop_first (self);
  if (n_removed > 0)
    g_list_model_items_changed (G_LIST_MODEL (self), 0, n_removed, 0);

  for (guint i = n_removed; i < n_too_many; i++)
    {
      drop_first (self);
      self->n_pending--;
    }

  n_added = self->n_pending;
  self->n_pending = 0;
  if (n_added > 0)
    g_list_model_items_changed (G_LIST_MODEL (self), self->n_lines - n_added, 0, n_added);
  if (n_too_many > 0)
    g_object_notify_by_pspec (G_OBJECT (self), properties[PROP_N_DROPPED]);
}

static gboolean
report_cb (gpointer user_data)
{
  report (user_data);

  return G_SOURCE_REMOVE;
}

static void
grow (LuminalOutputLog *self)
{
  guint size = MAX (16, self->size * 2);
  Line *ring = g_new0 (Line, size);

  for (guint i = 0; i < self->n_lines; i++)
    ring[i] = *line_at (self, i);

  g_free (self->ring);
  self->ring = ring;
  self->size = size;
  self->first = 0;
}

static void
append (LuminalOutputLog *self,
        const Line       *line)
{
  if (self->n_lines == self->size)
    grow (self);

  *line_at (self, self->n_lines) = *line;
  self->n_lines++;
  self->n_pending++;
  self->n_bytes += line_size (line);

  if (self->report_id == 0)
    self->report_id = g_idle_add_full (G_PRIORITY_HIGH_IDLE, report_cb, self, NULL);

  /* A flood is not to pile up behind a main loop that has no time for it. */
  if (self->n_lines > self->max_lines + self->max_lines / 8 + 16)
    report (self);
}

static GType
luminal_output_log_get_item_type (GListModel *model)
{
  return LUMINAL_TYPE_OUTPUT_ITEM;
}

static guint
luminal_output_log_get_n_items (GListModel *model)
{
  return n_known (LUMINAL_OUTPUT_LOG (model));
}

static gpointer
luminal_output_log_get_item (GListModel *model,
                             guint       position)
{
  LuminalOutputLog *self = LUMINAL_OUTPUT_LOG (model);
  LuminalOutputItem *item;

  if (position >= n_known (self))
    return NULL;

  item = g_object_new (LUMINAL_TYPE_OUTPUT_ITEM, NULL);
  item->line = *line_at (self, position);
  if (item->line.text != NULL)
    g_ref_string_acquire (item->line.text);

  return item;
}

static void
luminal_output_log_list_model_init (GListModelInterface *iface)
{
  iface->get_item_type = luminal_output_log_get_item_type;
  iface->get_n_items = luminal_output_log_get_n_items;
  iface->get_item = luminal_output_log_get_item;
}

static void
luminal_output_log_get_property (GObject    *object,
                                 guint       property_id,
                                 GValue     *value,
                                 GParamSpec *pspec)
{
  switch (property_id)
    {
    case PROP_N_DROPPED:
      g_value_set_uint64 (value, luminal_output_log_get_n_dropped (LUMINAL_OUTPUT_LOG (object)));
      break;
    default:
      G_OBJECT_WARN_INVALID_PROPERTY_ID (object, property_id, pspec);
    }
}

static void
luminal_output_log_finalize (GObject *object)
{
  LuminalOutputLog *self = LUMINAL_OUTPUT_LOG (object);

  g_clear_handle_id (&self->report_id, g_source_remove);
  while (self->n_lines > 0)
    drop_first (self);
  g_free (self->ring);

  G_OBJECT_CLASS (luminal_output_log_parent_class)->finalize (object);
}

static void
luminal_output_log_class_init (LuminalOutputLogClass *klass)
{
  GObjectClass *object_class = G_OBJECT_CLASS (klass);

  object_class->get_property = luminal_output_log_get_property;
  object_class->finalize = luminal_output_log_finalize;

  properties[PROP_N_DROPPED] = g_param_spec_uint64 ("n-dropped", NULL, NULL, 0, G_MAXUINT64, 0,
                                                    G_PARAM_READABLE | G_PARAM_STATIC_STRINGS);
  g_object_class_install_properties (object_class, N_PROPS, properties);
}

static void
luminal_output_log_init (LuminalOutputLog *self)
{
  self->max_lines = LUMINAL_OUTPUT_LOG_LINES;
  self->max_bytes = LUMINAL_OUTPUT_LOG_BYTES;
}

LuminalOutputLog *
luminal_output_log_new (void)
{
  return g_object_new (LUMINAL_TYPE_OUTPUT_LOG, NULL);
}

/* Dividers are counted as lines; the last line is kept, however long it is. */
void
luminal_output_log_set_limits (LuminalOutputLog *self,
                               guint             max_lines,
                               gsize             max_bytes)
{
  g_return_if_fail (LUMINAL_IS_OUTPUT_LOG (self));
  g_return_if_fail (max_lines > 0);

  self->max_lines = max_lines;
  self->max_bytes = max_bytes;
  report (self);
}

void
luminal_output_log_add (LuminalOutputLog *self,
                        guint             generation,
                        LuminalStream     stream,
                        gint64            time,
                        const char       *text)
{
  g_autofree char *valid = NULL;
  Line line = { .time = time, .generation = generation };

  g_return_if_fail (LUMINAL_IS_OUTPUT_LOG (self));

  if (self->generation != generation || self->n_lines == 0)
    append (self, &line);
  self->generation = generation;

  valid = g_utf8_make_valid (text != NULL ? text : "", -1);
  line.text = g_ref_string_new (valid);
  line.is_error = stream == LUMINAL_STREAM_STDERR || stream == LUMINAL_STREAM_EPRINT;
  append (self, &line);
}

void
luminal_output_log_clear (LuminalOutputLog *self)
{
  guint n_items;

  g_return_if_fail (LUMINAL_IS_OUTPUT_LOG (self));

  n_items = n_known (self);
  g_clear_handle_id (&self->report_id, g_source_remove);
  while (self->n_lines > 0)
    drop_first (self);
  g_clear_pointer (&self->ring, g_free);
  self->size = 0;
  self->first = 0;
  self->n_pending = 0;
  self->n_dropped = 0;

  if (n_items > 0)
    g_list_model_items_changed (G_LIST_MODEL (self), 0, n_items, 0);
  g_object_notify_by_pspec (G_OBJECT (self), properties[PROP_N_DROPPED]);
}

/* How many lines had to go to make room. */
guint64
luminal_output_log_get_n_dropped (LuminalOutputLog *self)
{
  g_return_val_if_fail (LUMINAL_IS_OUTPUT_LOG (self), 0);

  return self->n_dropped;
}
