/* SPDX-License-Identifier: LGPL-2.1-or-later */

#include "luminal-peer.h"

#include <errno.h>
#include <gio/gunixfdlist.h>
#include <glib-unix.h>
#include <glib/gi18n-lib.h>
#include <poll.h>
#include <sys/ioctl.h>
#include <sys/socket.h>
#include <unistd.h>

#include "luminal-clear-source.h"
#include "luminal-deadline.h"
#include "luminal-outbox.h"
#include "luminal-poller.h"

#define OBJECT_PATH "/io/github/luminal/Worker"

/* What is read before others have their turn. */
#define BYTES_AT_ONCE (64 * 1024)

/* No message has more than one descriptor. */
#define MOST_DESCRIPTORS 4

/* The head of a message says how long it is. */
#define SHORTEST_MESSAGE 16

struct _LuminalPeer
{
  GObject parent_instance;

  const GDBusInterfaceInfo *interface;
  GMainContext *context;
  int fd; /* -1: closed */
  LuminalPoller *poller;
  LuminalPollerWatch watch;

  GByteArray *received;
  GArray *descriptors; /* that came with it, and belong to no message yet */

  LuminalOutbox *outbox;

  gboolean has_heard_nonsense;
  guint last_serial;
  GHashTable *calls;   /* serial → GTask, not owned: the task holds this, and this ends it */
};

typedef struct
{
  guint serial;
  const char *method;
  GSource *timeout;
} Call;

enum
{
  CALLED,
  CLOSED,
  N_SIGNALS
};

static guint signals[N_SIGNALS];

G_DEFINE_FINAL_TYPE (LuminalPeer, luminal_peer, G_TYPE_OBJECT)

static void
close_descriptor (gpointer data)
{
  close (*(int *) data);
}

static void
stop_timeout (Call *call)
{
  luminal_clear_source (&call->timeout);
}

static void
call_free (Call *call)
{
  stop_timeout (call);
  g_free (call);
}

static void
luminal_peer_finalize (GObject *object)
{
  LuminalPeer *self = LUMINAL_PEER (object);

  luminal_peer_close (self);
  g_clear_pointer (&self->outbox, luminal_outbox_free);
  g_clear_pointer (&self->poller, luminal_poller_release);
  g_byte_array_unref (self->received);
  g_array_unref (self->descriptors);
  g_hash_table_unref (self->calls);
  g_main_context_unref (self->context);

  G_OBJECT_CLASS (luminal_peer_parent_class)->finalize (object);
}

static void
luminal_peer_class_init (LuminalPeerClass *klass)
{
  G_OBJECT_CLASS (klass)->finalize = luminal_peer_finalize;

  signals[CALLED] = g_signal_new ("called", LUMINAL_TYPE_PEER, G_SIGNAL_RUN_LAST, 0, NULL, NULL, NULL,
                                  G_TYPE_NONE, 4, G_TYPE_UINT, G_TYPE_STRING | G_SIGNAL_TYPE_STATIC_SCOPE,
                                  G_TYPE_VARIANT, G_TYPE_INT);
  signals[CLOSED] = g_signal_new ("closed", LUMINAL_TYPE_PEER, G_SIGNAL_RUN_LAST, 0, NULL, NULL, NULL,
                                  G_TYPE_NONE, 0);
}

static void
luminal_peer_init (LuminalPeer *self)
{
  self->fd = -1;
  self->context = g_main_context_ref_thread_default ();
  self->received = g_byte_array_new ();
  self->descriptors = g_array_new (FALSE, FALSE, sizeof (int));
  g_array_set_clear_func (self->descriptors, close_descriptor);
  self->calls = g_hash_table_new (NULL, NULL);
}

static void
fail_calls (LuminalPeer *self)
{
  g_autoptr (GList) tasks = g_hash_table_get_values (self->calls);

  g_hash_table_remove_all (self->calls);
  for (GList *l = tasks; l != NULL; l = l->next)
    {
      stop_timeout (g_task_get_task_data (l->data));
      g_task_return_new_error (l->data, G_IO_ERROR, G_IO_ERROR_CLOSED, _("The connection was closed"));
      g_object_unref (l->data);
    }
}

void
luminal_peer_close (LuminalPeer *self)
{
  if (self->fd < 0)
    return;

  luminal_outbox_close (self->outbox);
  luminal_poller_remove (self->poller, self->fd);
  close (g_steal_fd (&self->fd));
  g_byte_array_set_size (self->received, 0);
  g_array_set_size (self->descriptors, 0);
  fail_calls (self);
}

/* Not by who has this end. */
static void
end (LuminalPeer *self)
{
  if (self->fd < 0)
    return;

  luminal_peer_close (self);
  g_signal_emit (self, signals[CLOSED], 0);
}

static void
break_off (LuminalPeer *self)
{
  if (self->fd >= 0)
    self->has_heard_nonsense = TRUE;
  end (self);
}

void
luminal_peer_flush (LuminalPeer *self)
{
  if (self->fd >= 0)
    luminal_outbox_flush (self->outbox);
}

/* Takes @message. @fd stays the caller's. */
static gboolean
send_message (LuminalPeer   *self,
              GDBusMessage  *message,
              int            fd,
              GError       **error)
{
  g_autoptr (GDBusMessage) taken = message;
  g_autoptr (GUnixFDList) list = NULL;
  int copy = -1;
  gsize size;
  guint8 *bytes;

  if (fd >= 0)
    {
      list = g_unix_fd_list_new ();
      if (g_unix_fd_list_append (list, fd, error) < 0)
        return FALSE;
      g_dbus_message_set_unix_fd_list (message, list);
    }

  bytes = g_dbus_message_to_blob (message, &size, G_DBUS_CAPABILITY_FLAGS_UNIX_FD_PASSING, error);
  if (bytes == NULL)
    return FALSE;

  if (list != NULL)
    {
      int *fds = g_unix_fd_list_steal_fds (list, NULL);

      copy = fds[0];
      g_free (fds);
    }

  luminal_outbox_put (self->outbox, bytes, size, copy);
  return TRUE;
}

static guint
next_serial (LuminalPeer *self)
{
  self->last_serial = MAX (self->last_serial + 1, 1);
  return self->last_serial;
}

static GVariantType *
make_type (GDBusArgInfo **arguments)
{
  g_autoptr (GString) type = g_string_new ("(");

  for (; arguments != NULL && *arguments != NULL; arguments++)
    g_string_append (type, (*arguments)->signature);
  g_string_append_c (type, ')');
  return g_variant_type_new (type->str);
}

/* What of a message carries data: no body is an empty one. */
static GVariant *
get_body (GDBusMessage *message)
{
  GVariant *body = g_dbus_message_get_body (message);

  return g_variant_ref_sink (body != NULL ? body : g_variant_new_tuple (NULL, 0));
}

static gboolean
is_of_type (GVariant      *body,
            GDBusArgInfo **arguments)
{
  g_autoptr (GVariantType) type = make_type (arguments);

  return g_variant_is_of_type (body, type);
}

/* The task comes to an end now, whatever with; who waits for it may hear of that later. */
static GTask *
steal_call (LuminalPeer *self,
            guint        serial)
{
  GTask *task = g_hash_table_lookup (self->calls, GUINT_TO_POINTER (serial));

  if (task == NULL)
    return NULL;

  g_hash_table_remove (self->calls, GUINT_TO_POINTER (serial));
  stop_timeout (g_task_get_task_data (task));
  return task;
}

static void
take_answer (LuminalPeer  *self,
             GDBusMessage *message)
{
  g_autoptr (GTask) task = steal_call (self, g_dbus_message_get_reply_serial (message));
  g_autoptr (GVariant) body = NULL;
  Call *call;
  GError *error = NULL;

  /* Nobody asked: it was given twice, or by somebody else. */
  if (task == NULL)
    {
      break_off (self);
      return;
    }

  call = g_task_get_task_data (task);
  body = get_body (message);
  if (g_dbus_message_to_gerror (message, &error))
    g_task_return_error (task, error);
  else if (is_of_type (body, g_dbus_interface_info_lookup_method ((GDBusInterfaceInfo *) self->interface,
                                                                  call->method)->out_args))
    g_task_return_pointer (task, g_steal_pointer (&body), (GDestroyNotify) g_variant_unref);
  else
    g_task_return_new_error (task, G_IO_ERROR, G_IO_ERROR_INVALID_DATA, _("The answer to %s is none: %s"),
                             call->method, g_variant_get_type_string (body));
}

static gboolean
has_descriptor (GDBusArgInfo **arguments)
{
  for (; arguments != NULL && *arguments != NULL; arguments++)
    {
      if (g_str_equal ((*arguments)->signature, "h"))
        return TRUE;
    }

  return FALSE;
}

static int
take_descriptor (GDBusMessage *message)
{
  GUnixFDList *list = g_dbus_message_get_unix_fd_list (message);

  return list != NULL ? g_unix_fd_list_get (list, 0, NULL) : -1;
}

static void
take_question (LuminalPeer  *self,
               GDBusMessage *message)
{
  const char *name = g_dbus_message_get_member (message);
  GDBusMethodInfo *method = g_dbus_interface_info_lookup_method ((GDBusInterfaceInfo *) self->interface, name);
  g_autoptr (GVariant) body = get_body (message);

  /* Also where nobody answers: who is only asked has no questions. */
  if (g_strcmp0 (g_dbus_message_get_interface (message), self->interface->name) != 0 || method == NULL ||
      !is_of_type (body, method->in_args) ||
      g_dbus_message_get_num_unix_fds (message) != (has_descriptor (method->in_args) ? 1 : 0) ||
      !g_signal_has_handler_pending (self, signals[CALLED], 0, TRUE))
    {
      break_off (self);
      return;
    }

  g_signal_emit (self, signals[CALLED], 0, g_dbus_message_get_serial (message), method->name, body,
                 take_descriptor (message));
}

static void
take_message (LuminalPeer  *self,
              GDBusMessage *message)
{
  switch (g_dbus_message_get_message_type (message))
    {
    case G_DBUS_MESSAGE_TYPE_METHOD_RETURN:
    case G_DBUS_MESSAGE_TYPE_ERROR:
      take_answer (self, message);
      break;
    case G_DBUS_MESSAGE_TYPE_METHOD_CALL:
      take_question (self, message);
      break;
    case G_DBUS_MESSAGE_TYPE_SIGNAL:
    case G_DBUS_MESSAGE_TYPE_INVALID:
    default:
      break_off (self);
    }
}

/* The descriptors come with the first bytes of their message. */
static gboolean
attach_descriptors (LuminalPeer  *self,
                    GDBusMessage *message)
{
  guint n = g_dbus_message_get_num_unix_fds (message);
  g_autoptr (GUnixFDList) list = NULL;

  if (n == 0)
    return TRUE;
  if (n > self->descriptors->len)
    return FALSE;

  list = g_unix_fd_list_new_from_array ((const int *) self->descriptors->data, (int) n);
  g_array_set_clear_func (self->descriptors, NULL);
  g_array_remove_range (self->descriptors, 0, n);
  g_array_set_clear_func (self->descriptors, close_descriptor);
  g_dbus_message_set_unix_fd_list (message, list);
  return TRUE;
}

/* The first byte of a message says in which order it has the others. */
static gboolean
is_beginning (guint8 byte)
{
  return byte == G_DBUS_MESSAGE_BYTE_ORDER_LITTLE_ENDIAN || byte == G_DBUS_MESSAGE_BYTE_ORDER_BIG_ENDIAN;
}

/* Returns whether there was a whole one. */
static gboolean
next_message (LuminalPeer   *self,
              GDBusMessage **message)
{
  gssize size;

  *message = NULL;
  if (self->received->len == 0)
    return FALSE;
  if (!is_beginning (self->received->data[0]))
    {
      break_off (self);
      return FALSE;
    }
  if (self->received->len < SHORTEST_MESSAGE)
    return FALSE;

  size = g_dbus_message_bytes_needed (self->received->data, self->received->len, NULL);
  if (size > 0 && (gsize) size > self->received->len)
    return FALSE;

  if (size > 0)
    *message = g_dbus_message_new_from_blob (self->received->data, (gsize) size,
                                             G_DBUS_CAPABILITY_FLAGS_UNIX_FD_PASSING, NULL);
  if (*message != NULL && !attach_descriptors (self, *message))
    g_clear_object (message);
  if (*message == NULL)
    {
      break_off (self);
      return FALSE;
    }

  g_byte_array_remove_range (self->received, 0, (guint) size);
  return TRUE;
}

static void
keep_descriptors (LuminalPeer   *self,
                  struct msghdr *message)
{
  for (struct cmsghdr *head = CMSG_FIRSTHDR (message); head != NULL; head = CMSG_NXTHDR (message, head))
    {
      if (head->cmsg_level == SOL_SOCKET && head->cmsg_type == SCM_RIGHTS)
        g_array_append_vals (self->descriptors, CMSG_DATA (head),
                             (guint) ((head->cmsg_len - CMSG_LEN (0)) / sizeof (int)));
    }
}

/* Closes it if it is at its end, or there is too much of something. */
static void
read_some (LuminalPeer *self)
{
  g_autofree guint8 *buffer = g_malloc (BYTES_AT_ONCE);
  struct iovec part = { buffer, BYTES_AT_ONCE };
  union
  {
    struct cmsghdr header;
    char space[CMSG_SPACE (MOST_DESCRIPTORS * sizeof (int))];
  } control;
  struct msghdr message = { .msg_iov = &part, .msg_iovlen = 1,
                            .msg_control = &control, .msg_controllen = sizeof control };
  ssize_t n = recvmsg (self->fd, &message, MSG_DONTWAIT | MSG_CMSG_CLOEXEC);

  if (n < 0 && (errno == EAGAIN || errno == EINTR))
    return;
  if (n <= 0)
    {
      end (self);
      return;
    }

  keep_descriptors (self, &message);
  g_byte_array_append (self->received, buffer, (guint) n);
  if (self->descriptors->len > MOST_DESCRIPTORS || (message.msg_flags & MSG_CTRUNC) != 0)
    break_off (self);
}

static void
can_read (gpointer user_data)
{
  g_autoptr (LuminalPeer) self = g_object_ref (user_data);
  GDBusMessage *next;

  read_some (self);
  while (self->fd >= 0 && next_message (self, &next))
    {
      g_autoptr (GDBusMessage) message = next;

      take_message (self, message);
    }

  if (self->fd >= 0)
    luminal_poller_again (self->poller, self->fd, &self->watch);
}

LuminalPeer *
luminal_peer_new (int                        fd,
                  const GDBusInterfaceInfo  *interface,
                  GError                   **error)
{
  g_autoptr (LuminalPeer) self = g_object_new (LUMINAL_TYPE_PEER, NULL);

  self->interface = interface;
  self->watch.func = can_read;
  self->watch.user_data = self;
  self->poller = luminal_poller_acquire (G_PRIORITY_DEFAULT, error);
  if (self->poller == NULL || !luminal_poller_add (self->poller, fd, &self->watch, error))
    {
      close (fd);
      return NULL;
    }

  self->fd = fd;
  self->outbox = luminal_outbox_new (fd, self->context);
  return g_steal_pointer (&self);
}

static gboolean
has_unread (LuminalPeer *self)
{
  int n_bytes = 0;

  return self->fd >= 0 && ioctl (self->fd, FIONREAD, &n_bytes) == 0 && n_bytes > 0;
}

static gboolean
is_late (gpointer user_data)
{
  g_autoptr (GTask) task = g_object_ref (user_data);
  LuminalPeer *self = g_task_get_source_object (task);
  Call *call = g_task_get_task_data (task);
  g_autoptr (GTask) stolen = NULL;

  /* The answer may be here, and others had their turn before it. */
  if (has_unread (self))
    can_read (self);

  stolen = steal_call (self, call->serial);
  if (stolen != NULL)
    g_task_return_new_error (stolen, G_IO_ERROR, G_IO_ERROR_TIMED_OUT, _("%s was not answered in time"), call->method);
  return G_SOURCE_REMOVE;
}

static void
set_timeout (LuminalPeer *self,
             GTask       *task,
             guint        timeout)
{
  Call *call = g_task_get_task_data (task);

  call->timeout = luminal_deadline_new (timeout);
  g_source_set_static_name (call->timeout, "[luminal] deadline");
  g_source_set_callback (call->timeout, is_late, task, NULL);
  g_source_attach (call->timeout, self->context);
}

void
luminal_peer_call_async (LuminalPeer         *self,
                         const char          *method,
                         GVariant            *parameters,
                         int                  fd,
                         guint                timeout,
                         GCancellable        *cancellable,
                         GAsyncReadyCallback  callback,
                         gpointer             user_data)
{
  GTask *task = g_task_new (self, cancellable, callback, user_data);
  GDBusMessage *message = g_dbus_message_new_method_call (NULL, OBJECT_PATH, self->interface->name, method);
  Call *call = g_new0 (Call, 1);
  GError *error = NULL;

  call->serial = next_serial (self);
  call->method = method;
  g_task_set_source_tag (task, luminal_peer_call_async);
  g_task_set_task_data (task, call, (GDestroyNotify) call_free);
  g_dbus_message_set_serial (message, call->serial);
  g_dbus_message_set_body (message, parameters);

  if (self->fd < 0)
    g_set_error_literal (&error, G_IO_ERROR, G_IO_ERROR_CLOSED, _("The connection was closed"));
  if (error != NULL || !send_message (self, g_object_ref (message), fd, &error))
    {
      g_task_return_error (task, error);
      g_object_unref (task);
    }
  else
    {
      g_hash_table_insert (self->calls, GUINT_TO_POINTER (call->serial), task);
      if (timeout > 0)
        set_timeout (self, task, timeout);
    }

  g_object_unref (message);
}

GVariant *
luminal_peer_call_finish (LuminalPeer   *self,
                          GAsyncResult  *result,
                          GError       **error)
{
  return g_task_propagate_pointer (G_TASK (result), error);
}

/* Takes @message. */
static void
send_answer (LuminalPeer  *self,
             GDBusMessage *message,
             guint         serial)
{
  g_autoptr (GError) error = NULL;

  g_dbus_message_set_serial (message, next_serial (self));
  g_dbus_message_set_reply_serial (message, serial);
  if (self->fd < 0)
    g_object_unref (message);
  else if (!send_message (self, message, -1, &error))
    luminal_peer_answer_error (self, serial, error);
}

void
luminal_peer_answer (LuminalPeer *self,
                     guint        serial,
                     GVariant    *value)
{
  GDBusMessage *message = g_dbus_message_new ();

  g_dbus_message_set_message_type (message, G_DBUS_MESSAGE_TYPE_METHOD_RETURN);
  if (value != NULL)
    g_dbus_message_set_body (message, value);
  send_answer (self, message, serial);
}

void
luminal_peer_answer_error (LuminalPeer  *self,
                           guint         serial,
                           const GError *error)
{
  GDBusMessage *message = g_dbus_message_new ();
  g_autofree char *name = g_dbus_error_encode_gerror (error);
  g_autofree char *text = g_utf8_make_valid (error->message, -1); /* D-Bus carries nothing else */

  g_dbus_message_set_message_type (message, G_DBUS_MESSAGE_TYPE_ERROR);
  g_dbus_message_set_error_name (message, name);
  g_dbus_message_set_body (message, g_variant_new ("(s)", text));
  send_answer (self, message, serial);
}

gboolean
luminal_peer_is_closed (LuminalPeer *self)
{
  struct pollfd descriptor = { .fd = self->fd };

  return self->fd < 0 || (poll (&descriptor, 1, 0) == 1 && (descriptor.revents & (POLLHUP | POLLERR)) != 0);
}

/* What the other side said before it ended, at once. */
void
luminal_peer_read_rest (LuminalPeer *self)
{
  g_autoptr (LuminalPeer) kept = g_object_ref (self);

  while (has_unread (self))
    can_read (self);
}

gboolean
luminal_peer_has_heard_nonsense (LuminalPeer *self)
{
  return self->has_heard_nonsense;
}
