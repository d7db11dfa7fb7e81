/* SPDX-License-Identifier: LGPL-2.1-or-later */

#include "luminal-output-reader.h"

#include <errno.h>
#include <glib-unix.h>
#include <linux/sockios.h>
#include <malloc.h>
#include <poll.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/socket.h>
#include <unistd.h>

#include "luminal-enum-types.h"
#include "luminal-line-cutter.h"
#include "luminal-output-rate.h"
#include "luminal-poller.h"
#include "luminal-worker-protocol.h"

/* What is read of a channel, and told in all, before others have their turn. */
#define BYTES_AT_ONCE (64 * 1024)
#define LINES_AT_ONCE 100

/* A program that had so many to tell has to be tidied up after. */
#define FLOOD_LINES 1000

/* Someone who writes more than this in a span has to wait for the next one. */
#define BYTES_IN_SPAN (4 * 1024 * 1024)
#define SPAN_US (100 * 1000)

/* What a drain reads: four times as much as can wait in a pipe. */
#define BYTES_IN_DRAIN (4 * 1024 * 1024)

/* After answers, and after windows have been drawn: output can wait a moment. */
#define OUTPUT_PRIORITY (G_PRIORITY_HIGH_IDLE + 30)

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
  LuminalOutputReader *reader;
  int fd;
  LuminalPollerWatch watch;
  gboolean is_awaited;
  LuminalLineCutter cutter;
} Channel;

struct _LuminalOutputReader
{
  GObject parent_instance;

  Channel channels[N_CHANNELS];
  LuminalPoller *poller;
  GMainContext *context;
  GSource *alarm; /* NULL: nothing is to be done unless something comes */
  guint64 n_nonsense;

  GQueue lines; /* LuminalOutputLine, to be told */
  guint most_lines; /* that were there at once */
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

static void channel_is_ready (gpointer user_data);

static void
luminal_output_reader_finalize (GObject *object)
{
  LuminalOutputReader *self = LUMINAL_OUTPUT_READER (object);

  luminal_output_reader_close (self);
  g_clear_pointer (&self->poller, luminal_poller_release);
  g_main_context_unref (self->context);
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
  self->context = g_main_context_ref_thread_default ();
  g_queue_init (&self->lines);
  luminal_output_rate_init (&self->rate, g_get_monotonic_time ());
  for (guint i = 0; i < N_CHANNELS; i++)
    {
      self->channels[i].reader = self;
      self->channels[i].fd = -1;
      self->channels[i].watch.func = channel_is_ready;
      self->channels[i].watch.user_data = &self->channels[i];
    }
}

LuminalOutputReader *
luminal_output_reader_new (int      stdout_fd,
                           int      stderr_fd,
                           int      said_fd,
                           GError **error)
{
  g_autoptr (LuminalOutputReader) self = g_object_new (LUMINAL_TYPE_OUTPUT_READER, NULL);
  const int fds[N_CHANNELS] = { stdout_fd, stderr_fd, said_fd };

  for (guint i = 0; i < N_CHANNELS; i++)
    self->channels[i].fd = fds[i];

  self->poller = luminal_poller_acquire (OUTPUT_PRIORITY, error);
  if (self->poller == NULL)
    return NULL;

  for (guint i = 0; i < N_CHANNELS; i++)
    {
      Channel *channel = &self->channels[i];

      if (channel->fd < 0)
        continue;
      if (!g_unix_set_fd_nonblocking (channel->fd, TRUE, error) ||
          !luminal_poller_add (self->poller, channel->fd, &channel->watch, error))
        return NULL;
      channel->is_awaited = TRUE;
    }

  return g_steal_pointer (&self);
}

static gboolean
alarm_went_off (GSource    *source,
                GSourceFunc callback,
                gpointer    user_data)
{
  return callback (user_data);
}

static GSourceFuncs alarm_funcs = { .dispatch = alarm_went_off };

static gboolean go_on_after_alarm (gpointer user_data);

/* There is a source only as long as there is something to do at a time. */
static void
set_alarm (LuminalOutputReader *self,
           gint64               time)
{
  if (self->alarm == NULL)
    {
      self->alarm = g_source_new (&alarm_funcs, sizeof (GSource));
      g_source_set_static_name (self->alarm, "[luminal] output of a worker");
      g_source_set_priority (self->alarm, OUTPUT_PRIORITY);
      g_source_set_callback (self->alarm, go_on_after_alarm, self, NULL);
      g_source_attach (self->alarm, self->context);
    }

  g_source_set_ready_time (self->alarm, time);
}

static void
clear_alarm (LuminalOutputReader *self)
{
  if (self->alarm == NULL)
    return;

  g_source_destroy (self->alarm);
  g_clear_pointer (&self->alarm, g_source_unref);
}

static void
close_channel (LuminalOutputReader *self,
               Channel             *channel)
{
  luminal_line_cutter_clear (&channel->cutter);
  channel->is_awaited = FALSE;
  if (channel->fd < 0)
    return;

  if (self->poller != NULL)
    luminal_poller_remove (self->poller, channel->fd);
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

  /* Thousands of small pieces in between everything else keep the C library from giving
   * memory back by itself. */
  if (self->most_lines > FLOOD_LINES)
    malloc_trim (0);
  self->most_lines = 0;
  self->is_paused = FALSE;
  clear_alarm (self);
}

void
luminal_output_reader_set_n_photons (LuminalOutputReader *self,
                                     guint                n_photons)
{
  luminal_output_rate_set_n_photons (&self->rate, n_photons, &self->lines);
  if (self->lines.length > 0)
    set_alarm (self, 0);
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
  self->most_lines = MAX (self->most_lines, self->lines.length);
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

/* What happens next, and when. */
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

  if (time == G_MAXINT64)
    clear_alarm (self);
  else
    set_alarm (self, time);

  for (guint i = 0; i < N_CHANNELS && self->lines.length == 0 && !self->is_paused; i++)
    {
      Channel *channel = &self->channels[i];

      if (channel->fd >= 0 && !channel->is_awaited)
        {
          luminal_poller_again (self->poller, channel->fd, &channel->watch);
          channel->is_awaited = TRUE;
        }
    }
}

/* With what there is to tell, then with what is to be read of @channel; NULL: nothing. */
static void
go_on (LuminalOutputReader *self,
       Channel             *channel)
{
  gint64 now = g_get_monotonic_time ();

  if (self->lines.length == 0)
    {
      luminal_output_rate_advance (&self->rate, now, &self->lines);
      if (now - self->span_start >= SPAN_US)
        {
          self->span_start = now;
          self->n_bytes_in_span = 0;
          self->is_paused = FALSE;
        }

      if (channel != NULL && !self->is_paused)
        self->n_bytes_in_span += read_channel (self, (guint) (channel - self->channels));
      if (self->n_bytes_in_span >= BYTES_IN_SPAN)
        self->is_paused = TRUE;
    }

  if (tell_lines (self, LINES_AT_ONCE))
    plan (self);
}

static gboolean
go_on_after_alarm (gpointer user_data)
{
  go_on (user_data, NULL);
  return G_SOURCE_CONTINUE;
}

static void
channel_is_ready (gpointer user_data)
{
  Channel *channel = user_data;

  channel->is_awaited = FALSE;
  go_on (channel->reader, channel);
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
