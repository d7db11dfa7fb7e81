/* SPDX-License-Identifier: LGPL-2.1-or-later */

#pragma once

#include <gio/gio.h>

G_BEGIN_DECLS

/* Like g_task_run_in_thread(), in a thread that ends with its work. Those of GLib's
 * pool linger, and wake up now and then to see whether they are wanted: not what an
 * idle program should do. */
void luminal_task_run_in_own_thread (GTask           *task,
                                     const char      *name,
                                     GTaskThreadFunc  func);

G_END_DECLS
