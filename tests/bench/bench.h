/* SPDX-License-Identifier: GPL-3.0-or-later */

#pragma once

#include <gio/gio.h>

G_BEGIN_DECLS

/* What was measured, one value a round. */
typedef struct
{
  GArray *values;
} BenchSeries;

/* Nanoseconds of a clock that all processes share. */
gint64       bench_now              (void);
/* The same from a text such as "content 00003 at 123456"; 0 if it is not from there. */
gint64       bench_started_at       (const char   *text,
                                     guint         content);

BenchSeries *bench_series_new       (void);
void         bench_series_free      (BenchSeries  *series);
void         bench_series_add       (BenchSeries  *series,
                                     double        value);
/* One line of JSON on standard output, which the table is made of. */
void         bench_series_emit      (BenchSeries  *series,
                                     const char   *row,
                                     const char   *of,
                                     const char   *unit);
void         bench_emit             (const char   *row,
                                     const char   *of,
                                     const char   *unit,
                                     double        value);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (BenchSeries, bench_series_free)

/* A folder of its own, below which nothing outlives the program that made it. */
char        *bench_folder_new       (void);
void         bench_folder_remove    (const char   *folder);
/* "00007.so" in it. */
char        *bench_module_path      (const char   *folder,
                                     guint         number);

/* A module whose photon is "Number 00007" and says "content 00003". */
GBytes      *bench_module           (guint         number,
                                     guint         content);
/* A file's content, with the digits at the end of @label written over where it occurs. */
GBytes      *bench_relabelled       (const char   *path,
                                     const char   *label,
                                     guint         number);
/* The same with so many photons, "Number 00007-01" to "-20". */
#define BENCH_MANY 20
GBytes      *bench_module_of_many   (guint         number);
void         bench_write            (const char   *path,
                                     GBytes       *content);
/* Modules 0 to n - 1; which photon is in which file is shuffled, but always the same. */
void         bench_write_modules    (const char   *folder,
                                     guint         n);

/* Runs the main context until the result of what was begun with it is there. */
void         bench_note_result      (GObject      *source_object,
                                     GAsyncResult *result,
                                     gpointer      user_data);
GAsyncResult *bench_wait            (GAsyncResult **result);
/* What a program would do with an error that cannot be: it ends. */
void         bench_check            (const GError *error);

G_END_DECLS
