/* SPDX-License-Identifier: GPL-3.0-or-later */

/* Each call of the system that an operation makes fails once, one after the other, in the
 * loader's process and in those of its photons. After each the old code runs or the new
 * does, never neither and never both, with its state; what the handlers say is true; the
 * next time it goes; and nothing is held that was not before.
 *
 * As a test it looks at the first few of each call; with "in-process" or "workers" for an
 * argument, at all. */

#include <dlfcn.h>
#include <errno.h>
#include <fcntl.h>
#include <glib/gstdio.h>
#include <stdio.h>
#include <string.h>
#include <sys/mman.h>
#include <unistd.h>

#include "fault.h"
#include "subject.h"

#define N_SUBJECTS 2
#define MOST_CALLS 80
#define FEW_CALLS 3
#define PATIENCE_S 20

/* What does not answer is given up after this. */
#define DEADLINE_MS 1500

/* How often the old code was started before anything fails, the state that it is to hand over. */
#define OLD_COUNT 3

typedef struct
{
  Watch watch;
  char *subjects;
  FaultPage *page;
  guint last_content;
  guint old_content;
  gboolean has_worker_faults;
} Faults;

typedef struct
{
  guint content;
  guint count;
  gboolean runs;
} Seen;

typedef struct
{
  const char *name;
  void (*prepare) (Faults *faults);
  void (*act)     (Faults *faults, GError **error);
  void (*check)   (Faults *faults, const GError *error);
  gboolean is_long;
} Scenario;

static const char *const call_names[N_FAULTS] = {
  "memfd_create", "open", "read", "write", "mmap", "fcntl", "seal", "fstat", "dlopen",
  "socketpair", "pipe", "sendmsg", "recvmsg", "fork", "epoll_ctl", "malloc",
};

static FaultPage *shared_page;

static GFile *
file_of (Faults *faults,
         guint   number)
{
  g_autofree char *name = g_strdup_printf ("subject-%u.so", number);
  g_autofree char *path = watch_path (&faults->watch, name);

  return g_file_new_for_path (path);
}

static LuminalHandler *
handler_of (Faults *faults,
            guint   number)
{
  g_autofree char *name = g_strdup_printf ("Number %05u", number);

  return luminal_loader_lookup (faults->watch.loader, name);
}

static void
put (Faults *faults,
     guint   number,
     guint   content)
{
  g_autoptr (GFile) file = file_of (faults, number);
  g_autoptr (GBytes) bytes = subject_content ("subject.so", number, content, MANNER_GOOD);

  watch_replace (&faults->watch, g_file_peek_path (file), bytes);
}

static Seen
look (Faults *faults,
      guint   number)
{
  g_autofree char *name = g_strdup_printf ("Number %05u", number);
  Seen seen = { 0 };

  seen.runs = subject_runs (faults->subjects, name, &seen.content, &seen.count);
  g_assert_false (subject_overlapped (faults->subjects, name));
  return seen;
}

static void
load (Faults  *faults,
      guint    number,
      GError **error)
{
  g_autoptr (GFile) file = file_of (faults, number);
  g_autoptr (GAsyncResult) result = NULL;
  g_autoptr (GPtrArray) handlers = NULL;

  luminal_loader_load_photon_async (faults->watch.loader, file, LUMINAL_TYPE_PHOTON, NULL, NULL, watch_note_result,
                                    &result);
  watch_until (result != NULL);
  handlers = luminal_loader_load_photon_finish (faults->watch.loader, result, error);
}

static void
unload (Faults  *faults,
        guint    number,
        GError **error)
{
  g_autoptr (GFile) file = file_of (faults, number);
  g_autoptr (GAsyncResult) result = NULL;
  g_autoptr (GFile) unloaded = NULL;

  luminal_loader_unload_photon_async (faults->watch.loader, file, FALSE, NULL, watch_note_result, &result);
  watch_until (result != NULL);
  unloaded = luminal_loader_unload_photon_finish (faults->watch.loader, result, error);
}

static void
reload (Faults             *faults,
        guint               n,
        LuminalReloadFlags  flags,
        GError            **error)
{
  g_autoptr (GPtrArray) files = g_ptr_array_new_with_free_func (g_object_unref);
  g_autoptr (GAsyncResult) result = NULL;
  g_autoptr (GPtrArray) handlers = NULL;

  for (guint i = 0; i < n; i++)
    g_ptr_array_add (files, file_of (faults, i));
  luminal_loader_reload_photons_async (faults->watch.loader, files, flags, NULL, watch_note_result, &result);
  watch_until (result != NULL);
  handlers = luminal_loader_reload_photons_finish (faults->watch.loader, result, error);
}

static void
start (Faults  *faults,
       guint    number,
       GError **error)
{
  g_autoptr (LuminalHandler) handler = g_object_ref (handler_of (faults, number));
  g_autoptr (GAsyncResult) result = NULL;

  luminal_handler_start_async (handler, NULL, watch_note_result, &result);
  watch_until (result != NULL);
  luminal_handler_start_finish (handler, result, error);
}

static void
stop (Faults  *faults,
      guint    number,
      GError **error)
{
  g_autoptr (LuminalHandler) handler = g_object_ref (handler_of (faults, number));
  g_autoptr (GAsyncResult) result = NULL;

  luminal_handler_stop_async (handler, FALSE, NULL, watch_note_result, &result);
  watch_until (result != NULL);
  luminal_handler_stop_finish (handler, result, error);
}

static void
unload_all (Faults *faults)
{
  for (guint i = 0; i < N_SUBJECTS; i++)
    {
      if (handler_of (faults, i) != NULL)
        unload (faults, i, NULL);
    }
  g_assert_cmpuint (g_list_model_get_n_items (G_LIST_MODEL (faults->watch.loader)), ==, 0);
  watch_forget (&faults->watch);
}

/* What is done here goes well, whatever failed before. */
static void
prepare_nothing (Faults *faults)
{
  unload_all (faults);
  faults->old_content = ++faults->last_content;
  put (faults, 0, faults->old_content);
}

static void
prepare_loaded (Faults *faults)
{
  g_autoptr (GError) error = NULL;

  prepare_nothing (faults);
  load (faults, 0, &error);
  g_assert_no_error (error);
}

static void
prepare_several_running (Faults *faults,
                         guint   n)
{
  g_autoptr (GError) error = NULL;

  prepare_nothing (faults);
  for (guint i = 0; i < n; i++)
    {
      put (faults, i, faults->old_content);
      load (faults, i, &error);
      g_assert_no_error (error);
      start (faults, i, &error);
      g_assert_no_error (error);
    }
  for (guint i = 1; i < OLD_COUNT; i++)
    {
      reload (faults, n, LUMINAL_RELOAD_FORCE, &error);
      g_assert_no_error (error);
    }
  for (guint i = 0; i < n; i++)
    g_assert_cmpuint (look (faults, i).count, ==, OLD_COUNT);
}

static void
prepare_running (Faults *faults)
{
  prepare_several_running (faults, 1);
}

static void
prepare_new_content (Faults *faults)
{
  prepare_several_running (faults, 1);
  put (faults, 0, ++faults->last_content);
}

static void
prepare_two_new_contents (Faults *faults)
{
  prepare_several_running (faults, 2);
  put (faults, 0, ++faults->last_content);
  put (faults, 1, faults->last_content);
}

static void
act_load (Faults  *faults,
          GError **error)
{
  load (faults, 0, error);
}

static void
act_start (Faults  *faults,
           GError **error)
{
  start (faults, 0, error);
}

static void
act_stop (Faults  *faults,
          GError **error)
{
  stop (faults, 0, error);
}

static void
act_unload (Faults  *faults,
            GError **error)
{
  unload (faults, 0, error);
}

static void
act_reload (Faults  *faults,
            GError **error)
{
  reload (faults, 1, LUMINAL_RELOAD_DEFAULT, error);
}

static void
act_reload_two (Faults  *faults,
                GError **error)
{
  reload (faults, 2, LUMINAL_RELOAD_DEFAULT, error);
}

static void
check_load (Faults       *faults,
            const GError *error)
{
  g_assert_false (look (faults, 0).runs);
  g_assert_cmpuint (g_list_model_get_n_items (G_LIST_MODEL (faults->watch.loader)), ==, error == NULL ? 1 : 0);
  if (error == NULL)
    g_assert_cmpint (luminal_handler_get_status (handler_of (faults, 0)), ==, LUMINAL_STATUS_LOADED);
}

static gboolean
look_again (gpointer unused)
{
  return G_SOURCE_CONTINUE;
}

/* Who died of it is mended in a moment. */
static void
await_running (Faults *faults,
               guint   number)
{
  gint64 deadline = g_get_monotonic_time () + PATIENCE_S * G_USEC_PER_SEC;
  guint clock = g_timeout_add (2, look_again, NULL);

  while ((luminal_handler_get_status (handler_of (faults, number)) != LUMINAL_STATUS_RUNNING ||
          !look (faults, number).runs) && g_get_monotonic_time () < deadline)
    g_main_context_iteration (NULL, TRUE);
  g_source_remove (clock);
  g_assert_cmpint (luminal_handler_get_status (handler_of (faults, number)), ==, LUMINAL_STATUS_RUNNING);
  g_assert_true (look (faults, number).runs);
}

static void
check_start (Faults       *faults,
             const GError *error)
{
  if (error == NULL)
    {
      await_running (faults, 0);
      return;
    }

  g_assert_cmpint (luminal_handler_get_status (handler_of (faults, 0)), ==, LUMINAL_STATUS_FAILED);
  g_assert_false (look (faults, 0).runs);
}

static void
check_stop (Faults       *faults,
            const GError *error)
{
  g_assert_cmpint (luminal_handler_get_status (handler_of (faults, 0)), ==, LUMINAL_STATUS_STOPPED);
  g_assert_false (look (faults, 0).runs);
}

static void
check_unload (Faults       *faults,
              const GError *error)
{
  g_assert_cmpuint (g_list_model_get_n_items (G_LIST_MODEL (faults->watch.loader)), ==, 0);
  g_assert_false (look (faults, 0).runs);
}

/* Somebody has been told of what went wrong. */
static gboolean
is_on_record (LuminalHandler *handler,
              const GError   *error)
{
  GListModel *history = luminal_handler_get_history (handler);
  g_autoptr (LuminalGeneration) last =
    g_list_model_get_item (history, g_list_model_get_n_items (history) - 1);

  return error != NULL || luminal_handler_get_error (handler) != NULL || luminal_handler_get_crash (handler) != NULL ||
         luminal_generation_get_error (last) != NULL;
}

static void
check_reloaded (Faults       *faults,
                guint         number,
                const GError *error)
{
  LuminalHandler *handler = handler_of (faults, number);
  g_autoptr (GBytes) bytes = NULL;
  g_autofree char *checksum = NULL;
  Seen seen;

  await_running (faults, number);
  seen = look (faults, number);
  bytes = subject_content ("subject.so", number, seen.content, MANNER_GOOD);
  checksum = g_compute_checksum_for_bytes (G_CHECKSUM_SHA256, bytes);
  g_assert_cmpstr (luminal_handler_get_checksum (handler), ==, checksum);
  g_assert_cmpint (luminal_handler_get_phase (handler), ==, LUMINAL_PHASE_NONE);

  g_test_message ("content %u count %u (%s)", seen.content, seen.count, error != NULL ? error->message : "reloaded");
  if (error != NULL)
    g_assert_cmpuint (seen.content, ==, faults->old_content);
  else if (!faults->has_worker_faults)
    g_assert_cmpuint (seen.content, ==, faults->last_content);

  /* It runs on or with its state; without it only where a process was lost. */
  if (seen.count != OLD_COUNT + 1 && !(error != NULL && seen.count == OLD_COUNT))
    {
      g_assert_true (luminal_loader_get_isolation (faults->watch.loader) == LUMINAL_ISOLATION_WORKER);
      g_assert_true (is_on_record (handler, error));
    }
}

static void
check_reload (Faults       *faults,
              const GError *error)
{
  g_assert_cmpuint (g_list_model_get_n_items (G_LIST_MODEL (faults->watch.loader)), ==, 1);
  check_reloaded (faults, 0, error);
}

/* All or none. */
static void
check_reload_two (Faults       *faults,
                  const GError *error)
{
  g_assert_cmpuint (g_list_model_get_n_items (G_LIST_MODEL (faults->watch.loader)), ==, 2);
  check_reloaded (faults, 0, error);
  check_reloaded (faults, 1, error);
  if (!faults->has_worker_faults)
    g_assert_cmpuint (look (faults, 0).content, ==, look (faults, 1).content);
}

static const Scenario scenarios[] = {
  { "load", prepare_nothing, act_load, check_load },
  { "start", prepare_loaded, act_start, check_start },
  { "stop", prepare_running, act_stop, check_stop },
  { "unload", prepare_running, act_unload, check_unload },
  { "reload", prepare_new_content, act_reload, check_reload },
  { "reload-two", prepare_two_new_contents, act_reload_two, check_reload_two, TRUE },
};

typedef struct
{
  const Scenario *scenario;
  gboolean in_manager;
  guint most_calls;
} Case;

static void
set_up (Faults *faults)
{
  LuminalLoader *loader;

  faults->page = shared_page;
  watch_set_up (&faults->watch, NULL);
  faults->subjects = g_build_filename (faults->watch.root, "subjects", NULL);
  g_assert_no_errno (g_mkdir (faults->subjects, 0700));
  g_setenv ("LUMINAL_TEST_SUBJECTS", faults->subjects, TRUE);

  loader = faults->watch.loader;
  luminal_loader_set_open_timeout (loader, DEADLINE_MS);
  luminal_loader_set_restore_timeout (loader, DEADLINE_MS);
  luminal_loader_set_start_timeout (loader, DEADLINE_MS);
  luminal_loader_set_save_timeout (loader, DEADLINE_MS);
  luminal_loader_set_finalizer_timeout (loader, DEADLINE_MS);
}

static void
tear_down (Faults *faults)
{
  unload_all (faults);
  watch_tear_down (&faults->watch, NULL);
  g_free (faults->subjects);
}

/* Nothing is loaded, and there is a worker to spare if there are any: the process that forks,
 * that worker and its warden, one of which has a descriptor here. */
static gboolean
is_settled (gpointer user_data)
{
  Faults *faults = user_data;

  return !test_has_workers () || (process_count_marked (faults->watch.mark, NULL) == 3 &&
                                  process_count_pidfds () == 1 && process_count_zombies () == 0);
}

static guint
count_descriptors (Faults *faults)
{
  g_autoptr (GError) error = NULL;

  prepare_loaded (faults);
  unload (faults, 0, &error);
  g_assert_no_error (error);
  process_wait_until (is_settled, faults);
  return process_count_descriptors ();
}

/* Returns whether there was such a call. */
static gboolean
fail_once (Faults     *faults,
           const Case *test_case,
           FaultCall   call,
           guint       n)
{
  FaultPage *page = faults->page;
  g_autoptr (GError) error = NULL;

  test_case->scenario->prepare (faults);
  g_atomic_int_set (&page->call, (int) call);
  g_atomic_int_set (&page->in_manager, test_case->in_manager);
  g_atomic_int_set (&page->n_until, (int) n);
  g_atomic_int_set (&page->n_failed, 0);
  g_atomic_int_set (&page->is_armed, TRUE);
  test_case->scenario->act (faults, &error);
  g_atomic_int_set (&page->is_armed, FALSE);
  if (g_atomic_int_get (&page->n_failed) == 0)
    {
      g_assert_no_error (error);
      return FALSE;
    }

  g_test_message ("%s %u failed: %s", call_names[call], n + 1, error != NULL ? error->message : "all was well");
  test_case->scenario->check (faults, error);

  /* What anybody could still write into is not run. */
  if (call == FAULT_SEAL)
    {
      g_assert_error (error, LUMINAL_ERROR, LUMINAL_ERROR_UNREADABLE);
      g_assert_nonnull (strstr (error->message, "its private copy cannot be sealed"));
    }
  return TRUE;
}

/* What is called for certain to load or reload a module, of which none may be looked for in
 * the wrong place. */
static guint
calls_for_certain (const Case *test_case)
{
  const guint reading = 1 << FAULT_MEMFD_CREATE | 1 << FAULT_OPEN | 1 << FAULT_READ | 1 << FAULT_WRITE |
                        1 << FAULT_MMAP | 1 << FAULT_FCNTL | 1 << FAULT_SEAL | 1 << FAULT_FSTAT | 1 << FAULT_MALLOC;
  const guint talking = 1 << FAULT_SENDMSG | 1 << FAULT_RECVMSG;

  /* In this process to start a photon is a mere call of its function. */
  if (test_case->scenario->act != act_load && test_case->scenario->act != act_reload)
    return test_has_workers () ? talking : 0;
  if (!test_has_workers ())
    return reading | 1 << FAULT_DLOPEN;
  if (test_case->in_manager)
    return reading | talking;

  return talking | 1 << FAULT_MMAP | 1 << FAULT_FSTAT | 1 << FAULT_DLOPEN;
}

static void
test_fault (gconstpointer data)
{
  const Case *test_case = data;
  Faults faults = { .has_worker_faults = !test_case->in_manager };
  guint before;
  guint certain = calls_for_certain (test_case);
  guint n_failed = 0;

  set_up (&faults);
  before = count_descriptors (&faults);
  for (guint call = 0; call < N_FAULTS; call++)
    {
      guint n = 0;

      while (n < test_case->most_calls && fail_once (&faults, test_case, call, n))
        n++;
      if (n == 0 && (certain & 1u << call) != 0)
        g_error ("%s: %s never failed", test_case->scenario->name, call_names[call]);
      n_failed += n;
    }
  printf ("# soak: %s: %u calls failed in %s, one after the other\n", test_case->scenario->name, n_failed,
          test_case->in_manager ? "the loader's process" : "those of photons");

  g_assert_cmpuint (count_descriptors (&faults), ==, before);
  tear_down (&faults);
}

/* Stands before all other libraries, or the program begins once more with it. */
static void
ensure_library (char **argv)
{
  if (dlsym (RTLD_DEFAULT, "fault_attach") != NULL)
    return;

  g_setenv ("LD_PRELOAD", FAULT_LIBRARY, TRUE);
  execv (argv[0], argv);
  g_error ("%s: %s", argv[0], g_strerror (errno));
}

static char *
make_page (void)
{
  FaultAttach attach = (FaultAttach) dlsym (RTLD_DEFAULT, "fault_attach");
  g_autoptr (GError) error = NULL;
  char *path = NULL;
  int fd = g_file_open_tmp ("luminal-faults-XXXXXX", &path, &error);

  g_assert_no_error (error);
  g_assert_nonnull (attach);
  g_assert_no_errno (ftruncate (fd, sizeof (FaultPage)));
  shared_page = mmap (NULL, sizeof (FaultPage), PROT_READ | PROT_WRITE, MAP_SHARED, fd, 0);
  g_assert_true (shared_page != MAP_FAILED);
  g_assert_no_errno (close (fd));
  shared_page->manager = getpid ();
  g_setenv (FAULT_VARIABLE, path, TRUE);
  attach (shared_page);

  return path;
}

int
main (int   argc,
      char *argv[])
{
  static Case cases[G_N_ELEMENTS (scenarios)][2];
  g_autofree char *path = NULL;
  gboolean is_thorough = argc > 1 && (g_str_equal (argv[1], "in-process") || g_str_equal (argv[1], "workers"));
  int status;

  ensure_library (argv);
  if (is_thorough)
    {
      g_setenv ("LUMINAL_TEST_ISOLATION", g_str_equal (argv[1], "workers") ? "worker" : "in-process", TRUE);
      argv[1] = NULL;
      argc = 1;
    }
  g_test_init (&argc, &argv, NULL);
  path = make_page ();

  for (guint i = 0; i < G_N_ELEMENTS (scenarios); i++)
    {
      for (guint in_manager = 0; in_manager < 2; in_manager++)
        {
          g_autofree char *name = g_strdup_printf ("/faults/%s/%s", in_manager ? "manager" : "worker",
                                                   scenarios[i].name);

          if ((!in_manager && !test_has_workers ()) || (scenarios[i].is_long && !is_thorough))
            continue;
          cases[i][in_manager] = (Case) { &scenarios[i], in_manager, is_thorough ? MOST_CALLS : FEW_CALLS };
          g_test_add_data_func (name, &cases[i][in_manager], test_fault);
        }
    }

  status = g_test_run ();
  g_unlink (path);
  return status;
}
