/* SPDX-License-Identifier: LGPL-2.1-or-later */

#include "luminal-worker-entry.h"

#include <execinfo.h>
#include <gio/gio.h>
#include <gio/gunixfdlist.h>

/* What a worker registers until it serves its first call; but nothing that begins a
 * thread, which a fork has not. GTask does, and with it GLib's own work in the background:
 * child processes, signals, files that are watched. */
static void
make_types (void)
{
  const GType classes[] = {
    G_TYPE_DATA_INPUT_STREAM,
    G_TYPE_DATA_OUTPUT_STREAM,
    G_TYPE_DBUS_MESSAGE,
    G_TYPE_MEMORY_INPUT_STREAM,
    G_TYPE_MEMORY_OUTPUT_STREAM,
    G_TYPE_UNIX_FD_LIST,
  };

  for (guint i = 0; i < G_N_ELEMENTS (classes); i++)
    g_type_class_ref (classes[i]);
}

void
luminal_worker_prepare (void)
{
  gpointer frames[1];

  make_types ();

  /* Loads the unwinder, which a process that crashes has no business to load. */
  backtrace (frames, G_N_ELEMENTS (frames));
}
