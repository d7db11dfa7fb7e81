/* SPDX-License-Identifier: LGPL-2.1-or-later */

#pragma once

#include <glib.h>

G_BEGIN_DECLS

/* A source for how long somebody else may take, in milliseconds: its callback, a GSourceFunc, is
 * called once, whatever it returns. While this program itself does not run (it was stopped, or
 * all of the machine was) nobody can be late: at most a quarter of the time passes meanwhile. */
GSource *luminal_deadline_new (guint milliseconds);

G_END_DECLS
