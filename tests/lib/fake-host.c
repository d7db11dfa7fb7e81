/* SPDX-License-Identifier: GPL-3.0-or-later */

#include "fake-host.h"

#include <signal.h>

#include "luminal-crash-private.h"
#include "luminal-error-private.h"

typedef struct
{
  guint generation;
  char *class_name;
  FakeCall call;
  FakeManner manner;
  guint times;
} Plan;

struct _LuminalHostFactory
{
  GObject parent_instance;

  GPtrArray *hosts;
  GPtrArray *plans;
  GPtrArray *held; /* of Call */
  GString *log;
  int last_pid;
};

G_DEFINE_FINAL_TYPE (LuminalHostFactory, luminal_host_factory, G_TYPE_OBJECT)

struct _FakeHost
{
  GObject parent_instance;

  LuminalHostFactory *factory; /* not owned: it owns this */
  guint generation;
  int pid;
  LuminalCrash *crash;
};

static void fake_host_iface_init (LuminalHostInterface *iface);

G_DEFINE_FINAL_TYPE_WITH_CODE (FakeHost, fake_host, G_TYPE_OBJECT,
                               G_IMPLEMENT_INTERFACE (LUMINAL_TYPE_HOST, fake_host_iface_init))

/* A call on its way: it ends from the main context, as in another process. */
typedef struct
{
  GTask *task;
  FakeHost *host;
  FakeCall call;
  char *class_name;
  gboolean force;
} Call;

static void
plan_free (Plan *plan)
{
  g_free (plan->class_name);
  g_free (plan);
}

static void
call_free (Call *call)
{
  g_object_unref (call->task);
  g_object_unref (call->host);
  g_free (call->class_name);
  g_free (call);
}

static void
luminal_host_factory_finalize (GObject *object)
{
  LuminalHostFactory *self = LUMINAL_HOST_FACTORY (object);

  g_assert_cmpuint (self->held->len, ==, 0);
  g_ptr_array_unref (self->hosts);
  g_ptr_array_unref (self->plans);
  g_ptr_array_unref (self->held);
  g_string_free (self->log, TRUE);

  G_OBJECT_CLASS (luminal_host_factory_parent_class)->finalize (object);
}

static void
luminal_host_factory_class_init (LuminalHostFactoryClass *klass)
{
  G_OBJECT_CLASS (klass)->finalize = luminal_host_factory_finalize;
}

static void
luminal_host_factory_init (LuminalHostFactory *self)
{
  self->hosts = g_ptr_array_new_with_free_func (g_object_unref);
  self->plans = g_ptr_array_new_with_free_func ((GDestroyNotify) plan_free);
  self->held = g_ptr_array_new ();
  self->log = g_string_new (NULL);
  self->last_pid = 1000;
}

LuminalHostFactory *
luminal_host_factory_new (void)
{
  return g_object_new (LUMINAL_TYPE_HOST_FACTORY, NULL);
}

LuminalHost *
luminal_host_factory_create (LuminalHostFactory *self,
                             const char         *path,
                             LuminalInspection  *inspection,
                             GPtrArray          *photons,
                             guint               generation,
                             gboolean            types_in_use,
                             GError            **error)
{
  return fake_host_new (self, generation);
}

void
luminal_host_factory_keep (LuminalHostFactory *self,
                           const char         *path,
                           const char         *checksum,
                           LuminalHost        *host)
{
  g_assert_not_reached ();
}

gboolean
luminal_host_registers_types (LuminalInspection *inspection)
{
  return FALSE;
}

static void
fake_host_finalize (GObject *object)
{
  g_clear_object (&FAKE_HOST (object)->crash);

  G_OBJECT_CLASS (fake_host_parent_class)->finalize (object);
}

static void
fake_host_class_init (FakeHostClass *klass)
{
  G_OBJECT_CLASS (klass)->finalize = fake_host_finalize;
}

static void
fake_host_init (FakeHost *self)
{
}

LuminalHost *
fake_host_new (LuminalHostFactory *factory,
               guint               generation)
{
  FakeHost *self = g_object_new (FAKE_TYPE_HOST, NULL);

  self->factory = factory;
  self->generation = generation;
  g_ptr_array_add (factory->hosts, g_object_ref (self));

  return LUMINAL_HOST (self);
}

static void
end_process (FakeHost *self,
             gboolean  of_itself)
{
  const char *const backtrace[] = { "beat+0x1c", "main", NULL };
  const char *const output[] = { "one", "two", NULL };
  const LuminalCrashFacts facts = {
    .signal = SIGSEGV,
    .exit_code = -1,
    .cause = "SIGSEGV (segmentation fault) in beat+0x1c",
    .backtrace = backtrace,
    .output = output,
  };

  self->pid = 0;
  g_clear_object (&self->crash);
  if (of_itself)
    {
      self->crash = luminal_crash_new (&facts);
      luminal_host_emit_crashed (LUMINAL_HOST (self));
    }
}

void
fake_host_crash (LuminalHost *host)
{
  g_assert_cmpint (FAKE_HOST (host)->pid, !=, 0);
  end_process (FAKE_HOST (host), TRUE);
}

void
fake_host_set_pid (LuminalHost *host,
                   int          pid)
{
  FAKE_HOST (host)->pid = pid;
}

void
fake_factory_plan (LuminalHostFactory *factory,
                   guint               generation,
                   const char         *class_name,
                   FakeCall            call,
                   FakeManner          manner,
                   guint               times)
{
  Plan *plan = g_new (Plan, 1);

  *plan = (Plan) { generation, g_strdup (class_name), call, manner, times };
  g_ptr_array_add (factory->plans, plan);
}

/* Returns whether there is one. */
static gboolean
follow_plan (Call       *call,
             FakeManner *manner)
{
  GPtrArray *plans = call->host->factory->plans;

  for (guint i = 0; i < plans->len; i++)
    {
      Plan *plan = plans->pdata[i];

      if (plan->generation == call->host->generation && plan->call == call->call &&
          (plan->class_name == NULL || g_strcmp0 (plan->class_name, call->class_name) == 0))
        {
          *manner = plan->manner;
          if (--plan->times == 0)
            g_ptr_array_remove_index (plans, i);
          return TRUE;
        }
    }

  return FALSE;
}

static void
return_well (Call *call)
{
  if (call->call == FAKE_SAVE)
    g_task_return_pointer (call->task,
                           g_variant_ref_sink (g_variant_new_take_string (
                             g_strdup_printf ("%u %s", call->host->generation, call->class_name))),
                           (GDestroyNotify) g_variant_unref);
  else
    g_task_return_boolean (call->task, TRUE);
}

static void
return_badly (Call       *call,
              FakeManner  manner)
{
  static const LuminalError failures[] = {
    [FAKE_OPEN] = LUMINAL_ERROR_OPEN_FAILED,
    [FAKE_RESTORE] = LUMINAL_ERROR_RESTORE_FAILED,
    [FAKE_START] = LUMINAL_ERROR_START_FAILED,
    [FAKE_SAVE] = LUMINAL_ERROR_SAVE_FAILED,
    [FAKE_STOP] = LUMINAL_ERROR_FINALIZER_FAILED,
  };
  static const LuminalPhase phases[] = {
    [FAKE_OPEN] = LUMINAL_PHASE_STAGE,
    [FAKE_RESTORE] = LUMINAL_PHASE_START,
    [FAKE_START] = LUMINAL_PHASE_START,
    [FAKE_SAVE] = LUMINAL_PHASE_HAND_OVER,
    [FAKE_STOP] = LUMINAL_PHASE_HAND_OVER,
  };
  LuminalError code = failures[call->call];
  const char *cause = "it failed";

  if (manner == FAKE_CRASHES)
    {
      code = LUMINAL_ERROR_CRASHED;
      cause = "it crashed in the call";
    }
  else if (manner == FAKE_HANGS)
    {
      code = LUMINAL_ERROR_TIMED_OUT;
      cause = "it took too long";
    }

  if (manner != FAKE_FAILS)
    end_process (call->host, manner == FAKE_CRASHES);
  g_task_return_error (call->task, luminal_error_new (code, "fake.so", phases[call->call], "%s", cause));
}

static gboolean
end_call (gpointer user_data)
{
  Call *call = user_data;
  FakeManner manner;

  if (call->call == FAKE_STOP && (call->force || call->host->pid == 0))
    {
      end_process (call->host, FALSE);
      return_well (call);
      return G_SOURCE_REMOVE;
    }

  if (!follow_plan (call, &manner))
    {
      return_well (call);
    }
  else if (manner == FAKE_CRASHES_AFTER)
    {
      end_process (call->host, TRUE);
      return_well (call);
    }
  else
    {
      return_badly (call, manner);
    }

  return G_SOURCE_REMOVE;
}

static gboolean
is_to_be_held (Call *call)
{
  GPtrArray *plans = call->host->factory->plans;

  for (guint i = 0; i < plans->len; i++)
    {
      Plan *plan = plans->pdata[i];

      if (plan->manner == FAKE_NEVER_ENDS && plan->generation == call->host->generation &&
          plan->call == call->call)
        {
          g_ptr_array_remove_index (plans, i);
          return TRUE;
        }
    }

  return FALSE;
}

static void
schedule (Call *call)
{
  g_autoptr (GSource) source = g_idle_source_new ();

  g_source_set_priority (source, G_PRIORITY_DEFAULT);
  g_source_set_callback (source, end_call, call, (GDestroyNotify) call_free);
  g_source_attach (source, NULL);
}

void
fake_factory_let_go (LuminalHostFactory *factory)
{
  for (guint i = 0; i < factory->held->len; i++)
    schedule (factory->held->pdata[i]);
  g_ptr_array_set_size (factory->held, 0);
}

guint
fake_factory_count_held (LuminalHostFactory *factory)
{
  return factory->held->len;
}

static void
begin_call (FakeHost        *self,
            FakeCall         kind,
            LuminalMetadata *photon,
            GVariant        *state,
            gboolean         force,
            GTask           *task)
{
  static const char *const names[] = { "open", "restore", "start", "save", "stop" };
  GString *log = self->factory->log;
  Call *call = g_new0 (Call, 1);

  call->task = g_object_ref (task);
  call->host = g_object_ref (self);
  call->call = kind;
  call->class_name = photon != NULL ? g_strdup (luminal_metadata_get_class_name (photon)) : NULL;
  call->force = force;

  g_string_append_printf (log, "%s%s %u", log->len > 0 ? ", " : "", names[kind], self->generation);
  if (photon != NULL)
    g_string_append_printf (log, " %s", call->class_name);
  if (state != NULL)
    g_string_append_printf (log, " <%s>", g_variant_get_string (state, NULL));

  /* Whoever starts a photon whose process is gone gets another one. */
  if (self->pid == 0 && (kind == FAKE_OPEN || kind == FAKE_START || kind == FAKE_RESTORE))
    {
      self->pid = ++self->factory->last_pid;
      g_clear_object (&self->crash);
    }

  if (is_to_be_held (call))
    g_ptr_array_add (self->factory->held, call);
  else
    schedule (call);
}

char *
fake_factory_take_log (LuminalHostFactory *factory)
{
  char *log = g_strdup (factory->log->str);

  g_string_truncate (factory->log, 0);
  return log;
}

LuminalHost *
fake_factory_get_host (LuminalHostFactory *factory,
                       guint               generation)
{
  for (guint i = factory->hosts->len; i > 0; i--)
    {
      FakeHost *host = factory->hosts->pdata[i - 1];

      if (host->generation == generation)
        return LUMINAL_HOST (host);
    }

  g_assert_not_reached ();
}

static void
fake_host_open_async (LuminalHost       *host,
                      LuminalImage      *image,
                      LuminalInspection *inspection,
                      GPtrArray         *photons,
                      GTask             *task)
{
  begin_call (FAKE_HOST (host), FAKE_OPEN, NULL, NULL, FALSE, task);
}

static void
fake_host_restore_async (LuminalHost     *host,
                         LuminalMetadata *photon,
                         GVariant        *state,
                         GTask           *task)
{
  begin_call (FAKE_HOST (host), FAKE_RESTORE, photon, state, FALSE, task);
}

static void
fake_host_start_async (LuminalHost     *host,
                       LuminalMetadata *photon,
                       GTask           *task)
{
  begin_call (FAKE_HOST (host), FAKE_START, photon, NULL, FALSE, task);
}

static void
fake_host_save_state_async (LuminalHost     *host,
                            LuminalMetadata *photon,
                            GTask           *task)
{
  begin_call (FAKE_HOST (host), FAKE_SAVE, photon, NULL, FALSE, task);
}

static void
fake_host_stop_async (LuminalHost     *host,
                      LuminalMetadata *photon,
                      gboolean         force,
                      GTask           *task)
{
  begin_call (FAKE_HOST (host), FAKE_STOP, photon, NULL, force, task);
}

static void
fake_host_close_async (LuminalHost *host,
                       GTask       *task)
{
  FAKE_HOST (host)->pid = 0;
  g_task_return_pointer (task, NULL, NULL);
}

static int
fake_host_get_pid (LuminalHost *host)
{
  return FAKE_HOST (host)->pid;
}

static LuminalCrash *
fake_host_get_crash (LuminalHost *host)
{
  return FAKE_HOST (host)->crash;
}

static void
fake_host_iface_init (LuminalHostInterface *iface)
{
  iface->open_async = fake_host_open_async;
  iface->restore_async = fake_host_restore_async;
  iface->start_async = fake_host_start_async;
  iface->save_state_async = fake_host_save_state_async;
  iface->stop_async = fake_host_stop_async;
  iface->close_async = fake_host_close_async;
  iface->get_pid = fake_host_get_pid;
  iface->get_crash = fake_host_get_crash;
}
