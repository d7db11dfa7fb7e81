/* SPDX-License-Identifier: LGPL-2.1-or-later */

#include "luminal-output-reader.h"

#include <errno.h>
#include <glib-unix.h>
#include <linux/sockios.h>
#include <poll.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/socket.h>
#include <unistd.h>

#include "luminal-enum-types.h"
#include "luminal-line-cutter.h"
#include "luminal-output-rate.h"
#include "luminal-worker-protocol.h"

/* After replies, and after windows have been drawn: output can wait a moment. */
#define PRIORITY (G_PRIORITY_HIGH_IDLE + 30)

/* What is read of a channel, and told in all, before others have their turn. */
#define BYTES_AT_ONCE (64 * 1024)
#define LINES_AT_ONCE 100

/* Someone who writes more than this in a span has to wait for the next one. */
#define BYTES_IN_SPAN (4 * 1024 * 1024)
#define SPAN_US (100 * 1000)

/* What a drain reads: four times as much as can wait in a pipe. */
#define BYTES_IN_DRAIN (4 * 1024 * 1024)

/* What a packet costs besides its text: an empty one is not free. */
#define PACKET_COST 256

enum
{
  CHANNEL_STDOUT = LUMINAL_STREAM_STDOUT,
  CHANNEL_STDERR = LUMINAL_STREAM_STDERR,
  CHANNEL_SAID,
  N_CHANNELS
};

typedef struct
{
  int fd;
  gpointer tag; /* NULL: nobody is waiting for it */
  LuminalLineCutter cutter;
} Channel;

typedef struct
{
  GSource parent;
  LuminalOutputReader *reader;
} ReaderSource;

struct _LuminalOutputReader
{
  GObject parent_instance;

  Channel channels[N_CHANNELS];
  GSource *source;
  guint64 n_nonsense;

  GQueue lines; /* LuminalOutputLine, to be told */
  LuminalOutputTail tail;
  gboolean is_draining;

  gint64 span_start;
  gsize n_bytes_in_span;
  gboolean is_paused;
  LuminalOutputRate rate;
};

enum
{
  LINE,
  N_SIGNALS
};

static guint signals[N_SIGNALS];

G_DEFINE_FINAL_TYPE (LuminalOutputReader, luminal_output_reader, G_TYPE_OBJECT)

static gboolean dispatch (GSource    *source,
                          GSourceFunc callback,
                          gpointer    user_data);

static GSourceFuncs source_funcs = { .dispatch = dispatch };

static void
luminal_output_reader_finalize (GObject *object)
{
  LuminalOutputReader *self = LUMINAL_OUTPUT_READER (object);

  luminal_output_reader_close (self);
  g_source_destroy (self->source);
  g_source_unref (self->source);
  luminal_output_tail_clear (&self->tail);

  G_OBJECT_CLASS (luminal_output_reader_parent_class)->finalize (object);
}

static void
luminal_output_reader_class_init (LuminalOutputReaderClass *klass)
{
  G_OBJECT_CLASS (klass)->finalize = luminal_output_reader_finalize;

  signals[LINE] = g_signal_new ("line", LUMINAL_TYPE_OUTPUT_READER, G_SIGNAL_RUN_LAST, 0, NULL, NULL, NULL,
                                G_TYPE_NONE, 3, G_TYPE_UINT, LUMINAL_TYPE_STREAM,
                                G_TYPE_STRING | G_SIGNAL_TYPE_STATIC_SCOPE);
}

static void
luminal_output_reader_init (LuminalOutputReader *self)
{
  g_queue_init (&self->lines);
  luminal_output_rate_init (&self->rate, g_get_monotonic_time ());
}

static void
wait_for (LuminalOutputReader *self,
          Channel             *channel,
          gboolean             waiting)
{
  if (waiting && channel->fd >= 0 && channel->tag == NULL)
    channel->tag = g_source_add_unix_fd (self->source, channel->fd, G_IO_IN);
  else if (!waiting && channel->tag != NULL)
    g_source_remove_unix_fd (self->source, g_steal_pointer (&channel->tag));
}

LuminalOutputReader *
luminal_output_reader_new (int stdout_fd,
                           int stderr_fd,
                           int said_fd)
{
  LuminalOutputReader *self = g_object_new (LUMINAL_TYPE_OUTPUT_READER, NULL);
  const int fds[N_CHANNELS] = { stdout_fd, stderr_fd, said_fd };

  self->source = g_source_new (&source_funcs, sizeof (ReaderSource));
  ((ReaderSource *) self->source)->reader = self;
  g_source_set_static_name (self->source, "[luminal] output of a worker");
  g_source_set_priority (self->source, PRIORITY);
  for (guint i = 0; i < N_CHANNELS; i++)
    {
      self->channels[i].fd = fds[i];
      if (fds[i] >= 0)
        g_unix_set_fd_nonblocking (fds[i], TRUE, NULL);
      wait_for (self, &self->channels[i], TRUE);
    }
  g_source_attach (self->source, g_main_context_get_thread_default ());

  return self;
}

void
luminal_output_reader_set_n_photons (LuminalOutputReader *self,
                                     guint                n_photons)
{
  luminal_output_rate_set_n_photons (&self->rate, n_photons, &self->lines);
  if (self->lines.length > 0)
    g_source_set_ready_time (self->source, 0);
}

static void
close_channel (LuminalOutputReader *self,
               Channel             *channel)
{
  luminal_line_cutter_clear (&channel->cutter);
  wait_for (self, channel, FALSE);
  if (channel->fd >= 0)
    close (channel->fd);
  channel->fd = -1;
}

void
luminal_output_reader_close (LuminalOutputReader *self)
{
  for (guint i = 0; i < N_CHANNELS; i++)
    close_channel (self, &self->channels[i]);
  g_queue_clear_full (&self->lines, g_free);
  luminal_output_rate_clear (&self->rate);
  self->is_paused = FALSE;
  g_source_set_ready_time (self->source, -1);
}

static void
add_line (LuminalOutputReader  *self,
          guint                 photon,
          LuminalStream         stream,
          const LuminalCutLine *line)
{
  /* Also of what is dropped: the last words say why a process died. */
  luminal_output_tail_add (&self->tail,
                           luminal_output_line_new (photon, stream, line->bytes, line->length,
                                                    line->whole_length, LUMINAL_TAIL_BYTES));

  if (luminal_output_rate_take (&self->rate))
    g_queue_push_tail (&self->lines,
                       luminal_output_line_new (photon, stream, line->bytes, line->length,
                                                line->whole_length, LUMINAL_LONGEST_LINE));
  else
    luminal_output_rate_drop (&self->rate, photon, stream, 1);
}

static void
end_channel (LuminalOutputReader *self,
             guint                number)
{
  Channel *channel = &self->channels[number];
  LuminalCutLine line;

  if (luminal_line_cutter_end (&channel->cutter, &line))
    add_line (self, G_MAXUINT, number, &line);

  if (number == CHANNEL_SAID)
    luminal_output_rate_tell_said (&self->rate, &self->lines);
  else
    luminal_output_rate_tell_stream (&self->rate, number, &self->lines);

  close_channel (self, channel);
}

/* Returns how much was read. */
static gsize
read_stream (LuminalOutputReader *self,
             guint                number)
{
  Channel *channel = &self->channels[number];
  char buffer[BYTES_AT_ONCE];
  gssize n_read = TEMP_FAILURE_RETRY (read (channel->fd, buffer, sizeof buffer));
  const char *bytes = buffer;
  LuminalCutLine line;
  gsize length;

  if (n_read < 0 && errno == EAGAIN)
    return 0;

  if (n_read <= 0)
    {
      end_channel (self, number);
      return 0;
    }

  length = (gsize) n_read;
  while (luminal_line_cutter_next (&channel->cutter, &bytes, &length, &line))
    {
      add_line (self, G_MAXUINT, number, &line);
      if (self->rate.dropping_until != 0)
        luminal_output_rate_drop (&self->rate, G_MAXUINT, number,
                                  luminal_line_cutter_skip (&channel->cutter, &bytes, &length,
                                                            LUMINAL_TAIL_LINES));
    }

  return (gsize) n_read;
}

static void
take_packet (LuminalOutputReader *self,
             const char          *packet,
             gsize                length,
             gsize                whole_length)
{
  LuminalCutLine line = { packet + sizeof (LuminalSaid) };
  LuminalSaid said;

  if (length >= sizeof said)
    memcpy (&said, packet, sizeof said);

  if (length < sizeof said || said.photon >= self->rate.n_photons ||
      (said.stream != LUMINAL_STREAM_PRINT && said.stream != LUMINAL_STREAM_EPRINT))
    {
      self->n_nonsense++;
      return;
    }

  line.length = length - sizeof said;
  line.whole_length = whole_length - sizeof said;
  add_line (self, said.photon, said.stream, &line);
}

/* Whether the end was reached, and not only an empty packet, which looks the same. */
static gboolean
is_at_end (int fd)
{
  struct pollfd poll_fd = { fd, POLLIN | POLLRDHUP, 0 };
  int n_waiting = 0;

  return poll (&poll_fd, 1, 0) < 0 ||
         ((poll_fd.revents & (POLLHUP | POLLRDHUP | POLLERR | POLLNVAL)) != 0 &&
          (ioctl (fd, SIOCINQ, &n_waiting) < 0 || n_waiting == 0));
}

/* Returns how much was read. */
static gsize
read_said (LuminalOutputReader *self)
{
  Channel *channel = &self->channels[CHANNEL_SAID];
  char packet[sizeof (LuminalSaid) + LUMINAL_LONGEST_LINE];
  gsize cost = 0;

  while (cost < BYTES_AT_ONCE)
    {
      /* Descriptors that come with it are closed by the kernel, since there is no
       * room for them. */
      gssize n_read = TEMP_FAILURE_RETRY (recv (channel->fd, packet, sizeof packet,
                                                MSG_DONTWAIT | MSG_TRUNC));

      if (n_read < 0 && errno == EAGAIN)
        break;

      if (n_read < 0 || (n_read == 0 && is_at_end (channel->fd)))
        {
          end_channel (self, CHANNEL_SAID);
          break;
        }

      take_packet (self, packet, MIN ((gsize) n_read, sizeof packet), (gsize) n_read);
      cost += (gsize) n_read + PACKET_COST;
    }

  return cost;
}

static gsize
read_channel (LuminalOutputReader *self,
              guint                number)
{
  if (self->channels[number].fd < 0)
    return 0;

  return number == CHANNEL_SAID ? read_said (self) : read_stream (self, number);
}

/* Returns whether the reader is still there. */
static gboolean
tell_lines (LuminalOutputReader *self,
            guint                most)
{
  gpointer alive = self;

  if (self->lines.length == 0)
    return TRUE;

  /* No reference is held, since whoever dropped the last one wants to hear no more. */
  g_object_add_weak_pointer (G_OBJECT (self), &alive);
  for (guint i = 0; alive != NULL && i < most; i++)
    {
      g_autofree LuminalOutputLine *line = g_queue_pop_head (&self->lines);

      if (line == NULL)
        break;
      g_signal_emit (self, signals[LINE], 0, line->photon, line->stream, line->text);
    }
  if (alive == NULL)
    return FALSE;

  g_object_remove_weak_pointer (G_OBJECT (self), &alive);
  return TRUE;
}

/* Descriptors that nobody reads must not be waited for: one whose other end was
 * closed wakes up whoever does. */
static void
set_paused (LuminalOutputReader *self,
            gboolean             is_paused)
{
  self->is_paused = is_paused;
  for (guint i = 0; i < N_CHANNELS; i++)
    wait_for (self, &self->channels[i], !is_paused);
}

static void
read_what_is_ready (LuminalOutputReader *self,
                    gint64               now)
{
  if (now - self->span_start >= SPAN_US)
    {
      self->span_start = now;
      self->n_bytes_in_span = 0;
      if (self->is_paused)
        set_paused (self, FALSE);
    }

  for (guint i = 0; i < N_CHANNELS; i++)
    {
      if (self->channels[i].tag != NULL &&
          g_source_query_unix_fd (self->source, self->channels[i].tag) != 0)
        self->n_bytes_in_span += read_channel (self, i);
    }

  if (self->n_bytes_in_span >= BYTES_IN_SPAN && !self->is_paused)
    set_paused (self, TRUE);
}

/* There is a time to wake up at only as long as there is something to do then. */
static void
plan (LuminalOutputReader *self)
{
  gint64 time = G_MAXINT64;

  if (self->lines.length > 0)
    time = 0;
  if (self->is_paused)
    time = MIN (time, self->span_start + SPAN_US);
  if (self->rate.n_untold > 0)
    time = MIN (time, self->rate.dropping_until);

  g_source_set_ready_time (self->source, time == G_MAXINT64 ? -1 : time);
}

static gboolean
dispatch (GSource    *source,
          GSourceFunc callback,
          gpointer    user_data)
{
  LuminalOutputReader *self = ((ReaderSource *) source)->reader;
  gint64 now = g_source_get_time (source);

  if (self->lines.length == 0)
    {
      luminal_output_rate_advance (&self->rate, now, &self->lines);
      read_what_is_ready (self, now);
    }

  if (!tell_lines (self, LINES_AT_ONCE))
    return G_SOURCE_REMOVE;

  plan (self);
  return G_SOURCE_CONTINUE;
}

void
luminal_output_reader_drain (LuminalOutputReader *self)
{
  gsize n_read_in_all = 0;
  gsize n_read;

  /* A handler that drains would otherwise go one deeper with each line. */
  if (self->is_draining)
    return;

  self->is_draining = TRUE;
  luminal_output_rate_advance (&self->rate, g_get_monotonic_time (), &self->lines);
  do
    {
      n_read = 0;
      for (guint i = 0; i < N_CHANNELS; i++)
        n_read += read_channel (self, i);
      n_read_in_all += n_read;

      if (!tell_lines (self, G_MAXUINT))
        return;
    }
  while (n_read > 0 && n_read_in_all < BYTES_IN_DRAIN);

  luminal_output_rate_tell_all (&self->rate, &self->lines);
  if (!tell_lines (self, G_MAXUINT))
    return;

  self->is_draining = FALSE;
  plan (self);
}

GPtrArray *
luminal_output_reader_get_tail (LuminalOutputReader *self)
{
  return luminal_output_tail_dup_lines (&self->tail);
}

guint64
luminal_output_reader_get_n_nonsense (LuminalOutputReader *self)
{
  return self->n_nonsense;
}
