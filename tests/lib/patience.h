/* SPDX-License-Identifier: GPL-3.0-or-later */

#pragma once

#include <glib.h>

G_BEGIN_DECLS

/* What takes moments may take long on a machine that is busy; after this it never comes. A
 * test says so itself, rather than being ended by somebody who cannot say what it waits for. */
#define LONGEST_PATIENCE_S 60

static inline gboolean
patience_is_over (gpointer condition)
{
  g_error ("still true after %d s: %s", LONGEST_PATIENCE_S, (const char *) condition);
  return G_SOURCE_REMOVE;
}

/* Runs the context as long as it is so. */
#define wait_in_while(context, condition)                                                          \
  G_STMT_START                                                                                     \
    {                                                                                              \
      GSource *patience_ = g_timeout_source_new_seconds (LONGEST_PATIENCE_S);                      \
                                                                                                   \
      g_source_set_callback (patience_, patience_is_over, (gpointer) #condition, NULL);            \
      g_source_attach (patience_, context);                                                        \
      while (condition)                                                                            \
        g_main_context_iteration (context, TRUE);                                                  \
      g_source_destroy (patience_);                                                                \
      g_source_unref (patience_);                                                                  \
    }                                                                                              \
  G_STMT_END

#define wait_while(condition) wait_in_while (NULL, condition)

G_END_DECLS
