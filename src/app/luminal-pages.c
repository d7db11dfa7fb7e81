/* SPDX-License-Identifier: GPL-3.0-or-later */

#include "config.h"

#include "luminal-pages.h"

/* Shows a page of a stack. Pages that are not shown are not to be read out either. */
void
luminal_pages_show (GtkStack   *stack,
                    const char *name)
{
  for (GtkWidget *page = gtk_widget_get_first_child (GTK_WIDGET (stack));
       page != NULL;
       page = gtk_widget_get_next_sibling (page))
    gtk_accessible_update_state (GTK_ACCESSIBLE (page),
                                 GTK_ACCESSIBLE_STATE_HIDDEN,
                                 page != gtk_stack_get_child_by_name (stack, name),
                                 -1);

  gtk_stack_set_visible_child_name (stack, name);
}
