/* SPDX-License-Identifier: GPL-3.0-or-later */

#include "world.h"

#include <glib/gstdio.h>
#include <signal.h>
#include <string.h>

#include "check.h"
#include "disk.h"

/* What hangs is waited for so long, and everything else for ever, nearly. */
#define HANG_MS 400
#define PATIENCE_MS 60000

/* A file that is gone is not missed at once, in case somebody writes it anew. */
#define GRACE_MS 15

/* What is called off is so within so many iterations. */
#define MOST_ITERATIONS 8

/* Who mends what crashed takes a moment. */
#define MEND_S 20

/* One thing that was asked for. */
typedef struct
{
  const Step *step;
  guint incarnation; /* of its module, when it was asked for */
  gboolean was_known;
  LuminalHandler *handler;
  guint files[N_FILES]; /* for several */
  guint n_files;
  GCancellable *cancellable;
  GAsyncResult *result;
  gboolean is_asked; /* otherwise it made no sense */
  GError *error;
} Call;

static void
clear_call (gpointer data)
{
  Call *call = data;

  g_clear_object (&call->handler);
  g_clear_object (&call->cancellable);
  g_clear_object (&call->result);
  g_clear_error (&call->error);
}

/* The cycle in which the barrier is loaded ends after this. */
static void
note_barrier (World         *world,
              LuminalEvent  *event,
              LuminalLoader *loader)
{
  g_autofree char *name = g_file_get_basename (luminal_event_get_file (event));

  if (luminal_event_get_kind (event) == LUMINAL_EVENT_OUTPUT && g_str_equal (name, "barrier.so"))
    world->n_observed = world->watch.n_observed;
}

World *
world_new (gboolean is_apart,
           gboolean is_built)
{
  World *world = g_new0 (World, 1);
  LuminalLoader *loader;

  g_setenv ("LUMINAL_TEST_ISOLATION", is_apart ? "worker" : "in-process", TRUE);
  watch_set_up (&world->watch, NULL);
  world->subjects = g_build_filename (world->watch.root, "subjects", NULL);
  g_assert_no_errno (g_mkdir (world->subjects, 0700));
  g_setenv ("LUMINAL_TEST_SUBJECTS", world->subjects, TRUE);
  world->checksums = g_hash_table_new_full (NULL, NULL, NULL, g_free);
  world->model.is_apart = is_apart;
  world->model.is_built = is_built;
  for (guint i = 0; i < N_FILES; i++)
    world->model.modules[i].disk.manner = MANNER_ABSENT;

  loader = world->watch.loader;
  g_signal_connect_swapped (loader, "event", G_CALLBACK (note_barrier), world);
  luminal_loader_set_grace_time (loader, GRACE_MS);
  luminal_loader_set_probation_time (loader, G_MAXINT);
  luminal_loader_set_open_timeout (loader, PATIENCE_MS);
  luminal_loader_set_restore_timeout (loader, PATIENCE_MS);
  luminal_loader_set_start_timeout (loader, PATIENCE_MS);
  luminal_loader_set_save_timeout (loader, PATIENCE_MS);
  luminal_loader_set_finalizer_timeout (loader, PATIENCE_MS);
  return world;
}

/* The manner is a promise no more: nobody is to wait for it. */
static void
force_out (World *world)
{
  for (guint file = 0; file < N_FILES; file++)
    {
      g_autoptr (GFile) module = disk_file (world, file);
      g_autoptr (GAsyncResult) result = NULL;
      g_autoptr (GFile) unloaded = NULL;

      if (!world->model.modules[file].is_known)
        continue;
      luminal_loader_unload_photon_async (world->watch.loader, module, world->model.is_apart, NULL,
                                          watch_note_result, &result);
      watch_until (result != NULL);
      unloaded = luminal_loader_unload_photon_finish (world->watch.loader, result, NULL);
    }
}

/* Nothing is left: no process, no registration, and the loader itself is finalized. */
void
world_free (World *world)
{
  if (luminal_loader_get_watching (world->watch.loader))
    watch_end (&world->watch, FALSE, NULL);
  force_out (world);
  g_signal_handlers_disconnect_by_data (world->watch.loader, world);
  watch_tear_down (&world->watch, NULL);
  g_hash_table_unref (world->checksums);
  g_free (world->subjects);
  g_free (world);
}

/* Whether a file has such a content, or may get it back. */
static gboolean
may_be (const ModelModule *module,
        Manner             manner)
{
  gboolean any = module->disk.manner == manner || module->current.content.manner == manner;

  for (guint i = 0; i < module->n_good; i++)
    any |= module->good[i].content.manner == manner;

  return any;
}

/* Deadlines hold for what is loaded after they were set. */
static void
set_deadlines (World      *world,
               const Step *steps,
               guint       n_steps)
{
  gboolean starts = FALSE;
  gboolean ends = FALSE;

  for (guint i = 0; i < n_steps; i++)
    {
      gboolean concerns_all = steps[i].op == OP_SEVERAL || steps[i].op == OP_WATCH;

      starts |= steps[i].op == OP_WRITE && steps[i].manner == MANNER_START_HANGS;
      ends |= steps[i].op == OP_WRITE && steps[i].manner == MANNER_FINALIZER_HANGS;
      for (guint j = 0; j < N_FILES; j++)
        {
          if (j != steps[i].file && !concerns_all)
            continue;
          starts |= may_be (&world->model.modules[j], MANNER_START_HANGS);
          ends |= may_be (&world->model.modules[j], MANNER_FINALIZER_HANGS);
        }
    }

  luminal_loader_set_start_timeout (world->watch.loader, starts ? HANG_MS : PATIENCE_MS);
  luminal_loader_set_finalizer_timeout (world->watch.loader, ends ? HANG_MS : PATIENCE_MS);
}

static GPtrArray *
list_loaded (World *world,
             Call  *call)
{
  GPtrArray *files = g_ptr_array_new_with_free_func (g_object_unref);

  for (guint i = 0; i < N_FILES; i++)
    {
      if (!world->model.modules[i].is_known)
        continue;
      call->files[call->n_files++] = i;
      g_ptr_array_add (files, disk_file (world, i));
    }

  return files;
}

static void
ask (World      *world,
     Call       *call,
     const Step *step)
{
  LuminalLoader *loader = world->watch.loader;
  const ModelModule *module = &world->model.modules[step->file];
  g_autoptr (GFile) file = disk_file (world, step->file);
  g_autofree char *name = check_name (step->file, step->photon);
  g_autoptr (GPtrArray) files = NULL;

  call->step = step;
  call->incarnation = module->incarnation;
  call->was_known = module->is_known;
  call->cancellable = step->cancel_after >= 0 ? g_cancellable_new () : NULL;
  call->is_asked = TRUE;
  call->files[0] = step->file;
  call->n_files = 1;

  switch (step->op)
    {
    case OP_LOAD:
      luminal_loader_load_photon_async (loader, file, LUMINAL_TYPE_PHOTON, NULL, call->cancellable,
                                        watch_note_result, &call->result);
      break;
    case OP_UNLOAD:
      luminal_loader_unload_photon_async (loader, file, FALSE, call->cancellable, watch_note_result, &call->result);
      break;
    case OP_RELOAD:
    case OP_FORCE:
      luminal_loader_reload_photon_async (loader, file,
                                          step->op == OP_FORCE ? LUMINAL_RELOAD_FORCE : LUMINAL_RELOAD_DEFAULT,
                                          call->cancellable, watch_note_result, &call->result);
      break;
    case OP_SEVERAL:
      call->n_files = 0;
      files = list_loaded (world, call);
      call->is_asked = files->len > 0;
      if (call->is_asked)
        luminal_loader_reload_photons_async (loader, files, LUMINAL_RELOAD_DEFAULT, call->cancellable,
                                             watch_note_result, &call->result);
      break;
    case OP_REVERT:
      luminal_loader_revert_photon_async (loader, file, 0, call->cancellable, watch_note_result, &call->result);
      break;
    case OP_START:
    case OP_STOP:
      if (luminal_loader_lookup (loader, name) != NULL)
        call->handler = g_object_ref (luminal_loader_lookup (loader, name));
      call->is_asked = call->handler != NULL;
      if (call->is_asked && step->op == OP_START)
        luminal_handler_start_async (call->handler, call->cancellable, watch_note_result, &call->result);
      else if (call->is_asked)
        luminal_handler_stop_async (call->handler, FALSE, call->cancellable, watch_note_result, &call->result);
      break;
    case OP_WRITE:
    case OP_REMOVE:
    case OP_KILL:
    case OP_WATCH:
    case OP_RENAME:
    case N_OPS:
    default:
      g_assert_not_reached ();
    }
}

/* Each some iterations after all have been asked for. */
static void
call_off (Call  *calls,
          guint  n_calls)
{
  for (int n = 0; n < MOST_ITERATIONS; n++)
    {
      for (guint i = 0; i < n_calls; i++)
        {
          if (calls[i].cancellable != NULL && calls[i].step->cancel_after == n)
            g_cancellable_cancel (calls[i].cancellable);
        }
      g_main_context_iteration (NULL, FALSE);
    }
}

static void
take_result (World *world,
             Call  *call)
{
  LuminalLoader *loader = world->watch.loader;
  g_autoptr (GPtrArray) handlers = NULL;
  g_autoptr (GFile) file = NULL;

  switch (call->step->op)
    {
    case OP_LOAD:
      handlers = luminal_loader_load_photon_finish (loader, call->result, &call->error);
      break;
    case OP_UNLOAD:
      file = luminal_loader_unload_photon_finish (loader, call->result, &call->error);
      break;
    case OP_RELOAD:
    case OP_FORCE:
      handlers = luminal_loader_reload_photon_finish (loader, call->result, &call->error);
      break;
    case OP_SEVERAL:
      handlers = luminal_loader_reload_photons_finish (loader, call->result, &call->error);
      break;
    case OP_REVERT:
      handlers = luminal_loader_revert_photon_finish (loader, call->result, &call->error);
      break;
    case OP_START:
      luminal_handler_start_finish (call->handler, call->result, &call->error);
      break;
    case OP_STOP:
      luminal_handler_stop_finish (call->handler, call->result, &call->error);
      break;
    case OP_WRITE:
    case OP_REMOVE:
    case OP_KILL:
    case OP_WATCH:
    case OP_RENAME:
    case N_OPS:
    default:
      g_assert_not_reached ();
    }
}

static gboolean
apply (Model      *model,
       const Call *call)
{
  const Step *step = call->step;
  const ModelModule *module = &model->modules[step->file];

  switch (step->op)
    {
    case OP_LOAD:
      return model_load (model, step->file);
    case OP_UNLOAD:
      return call->was_known && model_unload (model, step->file);
    case OP_RELOAD:
      return call->was_known && model_reload (model, &step->file, 1, MODEL_NONE);
    case OP_FORCE:
      return call->was_known && model_reload (model, &step->file, 1, MODEL_FORCE);
    case OP_SEVERAL:
      return model_reload (model, call->files, call->n_files, MODEL_NONE);
    case OP_REVERT:
      return call->was_known && model_revert (model, step->file);
    case OP_START:
      return module->incarnation == call->incarnation && model_start (model, step->file, step->photon);
    case OP_STOP:
      return module->incarnation == call->incarnation && model_stop (model, step->file, step->photon);
    case OP_WRITE:
    case OP_REMOVE:
    case OP_KILL:
    case OP_WATCH:
    case OP_RENAME:
    case N_OPS:
    default:
      g_assert_not_reached ();
    }
}

static gboolean
look_again (gpointer unused)
{
  return G_SOURCE_CONTINUE;
}

static void
expect (World *world)
{
  g_autofree char *wrong = check_world (world);

  if (wrong != NULL && world->model.has_crashed)
    {
      gint64 deadline = g_get_monotonic_time () + MEND_S * G_USEC_PER_SEC;
      guint clock = g_timeout_add (2, look_again, NULL);

      while (wrong != NULL && g_get_monotonic_time () < deadline)
        {
          g_main_context_iteration (NULL, TRUE);
          g_free (wrong);
          wrong = check_world (world);
        }
      g_source_remove (clock);
    }
  if (wrong != NULL)
    g_error ("%s", wrong);
}

/* All that is under way has ended. */
static void
settle (World *world)
{
  if (luminal_loader_get_watching (world->watch.loader))
    {
      watch_barrier (&world->watch);
      watch_until (world->watch.n_observed > world->n_observed);
    }
}

static void
call_all (World      *world,
          const Step *steps,
          guint       n_steps)
{
  g_autofree Call *calls = g_new0 (Call, n_steps);

  for (guint i = 0; i < n_steps; i++)
    ask (world, &calls[i], &steps[i]);
  call_off (calls, n_steps);
  for (guint i = 0; i < n_steps; i++)
    {
      if (calls[i].is_asked)
        watch_until (calls[i].result != NULL);
    }

  for (guint i = 0; i < n_steps; i++)
    {
      gboolean goes_well;

      if (calls[i].is_asked)
        take_result (world, &calls[i]);

      /* What was called off did not happen at all. */
      if (calls[i].is_asked && !g_error_matches (calls[i].error, G_IO_ERROR, G_IO_ERROR_CANCELLED))
        {
          goes_well = apply (&world->model, &calls[i]);
          if (goes_well != (calls[i].error == NULL))
            {
              g_autofree char *line = step_to_line (&steps[i]);

              g_error ("\"%s\" %s: %s", line, goes_well ? "failed" : "was to fail",
                       calls[i].error != NULL ? calls[i].error->message : "it did not");
            }
        }
      clear_call (&calls[i]);
    }
}

static void
change_disk (World      *world,
             const Step *step)
{
  ModelModule *module = &world->model.modules[step->file];

  if (step->op == OP_WRITE)
    disk_write (world, step);
  else if (module->disk.manner != MANNER_ABSENT)
    disk_remove (world, step);
  else
    return;

  if (luminal_loader_get_watching (world->watch.loader))
    {
      settle (world);
      model_notice (&world->model, step->file);
    }
}

/* A watch takes it for the same module. Where nobody watches, its photons are unloaded. */
static void
rename_file (World      *world,
             const Step *step)
{
  gboolean is_watched = luminal_loader_get_watching (world->watch.loader);
  const Step unload = { .op = OP_UNLOAD, .file = step->file, .cancel_after = -1 };

  if (world->model.modules[step->file].disk.manner == MANNER_ABSENT)
    return;

  if (!is_watched)
    call_all (world, &unload, 1);
  disk_rename (world, step->file);
  if (is_watched)
    {
      settle (world);
      model_rename (&world->model, step->file, TRUE);
    }
}

static void
begin_or_end_watch (World *world)
{
  g_autoptr (GError) error = NULL;

  if (luminal_loader_get_watching (world->watch.loader))
    {
      watch_end (&world->watch, FALSE, &error);
      g_assert_no_error (error);
      return;
    }

  watch_begin (&world->watch, FALSE);
  settle (world);
  for (guint i = 0; i < N_FILES; i++)
    {
      if (world->model.modules[i].disk.manner != MANNER_ABSENT)
        model_notice (&world->model, i);
    }
}

static void
kill_process (World      *world,
              const Step *step)
{
  g_autofree char *name = check_name (step->file, step->photon);
  LuminalHandler *handler = luminal_loader_lookup (world->watch.loader, name);

  if (!world->model.is_apart || handler == NULL || luminal_handler_get_status (handler) != LUMINAL_STATUS_RUNNING)
    return;

  g_assert_no_errno (kill (luminal_handler_get_pid (handler), SIGKILL));
  while (luminal_handler_get_status (handler) == LUMINAL_STATUS_RUNNING && luminal_handler_get_pid (handler) != 0)
    g_main_context_iteration (NULL, TRUE);
  model_kill (&world->model, step->file);
}

/* What the model says of it, without doing it. */
static Model
foresee (World      *world,
         const Step *steps,
         guint       n_steps)
{
  Model model = world->model;
  gboolean is_watched = luminal_loader_get_watching (world->watch.loader);

  model.has_crashed = model.is_hopeless = FALSE;
  for (guint i = 0; i < n_steps; i++)
    {
      Call call = { .step = &steps[i], .files = { steps[i].file }, .n_files = 1 };
      ModelModule *module = &model.modules[steps[i].file];

      call.was_known = module->is_known;
      call.incarnation = module->incarnation;
      switch (steps[i].op)
        {
        case OP_WRITE:
        case OP_REMOVE:
          module->disk = steps[i].op == OP_WRITE ? (Content) { steps[i].content, steps[i].manner }
                                                 : (Content) { 0, MANNER_ABSENT };
          if (is_watched)
            model_notice (&model, steps[i].file);
          break;
        case OP_KILL:
          if (model.is_apart)
            model_kill (&model, steps[i].file);
          break;
        case OP_WATCH:
          for (guint j = 0; j < N_FILES && !is_watched; j++)
            {
              if (model.modules[j].disk.manner != MANNER_ABSENT)
                model_notice (&model, j);
            }
          break;
        case OP_SEVERAL:
          call.n_files = 0;
          for (guint j = 0; j < N_FILES; j++)
            {
              if (model.modules[j].is_known)
                call.files[call.n_files++] = j;
            }
          if (call.n_files > 0)
            apply (&model, &call);
          break;
        case OP_LOAD:
        case OP_UNLOAD:
        case OP_RELOAD:
        case OP_FORCE:
        case OP_REVERT:
        case OP_START:
        case OP_STOP:
          if (call.was_known || steps[i].op == OP_LOAD)
            apply (&model, &call);
          break;
        case OP_RENAME:
          if (module->disk.manner != MANNER_ABSENT)
            model_rename (&model, steps[i].file, is_watched);
          break;
        case N_OPS:
        default:
          g_assert_not_reached ();
        }
    }

  return model;
}

void
world_do (World      *world,
          const Step *steps,
          guint       n_steps)
{
  Model foreseen = foresee (world, steps, n_steps);

  /* What crashes is mended behind the back of those who ask for something else meanwhile;
   * and what is hopeless takes long. */
  if (n_steps > 1 && (foreseen.has_crashed || foreseen.is_hopeless))
    {
      for (guint i = 0; i < n_steps; i++)
        world_do (world, &steps[i], 1);
      return;
    }
  if (foreseen.is_hopeless)
    return;

  world->model.has_crashed = FALSE;
  set_deadlines (world, steps, n_steps);
  if (steps->op == OP_WRITE || steps->op == OP_REMOVE)
    change_disk (world, steps);
  else if (steps->op == OP_WATCH)
    begin_or_end_watch (world);
  else if (steps->op == OP_RENAME)
    rename_file (world, steps);
  else if (steps->op == OP_KILL)
    kill_process (world, steps);
  else
    call_all (world, steps, n_steps);
  settle (world);
  expect (world);
  watch_forget (&world->watch);
}
