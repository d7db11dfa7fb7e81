/* SPDX-License-Identifier: GPL-3.0-or-later */

#include "config.h"

#include "luminal-photon-list-private.h"

/* The rows of the list: made, used again, and bound to the photons in sight. */

/* About as many as a list view makes. */
#define N_SPARE_ROWS 256

static void
show_choice (LuminalPhotonList *self,
             LuminalPhotonRow  *row)
{
  LuminalHandler *handler = luminal_photon_row_get_handler (row);

  luminal_photon_row_set_choosing (row, self->choosing,
                                   handler != NULL && luminal_choice_has (self->choice, handler));
}

/* There are no more rows than are about in sight. */
void
luminal_photon_list_show_choice (LuminalPhotonList *self)
{
  for (GtkWidget *item = gtk_widget_get_first_child (GTK_WIDGET (self->view));
       item != NULL;
       item = gtk_widget_get_next_sibling (item))
    {
      GtkWidget *row = gtk_widget_get_first_child (item);

      if (LUMINAL_IS_PHOTON_ROW (row))
        show_choice (self, LUMINAL_PHOTON_ROW (row));
    }
}

static void
row_command_cb (LuminalPhotonList *self,
                LuminalCommand     what,
                LuminalPhotonRow  *row)
{
  LuminalHandler *handler = luminal_photon_row_get_handler (row);

  if (handler != NULL)
    luminal_photon_list_command (self, handler, what);
}

static void
row_tag_cb (LuminalPhotonList *self,
            const char        *tag)
{
  g_signal_emit_by_name (self, "tag", tag);
}

static void
setup_cb (LuminalPhotonList        *self,
          GtkListItem              *item,
          GtkSignalListItemFactory *factory)
{
  g_autoptr (GtkWidget) row = NULL;

  if (self->spare_rows->len > 0)
    row = g_ptr_array_steal_index_fast (self->spare_rows, self->spare_rows->len - 1);
  else
    {
      row = g_object_ref_sink (luminal_photon_row_new ());
      g_signal_connect_object (row, "command",
                               G_CALLBACK (row_command_cb), self, G_CONNECT_SWAPPED);
      g_signal_connect_object (row, "tag", G_CALLBACK (row_tag_cb), self, G_CONNECT_SWAPPED);
    }

  /* The item has let go of its child by the time it is torn down. */
  g_object_set_data_full (G_OBJECT (item), "row", g_object_ref (row), g_object_unref);
  gtk_list_item_set_child (item, row);
}

static void
teardown_cb (LuminalPhotonList        *self,
             GtkListItem              *item,
             GtkSignalListItemFactory *factory)
{
  g_autoptr (GtkWidget) row = g_object_steal_data (G_OBJECT (item), "row");

  gtk_list_item_set_child (item, NULL);
  if (self->spare_rows->len < N_SPARE_ROWS)
    g_ptr_array_add (self->spare_rows, g_steal_pointer (&row));
}

static void
bind_cb (LuminalPhotonList        *self,
         GtkListItem              *item,
         GtkSignalListItemFactory *factory)
{
  LuminalPhotonRow *row = LUMINAL_PHOTON_ROW (gtk_list_item_get_child (item));

  luminal_photon_row_set_handler (row, gtk_list_item_get_item (item));
  show_choice (self, row);
}

static void
unbind_cb (LuminalPhotonList        *self,
           GtkListItem              *item,
           GtkSignalListItemFactory *factory)
{
  luminal_photon_row_set_handler (LUMINAL_PHOTON_ROW (gtk_list_item_get_child (item)), NULL);
}

/* Returns: (transfer full): what makes the rows */
GtkListItemFactory *
luminal_photon_list_make_rows (LuminalPhotonList *self)
{
  GtkListItemFactory *factory = gtk_signal_list_item_factory_new ();

  self->spare_rows = g_ptr_array_new_with_free_func (g_object_unref);
  g_signal_connect_object (factory, "setup", G_CALLBACK (setup_cb), self, G_CONNECT_SWAPPED);
  g_signal_connect_object (factory, "bind", G_CALLBACK (bind_cb), self, G_CONNECT_SWAPPED);
  g_signal_connect_object (factory, "teardown", G_CALLBACK (teardown_cb), self, G_CONNECT_SWAPPED);
  g_signal_connect_object (factory, "unbind", G_CALLBACK (unbind_cb), self, G_CONNECT_SWAPPED);

  return factory;
}
