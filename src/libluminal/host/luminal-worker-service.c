/* SPDX-License-Identifier: LGPL-2.1-or-later */

/* The other end of a worker host: what runs in the process of a module. It answers
 * its manager's calls with the host that runs photons in the own process. */

#include "luminal-worker-entry.h"

#include <gio/gunixfdlist.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <sys/socket.h>
#include <unistd.h>

#include "luminal-error-private.h"
#include "luminal-inspector.h"
#include "luminal-worker-ipc.h"
#include "luminal-module-host.h"
#include "luminal-worker-protocol.h"

/* What fits into a D-Bus message, with room for the rest of it. */
#define LARGEST_STATE (64 * 1024 * 1024 - 4096)

/* How long the photon waits for a manager that does not read what it says, before
 * that is dropped. */
#define LONGEST_WAIT_S 1

typedef struct
{
  GMainLoop *loop;
  GDBusConnection *connection;
  LuminalIpcWorker1 *skeleton;
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
  GDBusMethodInvocation *invocation;
} Call;

static Call *
call_new (Service               *service,
          GDBusMethodInvocation *invocation)
{
  Call *call = g_new (Call, 1);

  call->service = service;
  call->invocation = invocation;
  return call;
}

/* What the photon wrote comes before the answer. */
static GDBusMethodInvocation *
call_end (Call *call)
{
  GDBusMethodInvocation *invocation = call->invocation;

  g_free (call);
  fflush (NULL);
  return invocation;
}

/* Takes @error. A photon may have worded it, and D-Bus carries nothing but UTF-8. */
static void
return_error (GDBusMethodInvocation *invocation,
              GError                *error)
{
  char *message = g_utf8_make_valid (error->message, -1);

  g_free (error->message);
  error->message = message;
  g_dbus_method_invocation_take_error (invocation, error);
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
      g_autofree char *remark = g_strdup_printf ("(%u lines were dropped: nobody read them)",
                                                 service->n_dropped);

      service->n_dropped = 0;
      send_said (service, photon, LUMINAL_STREAM_EPRINT, remark);
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
                            "the limit of %s cannot be set: %s", what, g_strerror (errno));
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
          g_propagate_error (error, limit_error (service, "memory"));
          return FALSE;
        }
    }

  /* At the soft limit comes SIGXCPU, which says why; at the hard one SIGKILL. */
  if (cpu > 0 && !set_limit (RLIMIT_CPU, cpu, cpu + 1))
    {
      g_propagate_error (error, limit_error (service, "CPU time"));
      return FALSE;
    }
  if (files > 0 && !set_limit (RLIMIT_NOFILE, files, files))
    {
      g_propagate_error (error, limit_error (service, "open files"));
      return FALSE;
    }
  if (no_new_privileges && prctl (PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0) != 0)
    {
      g_propagate_error (error, limit_error (service, "privileges"));
      return FALSE;
    }

  return TRUE;
}

/* The same bytes that the manager has inspected; they tell the rest. */
static gboolean
take_image (Service            *service,
            GUnixFDList        *descriptors,
            GVariant           *index,
            const char         *checksum,
            const char *const  *photons,
            GError            **error)
{
  const guint8 *bytes;
  gsize size;
  int fd = descriptors != NULL ? g_unix_fd_list_get (descriptors, g_variant_get_handle (index), error) : -1;

  if (descriptors == NULL)
    g_set_error_literal (error, G_IO_ERROR, G_IO_ERROR_INVALID_ARGUMENT, "No descriptor came with it");
  if (fd < 0)
    return FALSE;

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
                                                       LUMINAL_PHASE_STAGE, "it has no photon %s",
                                                       photons[i]));
          return FALSE;
        }
      g_ptr_array_add (service->photons, g_object_ref (photon));
    }

  return TRUE;
}

static void
opened (GObject      *source_object,
        GAsyncResult *result,
        gpointer      user_data)
{
  Call *call = user_data;
  Service *service = call->service;
  GDBusMethodInvocation *invocation = call_end (call);
  GError *error = NULL;

  if (luminal_host_open_finish (LUMINAL_HOST (source_object), result, &error))
    luminal_ipc_worker1_complete_open (service->skeleton, invocation, NULL, getpid ());
  else
    return_error (invocation, error);
}

static gboolean
handle_open (LuminalIpcWorker1     *skeleton,
             GDBusMethodInvocation *invocation,
             GUnixFDList           *descriptors,
             GVariant              *image,
             const char            *path,
             const char            *checksum,
             guint                  generation,
             const char *const     *photons,
             GVariant              *limits,
             Service               *service)
{
  GError *error = NULL;

  if (service->host != NULL)
    {
      g_dbus_method_invocation_return_error_literal (invocation, G_IO_ERROR, G_IO_ERROR_EXISTS,
                                                     "This worker has a module already");
      return TRUE;
    }

  service->path = g_strdup (path);
  service->host = luminal_module_host_new (path, generation);
  g_signal_connect_swapped (service->host, "output", G_CALLBACK (photon_said), service);

  if (apply_limits (service, limits, &error) &&
      take_image (service, descriptors, image, checksum, photons, &error))
    luminal_host_open_async (service->host, service->image, service->inspection, service->photons, NULL,
                             opened, call_new (service, invocation));
  else
    return_error (invocation, error);

  return TRUE;
}

/* %NULL: the call was answered. */
static LuminalMetadata *
find_photon (Service               *service,
             GDBusMethodInvocation *invocation,
             const char            *class_name)
{
  for (guint i = 0; service->host != NULL && i < service->photons->len; i++)
    {
      if (g_str_equal (luminal_metadata_get_class_name (service->photons->pdata[i]), class_name))
        return service->photons->pdata[i];
    }

  g_dbus_method_invocation_return_error (invocation, G_IO_ERROR, G_IO_ERROR_NOT_FOUND,
                                         "This worker has no photon %s", class_name);
  return NULL;
}

static void
restored (GObject      *source_object,
          GAsyncResult *result,
          gpointer      user_data)
{
  Call *call = user_data;
  Service *service = call->service;
  GDBusMethodInvocation *invocation = call_end (call);
  GError *error = NULL;

  if (luminal_host_restore_finish (LUMINAL_HOST (source_object), result, &error))
    luminal_ipc_worker1_complete_restore (service->skeleton, invocation);
  else
    return_error (invocation, error);
}

static gboolean
handle_restore (LuminalIpcWorker1     *skeleton,
                GDBusMethodInvocation *invocation,
                const char            *class_name,
                const char            *state_type,
                GVariant              *state,
                Service               *service)
{
  LuminalMetadata *photon = find_photon (service, invocation, class_name);
  g_autoptr (GBytes) bytes = NULL;
  g_autoptr (GVariant) value = NULL;

  if (photon == NULL)
    return TRUE;

  if (!g_variant_type_string_is_valid (state_type) ||
      !g_variant_type_is_definite (G_VARIANT_TYPE (state_type)))
    {
      g_dbus_method_invocation_return_error (invocation, G_IO_ERROR, G_IO_ERROR_INVALID_ARGUMENT,
                                             "“%s” is no type of a state", state_type);
      return TRUE;
    }

  bytes = g_variant_get_data_as_bytes (state);
  value = g_variant_ref_sink (g_variant_new_from_bytes (G_VARIANT_TYPE (state_type), bytes, FALSE));
  luminal_host_restore_async (service->host, photon, value, NULL, restored, call_new (service, invocation));
  return TRUE;
}

static void
started (GObject      *source_object,
         GAsyncResult *result,
         gpointer      user_data)
{
  Call *call = user_data;
  Service *service = call->service;
  GDBusMethodInvocation *invocation = call_end (call);
  GError *error = NULL;

  if (luminal_host_start_finish (LUMINAL_HOST (source_object), result, &error))
    luminal_ipc_worker1_complete_start (service->skeleton, invocation);
  else
    return_error (invocation, error);
}

static gboolean
handle_start (LuminalIpcWorker1     *skeleton,
              GDBusMethodInvocation *invocation,
              const char            *class_name,
              Service               *service)
{
  LuminalMetadata *photon = find_photon (service, invocation, class_name);

  if (photon != NULL)
    luminal_host_start_async (service->host, photon, NULL, NULL, started, call_new (service, invocation));
  return TRUE;
}

static void
saved (GObject      *source_object,
       GAsyncResult *result,
       gpointer      user_data)
{
  Call *call = user_data;
  Service *service = call->service;
  GDBusMethodInvocation *invocation = call_end (call);
  g_autoptr (GVariant) state = NULL;
  g_autoptr (GVariant) bytes = NULL;
  GError *error = NULL;

  state = luminal_host_save_state_finish (LUMINAL_HOST (source_object), result, &error);
  if (state != NULL && g_variant_get_size (state) > LARGEST_STATE)
    error = luminal_error_new (LUMINAL_ERROR_SAVE_FAILED, service->path, LUMINAL_PHASE_HAND_OVER,
                               "its state has %" G_GSIZE_FORMAT " bytes; more than %d MiB cannot be handed "
                               "over",
                               g_variant_get_size (state), LARGEST_STATE / (1024 * 1024));

  if (error != NULL)
    {
      return_error (invocation, error);
      return;
    }

  bytes = g_variant_ref_sink (
    g_variant_new_fixed_array (G_VARIANT_TYPE_BYTE, state != NULL ? g_variant_get_data (state) : NULL,
                               state != NULL ? g_variant_get_size (state) : 0, 1));
  luminal_ipc_worker1_complete_save (service->skeleton, invocation,
                                     state != NULL ? g_variant_get_type_string (state) : "", bytes);
}

static gboolean
handle_save (LuminalIpcWorker1     *skeleton,
             GDBusMethodInvocation *invocation,
             const char            *class_name,
             Service               *service)
{
  LuminalMetadata *photon = find_photon (service, invocation, class_name);

  if (photon != NULL)
    luminal_host_save_state_async (service->host, photon, NULL, saved, call_new (service, invocation));
  return TRUE;
}

static void
stopped (GObject      *source_object,
         GAsyncResult *result,
         gpointer      user_data)
{
  Call *call = user_data;
  Service *service = call->service;
  GDBusMethodInvocation *invocation = call_end (call);
  GError *error = NULL;

  if (luminal_host_stop_finish (LUMINAL_HOST (source_object), result, &error))
    luminal_ipc_worker1_complete_stop (service->skeleton, invocation);
  else
    return_error (invocation, error);
}

static gboolean
handle_stop (LuminalIpcWorker1     *skeleton,
             GDBusMethodInvocation *invocation,
             const char            *class_name,
             Service               *service)
{
  LuminalMetadata *photon = find_photon (service, invocation, class_name);

  if (photon != NULL)
    luminal_host_stop_async (service->host, photon, FALSE, NULL, stopped, call_new (service, invocation));
  return TRUE;
}

static gboolean
handle_close (LuminalIpcWorker1     *skeleton,
              GDBusMethodInvocation *invocation,
              Service               *service)
{
  luminal_ipc_worker1_complete_close (skeleton, invocation);
  g_dbus_connection_flush_sync (service->connection, NULL, NULL);
  g_main_loop_quit (service->loop);
  return TRUE;
}

static void
connection_closed (Service         *service,
                   gboolean         remote_vanished,
                   GError          *error,
                   GDBusConnection *connection)
{
  g_main_loop_quit (service->loop);
}

static gboolean
connect_to_manager (Service  *service,
                    int       connection_fd,
                    GError  **error)
{
  g_autoptr (GSocket) socket = g_socket_new_from_fd (connection_fd, error);
  g_autoptr (GSocketConnection) stream = NULL;

  if (socket == NULL)
    return FALSE;

  /* Calls wait until there is something that answers them. */
  stream = g_socket_connection_factory_create_connection (socket);
  service->connection = g_dbus_connection_new_sync (G_IO_STREAM (stream), NULL,
                                                    G_DBUS_CONNECTION_FLAGS_AUTHENTICATION_CLIENT |
                                                      G_DBUS_CONNECTION_FLAGS_DELAY_MESSAGE_PROCESSING,
                                                    NULL, NULL, error);
  if (service->connection == NULL ||
      !g_dbus_interface_skeleton_export (G_DBUS_INTERFACE_SKELETON (service->skeleton),
                                         service->connection, LUMINAL_WORKER_OBJECT_PATH, error))
    return FALSE;

  g_signal_connect_swapped (service->connection, "closed", G_CALLBACK (connection_closed), service);
  g_dbus_connection_start_message_processing (service->connection);
  return TRUE;
}

void
luminal_worker_serve (int connection_fd,
                      int said_fd)
{
  Service service = {
    .loop = g_main_loop_new (NULL, FALSE),
    .skeleton = luminal_ipc_worker1_skeleton_new (),
    .said_fd = said_fd,
    .photons = g_ptr_array_new_with_free_func (g_object_unref),
  };
  const struct timeval longest_wait = { .tv_sec = LONGEST_WAIT_S };
  g_autoptr (GError) error = NULL;

  setsockopt (said_fd, SOL_SOCKET, SO_SNDTIMEO, &longest_wait, sizeof longest_wait);

  g_signal_connect (service.skeleton, "handle-open", G_CALLBACK (handle_open), &service);
  g_signal_connect (service.skeleton, "handle-restore", G_CALLBACK (handle_restore), &service);
  g_signal_connect (service.skeleton, "handle-start", G_CALLBACK (handle_start), &service);
  g_signal_connect (service.skeleton, "handle-save", G_CALLBACK (handle_save), &service);
  g_signal_connect (service.skeleton, "handle-stop", G_CALLBACK (handle_stop), &service);
  g_signal_connect (service.skeleton, "handle-close", G_CALLBACK (handle_close), &service);

  if (!connect_to_manager (&service, connection_fd, &error))
    {
      fprintf (stderr, "luminal-worker: %s\n", error->message);
      _exit (EXIT_FAILURE);
    }

  g_main_loop_run (service.loop);

  /* Whatever its module left running does not see itself taken apart. */
  fflush (NULL);
  _exit (EXIT_SUCCESS);
}
