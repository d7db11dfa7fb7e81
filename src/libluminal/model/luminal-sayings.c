/* SPDX-License-Identifier: LGPL-2.1-or-later */

#include "luminal-sayings.h"

typedef struct
{
  char *class_name;
  LuminalStream stream;
  char *text;
} Saying;

struct _LuminalSayings
{
  GQueue queue;
};

static void
saying_free (Saying *saying)
{
  g_free (saying->class_name);
  g_free (saying->text);
  g_free (saying);
}

LuminalSayings *
luminal_sayings_new (void)
{
  LuminalSayings *self = g_new0 (LuminalSayings, 1);

  g_queue_init (&self->queue);
  return self;
}

void
luminal_sayings_add (LuminalSayings *self,
                     const char     *class_name,
                     LuminalStream   stream,
                     const char     *text)
{
  Saying *saying = g_new (Saying, 1);

  saying->class_name = g_strdup (class_name);
  saying->stream = stream;
  saying->text = g_strdup (text);
  g_queue_push_tail (&self->queue, saying);
}

void
luminal_sayings_tell (LuminalSayings     *self,
                      LuminalSayingsFunc  func,
                      gpointer            user_data)
{
  Saying *saying;

  while ((saying = g_queue_pop_head (&self->queue)) != NULL)
    {
      func (user_data, saying->class_name, saying->stream, saying->text);
      saying_free (saying);
    }

  luminal_sayings_free (self);
}

void
luminal_sayings_free (LuminalSayings *self)
{
  g_queue_clear_full (&self->queue, (GDestroyNotify) saying_free);
  g_free (self);
}
