/* SPDX-License-Identifier: LGPL-2.1-or-later */

#include "luminal-watch-cycle.h"

/* With room for one: an array that never had any is no empty list of strings either. */
void
luminal_watch_cycle_init (LuminalWatchCycle *self)
{
  self->loaded = g_ptr_array_new_null_terminated (1, g_free, TRUE);
  self->reloaded = g_ptr_array_new_null_terminated (1, g_free, TRUE);
  self->failed = g_ptr_array_new_null_terminated (1, g_free, TRUE);
  self->unloaded = g_ptr_array_new_null_terminated (1, g_free, TRUE);
}

void
luminal_watch_cycle_clear (LuminalWatchCycle *self)
{
  g_ptr_array_unref (self->loaded);
  g_ptr_array_unref (self->reloaded);
  g_ptr_array_unref (self->failed);
  g_ptr_array_unref (self->unloaded);
}

void
luminal_watch_cycle_reset (LuminalWatchCycle *self)
{
  g_ptr_array_set_size (self->loaded, 0);
  g_ptr_array_set_size (self->reloaded, 0);
  g_ptr_array_set_size (self->failed, 0);
  g_ptr_array_set_size (self->unloaded, 0);
}

/* One that has no name is told by that of its file. */
static char *
name_of (LuminalEvent *event)
{
  const char *photon = luminal_event_get_photon (event);

  return photon != NULL ? g_strdup (photon) : g_file_get_basename (luminal_event_get_file (event));
}

void
luminal_watch_cycle_note (LuminalWatchCycle *self,
                          LuminalEvent      *event)
{
  switch (luminal_event_get_kind (event))
    {
    case LUMINAL_EVENT_LOADED:
      g_ptr_array_add (self->loaded, name_of (event));
      break;
    case LUMINAL_EVENT_RELOADED:
      g_ptr_array_add (self->reloaded, name_of (event));
      break;
    case LUMINAL_EVENT_FAILED:
    case LUMINAL_EVENT_ROLLED_BACK:
    case LUMINAL_EVENT_CRASHED:
      g_ptr_array_add (self->failed, name_of (event));
      break;
    case LUMINAL_EVENT_UNLOADED:
      g_ptr_array_add (self->unloaded, name_of (event));
      break;
    case LUMINAL_EVENT_STARTED:
    case LUMINAL_EVENT_OUTPUT:
    case LUMINAL_EVENT_STOPPED:
    case LUMINAL_EVENT_SKIPPED:
    case LUMINAL_EVENT_WATCHING:
    default:
      break;
    }
}
