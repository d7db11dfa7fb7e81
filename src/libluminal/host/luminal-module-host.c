/* SPDX-License-Identifier: LGPL-2.1-or-later */

#include "luminal-module-host.h"

#include <dlfcn.h>
#include <glib/gi18n-lib.h>
#include <gmodule.h>
#include <sys/stat.h>

#include "luminal-declare.h"
#include "luminal-error-private.h"
#include "luminal-link-refusal.h"
#include "luminal-inspection-private.h"
#include "luminal-photon-private.h"
#include "luminal-source-sweep.h"
#include "luminal-thread-scan.h"

struct _LuminalModuleHost
{
  GObject parent_instance;

  char *filepath;
  guint generation;

  void *module; /* the dynamic linker's handle */
  LuminalCodeRange range;
  LuminalPinHint hints;
  GHashTable *photons; /* class name → HostedPhoton */

  /* What was there before the module was, to tell what it left behind. */
  GMainContext *context;
  guint source_mark;
};

typedef struct
{
  const LuminalDescriptor *descriptor;
  LuminalPhoton *instance; /* while it runs */
  gpointer data;
  gboolean is_restored; /* it was handed a state, and is to be started */
} HostedPhoton;

static void luminal_module_host_iface_init (LuminalHostInterface *iface);

G_DEFINE_FINAL_TYPE_WITH_CODE (LuminalModuleHost, luminal_module_host, G_TYPE_OBJECT,
                               G_IMPLEMENT_INTERFACE (LUMINAL_TYPE_HOST, luminal_module_host_iface_init))

static void
luminal_module_host_finalize (GObject *object)
{
  LuminalModuleHost *self = LUMINAL_MODULE_HOST (object);

  g_clear_pointer (&self->photons, g_hash_table_unref);
  g_main_context_unref (self->context);
  g_free (self->filepath);

  G_OBJECT_CLASS (luminal_module_host_parent_class)->finalize (object);
}

/* Photons that still run have nobody to talk to any more. */
static void
luminal_module_host_dispose (GObject *object)
{
  LuminalModuleHost *self = LUMINAL_MODULE_HOST (object);
  HostedPhoton *hosted = NULL;
  GHashTableIter iter;

  g_hash_table_iter_init (&iter, self->photons);
  while (g_hash_table_iter_next (&iter, NULL, (gpointer *) &hosted))
    {
      if (hosted->instance != NULL)
        luminal_photon_set_output (hosted->instance, NULL, NULL);
    }

  G_OBJECT_CLASS (luminal_module_host_parent_class)->dispose (object);
}

static void
luminal_module_host_class_init (LuminalModuleHostClass *klass)
{
  /* Photons name their base, and this is the one that most have. */
  g_type_ensure (LUMINAL_TYPE_PHOTON);

  G_OBJECT_CLASS (klass)->dispose = luminal_module_host_dispose;
  G_OBJECT_CLASS (klass)->finalize = luminal_module_host_finalize;
}

static void
luminal_module_host_init (LuminalModuleHost *self)
{
  self->photons = g_hash_table_new_full (g_str_hash, g_str_equal, NULL, g_free);
  self->context = g_main_context_ref_thread_default ();
}

LuminalHost *
luminal_module_host_new (const char *filepath,
                         guint       generation)
{
  LuminalModuleHost *self = g_object_new (LUMINAL_TYPE_MODULE_HOST, NULL);

  self->filepath = g_strdup (filepath);
  self->generation = generation;

  return LUMINAL_HOST (self);
}

/* The dynamic linker takes a name it knows for the module it opened under it,
 * however different the file is now. Descriptor numbers come again, inode numbers
 * of live files do not: the inode's bits are spelled into the path as "./" and
 * ".//", which the kernel does not mind. */
static char *
unique_path_for (int fd)
{
  GString *path = g_string_new ("/proc/self/fd/");
  struct stat info;

  if (fstat (fd, &info) == 0)
    {
      for (guint64 bits = info.st_ino; bits != 0; bits >>= 1)
        g_string_append (path, (bits & 1) != 0 ? ".//" : "./");
    }

  g_string_append_printf (path, "%d", fd);
  return g_string_free (path, FALSE);
}

static GError *
open_error (LuminalModuleHost *self,
            const char        *path,
            const char        *cause)
{
  g_autofree char *explained = luminal_link_refusal_explain (cause, path);

  return luminal_error_new (LUMINAL_ERROR_OPEN_FAILED, self->filepath, LUMINAL_PHASE_STAGE, "%s", explained);
}

static const LuminalDescriptor *
find_descriptor (LuminalModuleHost *self,
                 const char        *class_name,
                 GError           **error)
{
  g_autofree char *symbol = g_strconcat (LUMINAL_DESCRIPTOR_PREFIX, class_name, NULL);
  const LuminalDescriptor *descriptor = dlsym (self->module, symbol);
  const char *wrong = NULL;

  if (descriptor == NULL)
    wrong = _("it cannot be found");
  else if (descriptor->abi != LUMINAL_ABI || descriptor->size < sizeof (LuminalDescriptor))
    wrong = _("it is of another version of the photon interface than its note says");
  else if (g_strcmp0 (descriptor->class_name, class_name) != 0)
    wrong = _("it is that of another photon");
  else if (descriptor->start == NULL)
    wrong = _("it has no start function");

  if (wrong != NULL)
    {
      g_propagate_error (error, luminal_error_new (LUMINAL_ERROR_INVALID_MODULE, self->filepath,
                                                   LUMINAL_PHASE_STAGE,
                                                   _("the descriptor of photon %s cannot be used: %s. Declare "
                                                     "it with LUMINAL_PHOTON() and build it again"),
                                                   class_name, wrong));
      return NULL;
    }

  return descriptor;
}

static gboolean
find_photons (LuminalModuleHost *self,
              GPtrArray         *photons,
              GError           **error)
{
  for (guint i = 0; i < photons->len; i++)
    {
      const char *class_name = luminal_metadata_get_class_name (photons->pdata[i]);
      const LuminalDescriptor *descriptor = find_descriptor (self, class_name, error);
      HostedPhoton *hosted;
      struct dl_find_object found;

      if (descriptor == NULL)
        return FALSE;

      hosted = g_new0 (HostedPhoton, 1);
      hosted->descriptor = descriptor;
      g_hash_table_insert (self->photons, (gpointer) descriptor->class_name, hosted);

      if (_dl_find_object ((gpointer) descriptor, &found) == 0)
        {
          self->range.start = (gsize) found.dlfo_map_start;
          self->range.end = (gsize) found.dlfo_map_end;
        }
    }

  return TRUE;
}

static void
luminal_module_host_open_async (LuminalHost       *host,
                                LuminalImage      *image,
                                LuminalInspection *inspection,
                                GPtrArray         *photons,
                                GTask             *task)
{
  LuminalModuleHost *self = LUMINAL_MODULE_HOST (host);
  g_autofree char *path = unique_path_for (luminal_image_get_fd (image));
  g_autoptr (GError) error = NULL;

  /* One that could not leave when it was closed is still there. */
  if (self->module != NULL)
    {
      if (find_photons (self, photons, &error))
        g_task_return_boolean (task, TRUE);
      else
        g_task_return_error (task, g_steal_pointer (&error));
      return;
    }

  self->hints = luminal_inspection_get_pin_hints (inspection);
  self->source_mark = luminal_source_sweep_mark (self->context);

  /* Not by GModule, which goes through all that is open, twice, whenever it opens one more. */
  self->module = dlopen (path, RTLD_NOW | RTLD_LOCAL);
  if (self->module == NULL)
    {
      g_task_return_error (task, open_error (self, path, dlerror ()));
      return;
    }

  if (!find_photons (self, photons, &error))
    g_task_return_error (task, g_steal_pointer (&error));
  else
    g_task_return_boolean (task, TRUE);
}

static HostedPhoton *
lookup (LuminalModuleHost *self,
        LuminalMetadata   *photon)
{
  return g_hash_table_lookup (self->photons, luminal_metadata_get_class_name (photon));
}

static void
forward_output (LuminalPhoton *photon,
                LuminalStream  stream,
                const char    *text,
                gpointer       user_data)
{
  HostedPhoton *hosted = NULL;
  LuminalModuleHost *self = user_data;
  GHashTableIter iter;

  g_hash_table_iter_init (&iter, self->photons);
  while (g_hash_table_iter_next (&iter, NULL, (gpointer *) &hosted))
    {
      if (hosted->instance == photon)
        {
          luminal_host_emit_output (LUMINAL_HOST (self), hosted->descriptor->class_name, stream, text);
          return;
        }
    }
}

static GError *
photon_error (LuminalModuleHost *self,
              LuminalError       code,
              LuminalPhase       phase,
              HostedPhoton      *hosted,
              const char        *function,
              const GError      *cause)
{
  /* Translators: one of a photon's functions, such as "the start function", and its name */
  return luminal_error_new (code, self->filepath, phase, _("%s of photon %s failed: %s"), function,
                            luminal_photon_get_name (hosted->instance),
                            cause != NULL ? cause->message : _("it did not say why"));
}

static gboolean
has_running_photon (LuminalModuleHost *self)
{
  HostedPhoton *hosted = NULL;
  GHashTableIter iter;

  g_hash_table_iter_init (&iter, self->photons);
  while (g_hash_table_iter_next (&iter, NULL, (gpointer *) &hosted))
    {
      if (hosted->instance != NULL)
        return TRUE;
    }

  return FALSE;
}

static void
end_photon (LuminalModuleHost *self,
            HostedPhoton      *hosted,
            gboolean           thorough)
{
  g_autoptr (LuminalPhoton) instance = g_steal_pointer (&hosted->instance);
  gboolean others = has_running_photon (self);
  guint n_left;

  /* Whose timer it is can be told by its data; the last to leave leaves none. */
  n_left = luminal_source_sweep (self->context, self->source_mark, &self->range,
                                 others ? hosted->data : NULL, others ? instance : NULL, thorough);
  if (n_left > 0 && !thorough)
    g_info ("%s: photon %s left %u sources behind; they are removed. Its finalizer should do that",
            self->filepath, luminal_photon_get_name (instance), n_left);

  luminal_photon_set_data (instance, NULL);
  luminal_photon_set_output (instance, NULL, NULL);
  g_clear_pointer (&hosted->data, g_free);
}

static void
begin_photon (LuminalModuleHost *self,
              HostedPhoton      *hosted,
              LuminalMetadata   *photon)
{
  hosted->instance = luminal_photon_new (g_type_from_name (luminal_metadata_get_base (photon)),
                                         photon, self->generation);
  hosted->data = g_malloc0 (MAX (hosted->descriptor->data_size, 1));
  luminal_photon_set_data (hosted->instance, hosted->data);
  luminal_photon_set_output (hosted->instance, forward_output, self);
}

/* Takes @error, which may be none. */
static void
return_begun (LuminalModuleHost *self,
              HostedPhoton      *hosted,
              GTask             *task,
              GError            *error)
{
  if (error != NULL)
    {
      end_photon (self, hosted, TRUE);
      g_task_return_error (task, error);
    }
  else
    {
      g_task_return_boolean (task, TRUE);
    }
}

static void
luminal_module_host_restore_async (LuminalHost     *host,
                                   LuminalMetadata *photon,
                                   GVariant        *state,
                                   GTask           *task)
{
  LuminalModuleHost *self = LUMINAL_MODULE_HOST (host);
  HostedPhoton *hosted = lookup (self, photon);
  g_autoptr (GError) cause = NULL;
  GError *error = NULL;

  g_assert (hosted->instance == NULL);
  begin_photon (self, hosted, photon);

  if (hosted->descriptor->restore_state != NULL &&
      !hosted->descriptor->restore_state (hosted->instance, hosted->data, state, &cause))
    error = photon_error (self, LUMINAL_ERROR_RESTORE_FAILED, LUMINAL_PHASE_START, hosted,
                          _("the restore function"), cause);

  hosted->is_restored = error == NULL;
  return_begun (self, hosted, task, error);
}

static void
luminal_module_host_start_async (LuminalHost     *host,
                                 LuminalMetadata *photon,
                                 GTask           *task)
{
  LuminalModuleHost *self = LUMINAL_MODULE_HOST (host);
  HostedPhoton *hosted = lookup (self, photon);
  g_autoptr (GError) cause = NULL;
  GError *error = NULL;

  if (!hosted->is_restored)
    {
      g_assert (hosted->instance == NULL);
      begin_photon (self, hosted, photon);
    }
  hosted->is_restored = FALSE;

  if (!hosted->descriptor->start (hosted->instance, hosted->data, &cause))
    error = photon_error (self, LUMINAL_ERROR_START_FAILED, LUMINAL_PHASE_START, hosted,
                          _("the start function"), cause);

  return_begun (self, hosted, task, error);
}

static void
luminal_module_host_save_state_async (LuminalHost     *host,
                                      LuminalMetadata *photon,
                                      GTask           *task)
{
  LuminalModuleHost *self = LUMINAL_MODULE_HOST (host);
  HostedPhoton *hosted = lookup (self, photon);
  g_autoptr (GError) cause = NULL;
  GVariant *state;

  if (hosted->instance == NULL || hosted->descriptor->save_state == NULL)
    {
      g_task_return_pointer (task, NULL, NULL);
      return;
    }

  state = hosted->descriptor->save_state (hosted->instance, hosted->data, &cause);
  if (state != NULL)
    {
      /* Its bytes may lie in the module that is about to go. */
      g_autoptr (GVariant) given = g_variant_take_ref (state);
      g_autoptr (GBytes) bytes = g_variant_get_data_as_bytes (given);
      g_autoptr (GBytes) own = g_bytes_new (g_bytes_get_data (bytes, NULL), g_bytes_get_size (bytes));

      g_task_return_pointer (task,
                             g_variant_ref_sink (g_variant_new_from_bytes (g_variant_get_type (given), own, FALSE)),
                             (GDestroyNotify) g_variant_unref);
    }
  else
    {
      g_task_return_error (task, photon_error (self, LUMINAL_ERROR_SAVE_FAILED, LUMINAL_PHASE_HAND_OVER,
                                               hosted, _("the save function"), cause));
    }
}

static void
luminal_module_host_stop_async (LuminalHost     *host,
                                LuminalMetadata *photon,
                                gboolean         force,
                                GTask           *task)
{
  LuminalModuleHost *self = LUMINAL_MODULE_HOST (host);
  HostedPhoton *hosted = lookup (self, photon);
  g_autoptr (GError) cause = NULL;
  GError *error = NULL;

  g_assert (hosted->instance != NULL);

  if (!force && hosted->descriptor->finalizer != NULL &&
      !hosted->descriptor->finalizer (hosted->instance, hosted->data, &cause))
    error = photon_error (self, LUMINAL_ERROR_FINALIZER_FAILED, LUMINAL_PHASE_HAND_OVER, hosted,
                          _("the finalizer"), cause);

  end_photon (self, hosted, force || error != NULL);

  if (error != NULL)
    g_task_return_error (task, error);
  else
    g_task_return_boolean (task, TRUE);
}

/* What keeps a module from being closed at all: closing it would pull code or
 * data from under those who still use it. */
static const char *
find_reason_to_stay (LuminalModuleHost *self)
{
  if ((self->hints & LUMINAL_PIN_HINT_TYPES) != 0)
    return _("it registers types, and types stay until the program ends");
  if ((self->hints & LUMINAL_PIN_HINT_STATIC_STRINGS) != 0)
    return _("GLib keeps strings of it (a quark or an interned string) until the program ends");
  if ((self->hints & LUMINAL_PIN_HINT_THREAD_DATA) != 0)
    return _("it keeps data per thread, whose clean-up lies in it");
  if ((self->hints & LUMINAL_PIN_HINT_THREADS) != 0 && luminal_thread_scan_inside (&self->range))
    return _("a thread that it started is still inside");

  return NULL;
}

/* Why a module that was closed did not go. */
static const char *
find_reason_it_stayed (LuminalModuleHost *self)
{
  if ((self->hints & LUMINAL_PIN_HINT_TLS_DESTRUCTORS) != 0)
    return _("it has thread-local objects with destructors, and a thread that used them still lives");
  if ((self->hints & LUMINAL_PIN_HINT_UNIQUE) != 0)
    return _("it has UNIQUE symbols; build it with -fno-gnu-unique");
  if ((self->hints & LUMINAL_PIN_HINT_NODELETE) != 0)
    return _("it is linked with -z nodelete");

  return _("something in this process still uses it");
}

static void
luminal_module_host_close_async (LuminalHost *host,
                                 GTask       *task)
{
  LuminalModuleHost *self = LUMINAL_MODULE_HOST (host);
  const char *reason = NULL;
  struct dl_find_object found;

  if (self->module != NULL)
    {
      reason = find_reason_to_stay (self);
      g_hash_table_remove_all (self->photons);

      if (reason == NULL)
        {
          dlclose (g_steal_pointer (&self->module));
          if (self->range.start != 0 && _dl_find_object ((gpointer) self->range.start, &found) == 0)
            reason = find_reason_it_stayed (self);
        }
    }

  g_task_return_pointer (task, g_strdup (reason), g_free);
}

static LuminalPhoton *
luminal_module_host_get_instance (LuminalHost *host,
                                  const char  *class_name)
{
  HostedPhoton *hosted = g_hash_table_lookup (LUMINAL_MODULE_HOST (host)->photons, class_name);

  return hosted != NULL ? hosted->instance : NULL;
}

static void
luminal_module_host_iface_init (LuminalHostInterface *iface)
{
  iface->open_async = luminal_module_host_open_async;
  iface->restore_async = luminal_module_host_restore_async;
  iface->start_async = luminal_module_host_start_async;
  iface->save_state_async = luminal_module_host_save_state_async;
  iface->stop_async = luminal_module_host_stop_async;
  iface->close_async = luminal_module_host_close_async;
  iface->get_instance = luminal_module_host_get_instance;
}
