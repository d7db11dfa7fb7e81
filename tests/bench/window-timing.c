/* SPDX-License-Identifier: GPL-3.0-or-later */

#include "window-timing.h"

#include <stdio.h>
#include <time.h>
#include <unistd.h>

static void
after_paint_cb (GtkWidget     *window,
                GdkFrameClock *clock)
{
  struct timespec time;

  if (!gtk_widget_get_mapped (window))
    return;

  clock_gettime (CLOCK_MONOTONIC, &time);
  printf ("%lld\n", (long long) time.tv_sec * 1000000000 + time.tv_nsec);
  fflush (stdout);
  _exit (0);
}

static void
realize_cb (GtkWidget *window)
{
  g_signal_connect_object (gtk_widget_get_frame_clock (window), "after-paint",
                           G_CALLBACK (after_paint_cb), window, G_CONNECT_SWAPPED);
}

void
window_timing_first_frame (GtkWidget *window)
{
  g_signal_connect_after (window, "realize", G_CALLBACK (realize_cb), NULL);
}
