/* SPDX-License-Identifier: GPL-3.0-or-later */

#pragma once

#include "luminal-output-reader.h"

G_BEGIN_DECLS

/* What comes in one go without a line being dropped. */
#define BURST 10000

/* What a worker has to say things with, and what was heard of it. */
typedef struct
{
  LuminalOutputReader *reader;
  int fds[3]; /* to write to: stdout, stderr, said */
  GPtrArray *lines;
  guint64 n_dropped;
} Worker;

/* What a thread does that may have to wait. */
typedef struct
{
  int fd;
  guint64 n;
} Writing;

void        add_worker_test       (const char    *path,
                                   gconstpointer  data,
                                   void         (*test) (Worker       *worker,
                                                         gconstpointer data));

void        worker_close          (Worker        *worker,
                                   guint          number);
void        worker_say            (Worker        *worker,
                                   guint          photon,
                                   LuminalStream  stream,
                                   const char    *text,
                                   gsize          length);
const char *worker_get_line       (Worker        *worker,
                                   guint          i);
void        worker_wait_for_lines (Worker        *worker,
                                   guint          n);
void        worker_expect         (Worker        *worker,
                                   const char    *lines);
/* A handler of the signal. */
void        worker_note_line      (LuminalOutputReader *reader,
                                   guint                photon,
                                   LuminalStream        stream,
                                   const char          *text,
                                   Worker              *worker);

void        write_bytes           (int            fd,
                                   const char    *bytes,
                                   gsize          length);
void        write_text            (int            fd,
                                   const char    *text);
/* In threads, with a Writing: the numbers from 0, or the same line until nobody reads. */
gpointer    write_lines           (gpointer       user_data);
gpointer    write_for_ever        (gpointer       user_data);

void        expect_idle           (void);

G_END_DECLS
