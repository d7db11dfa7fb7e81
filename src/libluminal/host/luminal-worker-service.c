/* SPDX-License-Identifier: LGPL-2.1-or-later */

/* The other end of a worker host: what runs in the process of a module. It answers
 * its manager's calls with the host that runs photons in the own process. */

#include "luminal-worker-entry.h"

#include <glib/gi18n-lib.h>
#include <malloc.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <sys/socket.h>
#include <unistd.h>

#include "luminal-error-private.h"
#include "luminal-inspector.h"
#include "luminal-module-host.h"
#include "luminal-peer.h"
#include "luminal-worker-ipc.h"
#include "luminal-worker-protocol.h"

/* What fits into a D-Bus message, with room for the rest of it. */
#define LARGEST_STATE (64 * 1024 * 1024 - 4096)

/* How long the photon waits for a manager that does not read what it says, before
 * that is dropped. */
#define LONGEST_WAIT_S 1

typedef struct
{
  GMainLoop *loop;
  LuminalPeer *peer;
  int said_fd;
  guint n_dropped;

  char *path;
  LuminalHost *host;
  LuminalImage *image;
  LuminalInspection *inspection;
  GPtrArray *photons;
} Service;

/* A call that the host works on. */
typedef struct
{
  Service *service;
  guint serial;
} Call;

static Call *
call_new (Service *service,
          guint    serial)
{
  Call *call = g_new (Call, 1);

  call->service = service;
  call->serial = serial;
  return call;
}

/* Takes @call, @value if it floats, and @error, which may be none. What the photon wrote
 * comes before the answer. */
static void
call_answer (Call     *call,
             GVariant *value,
             GError   *error)
{
  fflush (NULL);
  if (error != NULL)
    luminal_peer_answer_error (call->service->peer, call->serial, error);
  else
    luminal_peer_answer (call->service->peer, call->serial, value);

  g_clear_error (&error);
  g_free (call);
}

static void
send_said (Service      *service,
           guint         photon,
           LuminalStream stream,
           const char   *text)
{
  LuminalSaid head = { photon, stream };
  gsize length = MIN (strlen (text), LUMINAL_LONGEST_LINE);
  struct iovec parts[] = { { &head, sizeof head }, { (char *) text, length } };
  struct msghdr message = { .msg_iov = parts, .msg_iovlen = G_N_ELEMENTS (parts) };

  if (service->n_dropped > 0)
    {
      guint n_dropped = service->n_dropped;
      g_autofree char *remark = NULL;

      remark = g_strdup_printf (ngettext ("(%u line was dropped: nobody read it)",
                                          "(%u lines were dropped: nobody read them)", n_dropped),
                                n_dropped);

      service->n_dropped = 0;
      send_said (service, photon, LUMINAL_STREAM_EPRINT, remark);
      if (service->n_dropped > 0)
        {
          /* Still nobody does: one wait is enough. */
          service->n_dropped = n_dropped + 1;
          return;
        }
    }
  if (sendmsg (service->said_fd, &message, MSG_NOSIGNAL) < 0)
    service->n_dropped++;
}

static void
photon_said (Service      *service,
             const char   *class_name,
             LuminalStream stream,
             const char   *text,
             LuminalHost  *host)
{
  for (guint i = 0; i < service->photons->len; i++)
    {
      if (g_str_equal (luminal_metadata_get_class_name (service->photons->pdata[i]), class_name))
        send_said (service, i, stream, text);
    }
}

static GError *
limit_error (Service    *service,
             const char *what)
{
  return luminal_error_new (LUMINAL_ERROR_OPEN_FAILED, service->path, LUMINAL_PHASE_STAGE,
                            _("the limit of %s cannot be set: %s"), what, g_strerror (errno));
}

static gboolean
set_limit (int    resource,
           rlim_t soft,
           rlim_t hard)
{
  struct rlimit limit = { soft, hard };

  return setrlimit (resource, &limit) == 0;
}

/* Address space that the worker has already; it is no photon's. */
static guint64
own_address_space (void)
{
  g_autofree char *statm = NULL;

  if (!g_file_get_contents ("/proc/self/statm", &statm, NULL, NULL))
    return 0;
  return g_ascii_strtoull (statm, NULL, 10) * (guint64) sysconf (_SC_PAGESIZE);
}

/* A piece of address space for each thread's memory, as there is otherwise, is more than
 * many limits allow. Before it is counted how much there is. */
static void
prepare_limits (GVariant *limits)
{
  guint64 memory;

  g_variant_get_child (limits, 0, "t", &memory);
  if (memory > 0)
    mallopt (M_ARENA_MAX, 1);
}

static gboolean
apply_limits (Service   *service,
              GVariant  *limits,
              GError   **error)
{
  guint64 memory;
  guint64 cpu;
  guint files;
  gboolean no_new_privileges;

  g_variant_get (limits, "(ttub)", &memory, &cpu, &files, &no_new_privileges);

  if (memory > 0)
    {
      rlim_t all = memory + own_address_space ();

      if (!set_limit (RLIMIT_AS, all, all))
        {
          g_propagate_error (error, limit_error (service, _("memory")));
          return FALSE;
        }
    }

  /* At the soft limit comes SIGXCPU, which says why; at the hard one SIGKILL. */
  if (cpu > 0 && !set_limit (RLIMIT_CPU, cpu, cpu + 1))
    {
      g_propagate_error (error, limit_error (service, _("CPU time")));
      return FALSE;
    }
  if (files > 0 && !set_limit (RLIMIT_NOFILE, files, files))
    {
      g_propagate_error (error, limit_error (service, _("open files")));
      return FALSE;
    }
  if (no_new_privileges && prctl (PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0) != 0)
    {
      g_propagate_error (error, limit_error (service, _("privileges")));
      return FALSE;
    }

  return TRUE;
}

/* The same bytes that the manager has inspected; they tell the rest. Takes @fd. */
static gboolean
take_image (Service            *service,
            int                 fd,
            const char         *checksum,
            const char *const  *photons,
            GError            **error)
{
  const guint8 *bytes;
  gsize size;

  service->image = luminal_image_new_for_fd (fd, checksum, error);
  if (service->image == NULL)
    return FALSE;

  bytes = luminal_image_get_bytes (service->image, &size);
  service->inspection = luminal_inspector_inspect (bytes, size, service->path, checksum, error);
  if (service->inspection == NULL)
    return FALSE;

  for (guint i = 0; photons[i] != NULL; i++)
    {
      LuminalMetadata *photon = luminal_inspection_lookup (service->inspection, photons[i]);

      if (photon == NULL)
        {
          g_propagate_error (error, luminal_error_new (LUMINAL_ERROR_INVALID_MODULE, service->path,
                                                       LUMINAL_PHASE_STAGE, _("it has no photon %s"),
                                                       photons[i]));
          return FALSE;
        }
      g_ptr_array_add (service->photons, g_object_ref (photon));
    }

  return TRUE;
}

static void
prepare (Service  *service,
         Call     *call,
         GVariant *parameters,
         int       fd)
{
  /* Starts GLib's own thread, which otherwise opening a module would have to wait for. */
  g_type_ensure (G_TYPE_TASK);
  call_answer (call, NULL, NULL);
}

static void
opened (GObject      *source_object,
        GAsyncResult *result,
        gpointer      user_data)
{
  GError *error = NULL;

  luminal_host_open_finish (LUMINAL_HOST (source_object), result, &error);
  call_answer (user_data, error == NULL ? g_variant_new ("(i)", getpid ()) : NULL, error);
}

static void
open_module (Service  *service,
             Call     *call,
             GVariant *parameters,
             int       fd)
{
  g_autoptr (GVariant) limits = NULL;
  g_autofree const char **photons = NULL;
  const char *path;
  const char *checksum;
  guint generation;
  GError *error = NULL;

  if (service->host != NULL)
    {
      if (fd >= 0)
        close (fd);
      call_answer (call, NULL, g_error_new_literal (G_IO_ERROR, G_IO_ERROR_EXISTS,
                                                    _("This worker has a module already")));
      return;
    }

  g_variant_get (parameters, "(h^&ay&su^a&s@(ttub))", NULL, &path, &checksum, &generation, &photons, &limits);
  prepare_limits (limits);
  service->path = g_strdup (path);
  service->host = luminal_module_host_new (path, generation);
  g_signal_connect_swapped (service->host, "output", G_CALLBACK (photon_said), service);

  if (take_image (service, fd, checksum, photons, &error) && apply_limits (service, limits, &error))
    luminal_host_open_async (service->host, service->image, service->inspection, service->photons, NULL,
                             opened, call);
  else
    call_answer (call, NULL, error);
}

/* %NULL: the call was answered. */
static LuminalMetadata *
find_photon (Service    *service,
             Call       *call,
             const char *class_name)
{
  for (guint i = 0; service->host != NULL && i < service->photons->len; i++)
    {
      if (g_str_equal (luminal_metadata_get_class_name (service->photons->pdata[i]), class_name))
        return service->photons->pdata[i];
    }

  call_answer (call, NULL, g_error_new (G_IO_ERROR, G_IO_ERROR_NOT_FOUND, _("This worker has no photon %s"),
                                        class_name));
  return NULL;
}

static LuminalMetadata *
find_photon_of (Service  *service,
                Call     *call,
                GVariant *parameters)
{
  const char *class_name;

  g_variant_get_child (parameters, 0, "&s", &class_name);
  return find_photon (service, call, class_name);
}

static void
restored (GObject      *source_object,
          GAsyncResult *result,
          gpointer      user_data)
{
  GError *error = NULL;

  luminal_host_restore_finish (LUMINAL_HOST (source_object), result, &error);
  call_answer (user_data, NULL, error);
}

static void
restore (Service  *service,
         Call     *call,
         GVariant *parameters,
         int       fd)
{
  LuminalMetadata *photon = find_photon_of (service, call, parameters);
  g_autoptr (GVariant) state = NULL;
  g_autoptr (GBytes) bytes = NULL;
  g_autoptr (GVariant) value = NULL;
  const char *type;

  if (photon == NULL)
    return;

  g_variant_get (parameters, "(&s&s@ay)", NULL, &type, &state);
  if (!g_variant_type_string_is_valid (type) || !g_variant_type_is_definite (G_VARIANT_TYPE (type)))
    {
      call_answer (call, NULL, g_error_new (G_IO_ERROR, G_IO_ERROR_INVALID_ARGUMENT,
                                            _("“%s” is no type of a state"), type));
      return;
    }

  bytes = g_variant_get_data_as_bytes (state);
  value = g_variant_ref_sink (g_variant_new_from_bytes (G_VARIANT_TYPE (type), bytes, FALSE));
  luminal_host_restore_async (service->host, photon, value, NULL, restored, call);
}

static void
started (GObject      *source_object,
         GAsyncResult *result,
         gpointer      user_data)
{
  GError *error = NULL;

  luminal_host_start_finish (LUMINAL_HOST (source_object), result, &error);
  call_answer (user_data, NULL, error);
}

static void
start (Service  *service,
       Call     *call,
       GVariant *parameters,
       int       fd)
{
  LuminalMetadata *photon = find_photon_of (service, call, parameters);

  if (photon != NULL)
    luminal_host_start_async (service->host, photon, NULL, NULL, started, call);
}

static void
saved (GObject      *source_object,
       GAsyncResult *result,
       gpointer      user_data)
{
  Call *call = user_data;
  g_autoptr (GVariant) state = NULL;
  GVariant *bytes;
  GError *error = NULL;

  state = luminal_host_save_state_finish (LUMINAL_HOST (source_object), result, &error);
  if (state != NULL && g_variant_get_size (state) > LARGEST_STATE)
    error = luminal_error_new (LUMINAL_ERROR_SAVE_FAILED, call->service->path, LUMINAL_PHASE_HAND_OVER,
                               _("its state has %lu bytes; more than %d MiB cannot be handed over"),
                               (gulong) g_variant_get_size (state), LARGEST_STATE / (1024 * 1024));

  if (error != NULL)
    {
      call_answer (call, NULL, error);
    }
  else if (state != NULL)
    {
      bytes = g_variant_new_fixed_array (G_VARIANT_TYPE_BYTE, g_variant_get_data (state),
                                         g_variant_get_size (state), 1);
      call_answer (call, g_variant_new ("(s@ay)", g_variant_get_type_string (state), bytes), NULL);
    }
  else
    {
      call_answer (call, g_variant_new ("(say)", "", NULL), NULL);
    }
}

static void
save (Service  *service,
      Call     *call,
      GVariant *parameters,
      int       fd)
{
  LuminalMetadata *photon = find_photon_of (service, call, parameters);

  if (photon != NULL)
    luminal_host_save_state_async (service->host, photon, NULL, saved, call);
}

static void
stopped (GObject      *source_object,
         GAsyncResult *result,
         gpointer      user_data)
{
  GError *error = NULL;

  luminal_host_stop_finish (LUMINAL_HOST (source_object), result, &error);
  call_answer (user_data, NULL, error);
}

static void
stop (Service  *service,
      Call     *call,
      GVariant *parameters,
      int       fd)
{
  LuminalMetadata *photon = find_photon_of (service, call, parameters);

  if (photon != NULL)
    luminal_host_stop_async (service->host, photon, FALSE, NULL, stopped, call);
}

static void
close_module (Service  *service,
              Call     *call,
              GVariant *parameters,
              int       fd)
{
  call_answer (call, NULL, NULL);
  luminal_peer_flush (service->peer);
  g_main_loop_quit (service->loop);
}

static const struct
{
  const char *name;
  void (*func) (Service  *service,
                Call     *call,
                GVariant *parameters,
                int       fd);
} methods[] = {
  { "Prepare", prepare },
  { "Open", open_module },
  { "Restore", restore },
  { "Start", start },
  { "Save", save },
  { "Stop", stop },
  { "Close", close_module },
};

static void
called (Service     *service,
        guint        serial,
        const char  *method,
        GVariant    *parameters,
        int          fd,
        LuminalPeer *peer)
{
  for (guint i = 0; i < G_N_ELEMENTS (methods); i++)
    {
      if (g_str_equal (methods[i].name, method))
        {
          methods[i].func (service, call_new (service, serial), parameters, fd);
          return;
        }
    }

  g_assert_not_reached ();
}

void
luminal_worker_serve (int connection_fd,
                      int said_fd)
{
  Service service = {
    .loop = g_main_loop_new (NULL, FALSE),
    .said_fd = said_fd,
    .photons = g_ptr_array_new_with_free_func (g_object_unref),
  };
  const struct timeval longest_wait = { .tv_sec = LONGEST_WAIT_S };
  g_autoptr (GError) error = NULL;

  setsockopt (said_fd, SOL_SOCKET, SO_SNDTIMEO, &longest_wait, sizeof longest_wait);

  service.peer = luminal_peer_new (connection_fd, &luminal_ipc_worker1_interface, &error);
  if (service.peer == NULL)
    {
      fprintf (stderr, _("luminal-worker: %s\n"), error->message);
      _exit (EXIT_FAILURE);
    }
  g_signal_connect_swapped (service.peer, "called", G_CALLBACK (called), &service);
  g_signal_connect_swapped (service.peer, "closed", G_CALLBACK (g_main_loop_quit), service.loop);

  g_main_loop_run (service.loop);

  /* Whatever its module left running does not see itself taken apart. */
  fflush (NULL);
  _exit (EXIT_SUCCESS);
}
