/* SPDX-License-Identifier: GPL-3.0-or-later */

/* Who may run a compiler next. */

#include <string.h>

#include "luminal-build-slots.h"
#include "patience.h"

typedef struct
{
  LuminalBuildSlots *slots;
  GString *log;
  const char *name;
} Waiter;

static void
on_slot (GObject      *source,
         GAsyncResult *result,
         gpointer      user_data)
{
  Waiter *self = user_data;

  if (luminal_build_slots_take_finish (self->slots, result, NULL))
    g_string_append_printf (self->log, "%s ", self->name);
  else
    g_string_append_printf (self->log, "(%s) ", self->name);
}

/* Who waits longest is next, but of one path the newest. */
static void
test_slots (void)
{
  g_autoptr (GString) log = g_string_new (NULL);
  LuminalBuildSlots *slots = luminal_build_slots_new (1);
  g_autoptr (GCancellable) cancellable = g_cancellable_new ();
  Waiter waiters[] = {
    { slots, log, "a1" }, { slots, log, "b1" }, { slots, log, "c1" },
    { slots, log, "b2" }, { slots, log, "d1" }, { slots, log, "c2" },
  };

  for (guint i = 0; i < G_N_ELEMENTS (waiters); i++)
    {
      char path[] = { waiters[i].name[0], '\0' };

      luminal_build_slots_take_async (slots, path, i == 4 ? cancellable : NULL, on_slot,
                                      &waiters[i]);
    }
  g_cancellable_cancel (cancellable);
  wait_while (strchr (log->str, 'd') == NULL || strchr (log->str, 'a') == NULL);
  g_string_truncate (log, 0);
  for (guint i = 0; i < 4; i++)
    {
      gsize length = log->len;

      luminal_build_slots_give (slots);
      wait_while (log->len == length);
    }
  g_assert_cmpstr (log->str, ==, "b2 b1 c2 c1 ");

  luminal_build_slots_give (slots);
  g_assert_finalize_object (slots);
}

int
main (int    argc,
      char **argv)
{
  g_test_init (&argc, &argv, NULL);

  g_test_add_func ("/build-slots/order", test_slots);

  return g_test_run ();
}
