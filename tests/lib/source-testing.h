/* SPDX-License-Identifier: GPL-3.0-or-later */

#pragma once

#include "watch-testing.h"

G_BEGIN_DECLS

/* A watched folder of sources, and a compiler that notes what it is given. */
typedef struct
{
  Watch watch;

  char *tools;    /* what follows is in it */
  char *compiler;
  char *log;
  char *gate;     /* while it is there, compilers wait */
  int let_go;     /* what they read from then */
  GAsyncResult *begun;
} SourceTest;

/* The compiler: the system's, or something that makes a module like "relabelled" in a
 * moment, of sources like source_text() alone. */
#define SOURCE_WITH_COMPILER NULL
#define SOURCE_WITH_STAND_IN ((gconstpointer) "stand-in")

void     source_set_up         (SourceTest        *test,
                                gconstpointer      data);
void     source_tear_down      (SourceTest        *test,
                                gconstpointer      data);

/* A photon "Number 00007", which says "content 00003" when it starts. */
char    *source_text           (guint              number,
                                guint              content);
/* The same with one more line in front of all. */
char    *source_text_with      (const char        *line,
                                guint              number,
                                guint              content);
/* Says what the macro CONTENT of @header is. */
char    *source_text_of_header (const char        *header,
                                guint              number);

void     source_write          (SourceTest        *test,
                                const char        *name,
                                const char        *text);
void     source_write_content  (SourceTest        *test,
                                const char        *name,
                                guint              number,
                                guint              content);
void     source_remove         (SourceTest        *test,
                                const char        *name);

/* Waits until the photon says this, and everything that was under way has ended. */
void     source_await          (SourceTest        *test,
                                guint              number,
                                guint              content);
/* Waits until the last event of that kind is of @name, and everything has ended. */
LuminalEvent *source_await_event (SourceTest      *test,
                                LuminalEventKind   kind,
                                const char        *file_name);
LuminalHandler *source_handler (SourceTest        *test,
                                const char        *file_name);

/* How often a compiler began, and how often one came to its end, with that source; of
 * all if none is named. */
guint    source_count_begun    (SourceTest        *test,
                                const char        *name);
guint    source_count_ended    (SourceTest        *test,
                                const char        *name);
/* No content was compiled to its end more than once, but for those that were killed
 * between the line that says so and their end: there may be one or two of them. */
void     source_assert_none_twice (SourceTest     *test);
void     source_forget_runs    (SourceTest        *test);

/* From now on compilers wait, until they are let go. */
void     source_hold           (SourceTest        *test);
void     source_await_begun    (SourceTest        *test,
                                const char        *name,
                                guint              times);
void     source_let_go         (SourceTest        *test);

char    *source_diagnostics    (GListModel        *diagnostics);

#define SOURCE_ADD_TEST(path, data, function) \
  g_test_add (path, SourceTest, data, source_set_up, function, source_tear_down)

G_END_DECLS
