/* SPDX-License-Identifier: GPL-3.0-or-later */

#pragma once

#include "compat.h"
#include "luminal-choice-bar.h"
#include "luminal-details.h"
#include "luminal-folder-return.h"
#include "luminal-notifier.h"
#include "luminal-photon-list.h"
#include "luminal-recent-folders.h"
#include "luminal-session.h"
#include "luminal-side.h"
#include "luminal-status-line.h"
#include "luminal-tally.h"
#include "luminal-toast-queue.h"
#include "luminal-welcome.h"
#include "luminal-window.h"

G_BEGIN_DECLS

struct _LuminalWindow
{
  AdwApplicationWindow parent_instance;

  GSettings *settings;
  LuminalSession *session;
  LuminalToastQueue *toasts;
  LuminalNotifier *notifier;
  LuminalRecentFolders *recent;
  LuminalFolderReturn *folder_return;
  GFile *wanted_file;

  AdwWindowTitle *title;
  AdwHeaderBar *header;
  GtkWidget *search_button;
  GtkMenuButton *sort_button;
  GtkMenuButton *menu_button;
  GtkSearchBar *search_bar;
  GtkEditable *search_entry;
  AdwToastOverlay *toast_overlay;
  LuminalCompatBanner *banner;
  GtkBox *list_box;
  LuminalChoiceBar *choice_bar; /* once something was picked out */
  GtkStack *stack;
  GMenuModel *primary_menu;
  GMenuModel *sort_menu;
  GMenu *recent_menu;
  GtkSpinner *scan_spinner; /* once it was shown */
  GtkLabel *scan_count;
  LuminalPhotonList *list;
  LuminalStatusLine *status_line;
  AdwLeaflet *leaflet;
  GtkWidget *list_side;
  GtkWidget *separator;
  GtkWidget *details_side;
  LuminalDetails *details;

  GSimpleAction *watch;
  GSimpleAction *choose;
  char *last_news;
  guint tick_id;
  guint busy_id;
  guint scan_id;
  guint icon_id;
  int shown_banner;
  guint n_gone;
  gboolean is_folder_gone;
  gboolean closing;
};

/* What happens, in toasts and in the status line. */
void luminal_window_set_up_news     (LuminalWindow  *self);

/* The other side of the window: the details of one photon. */
void luminal_window_install_details (GtkWidgetClass *widget_class);
void luminal_window_set_up_details  (LuminalWindow  *self);
void luminal_window_update_sides    (LuminalWindow  *self,
                                     gboolean        has_photons);
void luminal_window_show_details    (LuminalWindow  *self,
                                     LuminalHandler *handler);
/* Where it says what is wrong with it. */
void luminal_window_show_problem    (LuminalWindow  *self,
                                     LuminalHandler *handler);
gboolean luminal_window_enter_details (LuminalWindow *self);

/* What is seen of the folder. */
void     luminal_window_show_page   (LuminalWindow *self);
gboolean luminal_window_has_photons (LuminalWindow *self);

/* Its folder. */
void luminal_window_install_folders      (GtkWidgetClass *widget_class);
void luminal_window_set_up_folders       (LuminalWindow  *self);
void luminal_window_folder_state_changed (LuminalWindow  *self);
void luminal_window_show_wanted          (LuminalWindow  *self);
gboolean luminal_window_is_gone          (const GError   *error);

/* What can be asked of a photon, wherever it is asked. */
void luminal_window_command         (LuminalWindow  *self,
                                     LuminalHandler *handler,
                                     int             command);
/* The photon that a key is meant for. */
LuminalHandler *luminal_window_get_current (LuminalWindow *self);

/* However much happens, the window is brought up to date once a frame. */
void luminal_window_queue_update    (LuminalWindow *self);
void luminal_window_search          (LuminalWindow *self,
                                     const char    *search);

/* What is done with the list as a whole. */
void luminal_window_install_list    (GtkWidgetClass *widget_class);
void luminal_window_set_up_list     (LuminalWindow  *self);
void luminal_window_update_choice   (LuminalWindow  *self);

/* The banner over it. */
void luminal_window_set_up_banner   (LuminalWindow      *self);
void luminal_window_update_banner   (LuminalWindow      *self,
                                     const LuminalTally *tally);
void luminal_window_look_for_folder (LuminalWindow      *self,
                                     const LuminalTally *tally);

/* What is dropped on it. */
void luminal_window_set_up_drop     (LuminalWindow *self);
void luminal_window_take_files      (LuminalWindow *self,
                                     GPtrArray     *files);

G_END_DECLS
