/* SPDX-License-Identifier: GPL-3.0-or-later */

/* How long the window is busy at a stretch while its list is filled, searched, scrolled and
 * changed, with many photons; and a list of plain rows of GTK's, doing the same. What counts is
 * the time that the thread computes: that others have the processor meanwhile is no doing of
 * the window's. */

#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "bench.h"
#include "config.h"
#include "luminal-app-resources.h"
#include "luminal-window-private.h"

/* Nothing happened so many times in a row, waiting this long each time: nothing will. */
#define N_QUIET_WAITS 20
#define WAIT_MS 4

#define N_SCROLL_FRAMES 40

/* One of the two lists, and what can be done to it. */
typedef struct
{
  const char *name; /* of whose it is */
  GtkWidget *window;
  GtkWidget *list;
  void (*set_shown)  (gpointer list, gboolean shown);
  void (*set_search) (gpointer list, const char *search);
  LuminalHandler *changing; /* a photon of it, if it has any */
} Subject;

/* Of what is under way: each stretch from one wait for events to the next is time in which
 * the window answers nobody, a frame's among them. */
static struct
{
  double busy_since;
  double longest;
  double busy;
  guint n_quiet;

  double frame_began;
  double longest_frame;
} stretches;

static double
cpu_ms (void)
{
  struct timespec time;

  clock_gettime (CLOCK_THREAD_CPUTIME_ID, &time);
  return (double) time.tv_sec * 1e3 + (double) time.tv_nsec / 1e6;
}

static gint
poll_cb (GPollFD *fds,
         guint    n_fds,
         gint     timeout)
{
  double stretch = cpu_ms () - stretches.busy_since;
  int result;

  stretches.longest = MAX (stretches.longest, stretch);
  stretches.busy += stretch;
  if (stretch > 0.2)
    stretches.n_quiet = 0;

  /* Something that is to be called at once is not waited for, and ends no silence. */
  result = g_poll (fds, n_fds, timeout < 0 ? WAIT_MS : MIN (timeout, WAIT_MS));
  if (result == 0 && timeout != 0)
    stretches.n_quiet++;
  stretches.busy_since = cpu_ms ();

  return result;
}

static void
before_paint_cb (GdkFrameClock *clock)
{
  stretches.frame_began = cpu_ms ();
}

static void
after_paint_cb (GdkFrameClock *clock)
{
  stretches.longest_frame = MAX (stretches.longest_frame, cpu_ms () - stretches.frame_began);
  stretches.n_quiet = 0;
}

static void
run_until_quiet (void)
{
  stretches.n_quiet = 0;
  stretches.busy_since = cpu_ms ();
  while (stretches.n_quiet < N_QUIET_WAITS)
    g_main_context_iteration (NULL, TRUE);
}

static void
begin (void)
{
  run_until_quiet ();
  memset (&stretches, 0, sizeof stretches);
}

/* What is measured is called where a person's key would have it called: by the loop. */
typedef struct
{
  void (*act) (Subject *subject, gconstpointer data);
  Subject *subject;
  gconstpointer data;
} Act;

static gboolean
act_cb (gpointer user_data)
{
  Act *act = user_data;

  act->act (act->subject, act->data);
  return G_SOURCE_REMOVE;
}

static void
measure_act (Subject       *subject,
             const char    *row,
             guint          n_rounds,
             void         (*act) (Subject *subject, gconstpointer data),
             gconstpointer  before,
             gconstpointer  then)
{
  g_autoptr (BenchSeries) longest = bench_series_new ();
  g_autoptr (BenchSeries) frame = bench_series_new ();
  g_autoptr (BenchSeries) busy = bench_series_new ();
  g_autofree char *frame_row = g_strdup_printf ("%s: longest frame", row);
  g_autofree char *longest_row = g_strdup_printf ("%s: longest stretch", row);
  g_autofree char *busy_row = g_strdup_printf ("%s: all work", row);

  for (guint i = 0; i < n_rounds; i++)
    {
      Act first = { act, subject, before };
      Act second = { act, subject, then };

      g_idle_add (act_cb, &first);
      begin ();
      g_idle_add (act_cb, &second);
      run_until_quiet ();
      bench_series_add (longest, stretches.longest);
      bench_series_add (frame, stretches.longest_frame);
      bench_series_add (busy, stretches.busy);
    }

  bench_series_emit (longest, longest_row, subject->name, "ms");
  bench_series_emit (frame, frame_row, subject->name, "ms");
  bench_series_emit (busy, busy_row, subject->name, "ms");
}

static void
show_act (Subject       *subject,
          gconstpointer  data)
{
  subject->set_shown (subject->list, data != NULL);
}

static void
search_act (Subject       *subject,
            gconstpointer  data)
{
  subject->set_search (subject->list, data);
}

static void
change_act (Subject       *subject,
            gconstpointer  data)
{
  if (data != NULL)
    luminal_handler_start_async (subject->changing, NULL, NULL, NULL);
  else
    luminal_handler_stop_async (subject->changing, FALSE, NULL, NULL, NULL);
}

static GtkAdjustment *
find_adjustment (GtkWidget *widget)
{
  if (GTK_IS_SCROLLED_WINDOW (widget))
    return gtk_scrolled_window_get_vadjustment (GTK_SCROLLED_WINDOW (widget));

  for (GtkWidget *child = gtk_widget_get_first_child (widget); child != NULL;
       child = gtk_widget_get_next_sibling (child))
    {
      GtkAdjustment *found = find_adjustment (child);

      if (found != NULL)
        return found;
    }

  return NULL;
}

typedef struct
{
  GtkAdjustment *adjustment;
  double step; /* of the visible height, or of all there is */
  gboolean of_all;
  guint n_left;
} Scroll;

static gboolean
scroll_cb (GtkWidget     *widget,
           GdkFrameClock *clock,
           gpointer       user_data)
{
  Scroll *scroll = user_data;
  double unit = scroll->of_all ? gtk_adjustment_get_upper (scroll->adjustment)
                               : gtk_adjustment_get_page_size (scroll->adjustment);

  gtk_adjustment_set_value (scroll->adjustment,
                            gtk_adjustment_get_value (scroll->adjustment) + scroll->step * unit);
  return --scroll->n_left > 0 ? G_SOURCE_CONTINUE : G_SOURCE_REMOVE;
}

static void
measure_scroll (Subject    *subject,
                const char *row,
                guint       n_rounds,
                double      step,
                gboolean    of_all)
{
  GtkAdjustment *adjustment = find_adjustment (subject->list);
  g_autoptr (BenchSeries) frame = bench_series_new ();
  g_autofree char *frame_row = g_strdup_printf ("%s: longest frame", row);

  for (guint i = 0; i < n_rounds; i++)
    {
      Scroll scroll = { adjustment, step, of_all, N_SCROLL_FRAMES };

      gtk_adjustment_set_value (adjustment, 0);
      begin ();
      gtk_widget_add_tick_callback (subject->window, scroll_cb, &scroll, NULL);
      while (scroll.n_left > 0)
        g_main_context_iteration (NULL, TRUE);
      run_until_quiet ();
      bench_series_add (frame, stretches.longest_frame);
    }
  gtk_adjustment_set_value (adjustment, 0);

  bench_series_emit (frame, frame_row, subject->name, "ms");
}

static void
measure (Subject *subject,
         guint    n_rounds)
{
  GdkFrameClock *clock = gtk_widget_get_frame_clock (subject->window);

  g_signal_connect (clock, "before-paint", G_CALLBACK (before_paint_cb), NULL);
  g_signal_connect (clock, "after-paint", G_CALLBACK (after_paint_cb), NULL);

  measure_act (subject, "list: fill", n_rounds, show_act, NULL, "");
  measure_act (subject, "list: search finds all", n_rounds, search_act, "", "number");
  measure_act (subject, "list: search finds some", n_rounds, search_act, "", "77");
  measure_act (subject, "list: search finds one", n_rounds, search_act, "", "00007-13");
  measure_act (subject, "list: search ends", n_rounds, search_act, "00007-13", "");
  if (subject->changing != NULL)
    measure_act (subject, "list: one photon starts", n_rounds, change_act, NULL, "");
  measure_scroll (subject, "list: scroll by lines", n_rounds, 0.05, FALSE);
  measure_scroll (subject, "list: scroll by pages", n_rounds, 0.9, FALSE);
  measure_scroll (subject, "list: scroll by leaps", n_rounds, 1.0 / N_SCROLL_FRAMES, TRUE);
}

/* The window */

static LuminalLoader *measured_loader;

static void
photon_list_set_shown (gpointer list,
                       gboolean shown)
{
  luminal_photon_list_set_photons (list, shown ? G_LIST_MODEL (measured_loader) : NULL);
}

static void
photon_list_set_search (gpointer    list,
                        const char *search)
{
  luminal_photon_list_set_search (list, search);
}

static void
load (LuminalWindow *window,
      guint          n_photons)
{
  g_autofree char *path = bench_folder_new ();
  g_autoptr (GFile) folder = g_file_new_for_path (path);

  for (guint i = 0; i < n_photons / BENCH_MANY; i++)
    {
      g_autofree char *module = bench_module_path (path, i);
      /* The files' order is not that of the photons' names. */
      g_autoptr (GBytes) content = bench_module_of_many ((guint) ((guint64) i * 7919 % (n_photons / BENCH_MANY)));

      bench_write (module, content);
    }
  luminal_loader_set_isolation (measured_loader, LUMINAL_ISOLATION_IN_PROCESS);
  luminal_window_open_folder (window, folder);
  while (luminal_session_get_state (window->session) != LUMINAL_SESSION_READY ||
         g_list_model_get_n_items (G_LIST_MODEL (measured_loader)) < n_photons)
    g_main_context_iteration (NULL, TRUE);

  /* What happens to the folder shall not be seen. */
  luminal_session_set_watch (window->session, FALSE);
  run_until_quiet ();
  bench_folder_remove (path);
}

static void
measure_window (guint n_photons,
                guint n_rounds)
{
  g_autoptr (GSettings) settings = g_settings_new ("io.github.luminal.Luminal");
  GtkWidget *window = luminal_window_new (NULL, settings);
  LuminalWindow *luminal_window = LUMINAL_WINDOW (window);
  Subject subject = {
    .name = "luminal",
    .window = window,
    .list = GTK_WIDGET (luminal_window->list),
    .set_shown = photon_list_set_shown,
    .set_search = photon_list_set_search,
  };

  measured_loader = luminal_session_get_loader (luminal_window->session);
  gtk_window_present (GTK_WINDOW (window));
  load (luminal_window, n_photons);
  subject.changing = g_list_model_get_item (G_LIST_MODEL (measured_loader), 0);
  luminal_handler_stop_async (subject.changing, FALSE, NULL, NULL, NULL);
  run_until_quiet ();

  measure (&subject, n_rounds);
}

/* The floor: the same models, and rows of two labels. */

static GtkStringList *plain_strings;
static GtkSortListModel *plain_sorted;
static GtkStringFilter *plain_filter;

static void
plain_setup_cb (GtkListItemFactory *factory,
                GtkListItem        *item)
{
  GtkWidget *box = gtk_box_new (GTK_ORIENTATION_VERTICAL, 6);

  gtk_box_append (GTK_BOX (box), gtk_label_new (NULL));
  gtk_box_append (GTK_BOX (box), gtk_label_new (NULL));
  gtk_list_item_set_child (item, box);
}

static void
plain_bind_cb (GtkListItemFactory *factory,
               GtkListItem        *item)
{
  const char *text = gtk_string_object_get_string (gtk_list_item_get_item (item));

  for (GtkWidget *label = gtk_widget_get_first_child (gtk_list_item_get_child (item));
       label != NULL; label = gtk_widget_get_next_sibling (label))
    gtk_label_set_label (GTK_LABEL (label), text);
}

static void
plain_set_shown (gpointer list,
                 gboolean shown)
{
  gtk_sort_list_model_set_model (plain_sorted, shown ? G_LIST_MODEL (plain_strings) : NULL);
}

static void
plain_set_search (gpointer    list,
                  const char *search)
{
  gtk_string_filter_set_search (plain_filter, search);
}

static void
measure_plain (guint n_items,
               guint n_rounds)
{
  GtkWidget *window = adw_window_new ();
  GtkWidget *scrolled = gtk_scrolled_window_new ();
  GtkListItemFactory *factory = gtk_signal_list_item_factory_new ();
  GtkExpression *text = gtk_property_expression_new (GTK_TYPE_STRING_OBJECT, NULL, "string");
  GtkFilterListModel *filtered;
  Subject subject = {
    .name = "floor",
    .window = window,
    .list = scrolled,
    .set_shown = plain_set_shown,
    .set_search = plain_set_search,
  };

  plain_strings = gtk_string_list_new (NULL);
  for (guint i = 0; i < n_items; i++)
    {
      g_autofree char *string = g_strdup_printf ("Number %05u-%02u", (guint) ((guint64) i * 7919 % n_items) / BENCH_MANY,
                                                 i % BENCH_MANY + 1);

      gtk_string_list_append (plain_strings, string);
    }
  plain_sorted = gtk_sort_list_model_new (
    g_object_ref (G_LIST_MODEL (plain_strings)),
    GTK_SORTER (gtk_string_sorter_new (gtk_expression_ref (text))));
  plain_filter = gtk_string_filter_new (text);
  filtered = gtk_filter_list_model_new (G_LIST_MODEL (plain_sorted), GTK_FILTER (plain_filter));

  g_signal_connect (factory, "setup", G_CALLBACK (plain_setup_cb), NULL);
  g_signal_connect (factory, "bind", G_CALLBACK (plain_bind_cb), NULL);
  gtk_scrolled_window_set_child (
    GTK_SCROLLED_WINDOW (scrolled),
    gtk_list_view_new (GTK_SELECTION_MODEL (gtk_single_selection_new (G_LIST_MODEL (filtered))), factory));
  gtk_window_set_default_size (GTK_WINDOW (window), 800, 640);
  adw_window_set_content (ADW_WINDOW (window), scrolled);
  gtk_window_present (GTK_WINDOW (window));
  run_until_quiet ();

  measure (&subject, n_rounds);
}

/* measure-window luminal|floor PHOTONS ROUNDS */
int
main (int    argc,
      char **argv)
{
  if (argc != 4)
    return 2;

  g_resources_register (luminal_app_get_resource ());
  adw_init ();
  g_main_context_set_poll_func (NULL, poll_cb);

  if (strcmp (argv[1], "luminal") == 0)
    measure_window ((guint) atoi (argv[2]), (guint) atoi (argv[3]));
  else
    measure_plain ((guint) atoi (argv[2]), (guint) atoi (argv[3]));

  return 0;
}
