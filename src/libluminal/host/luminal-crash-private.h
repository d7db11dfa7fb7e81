/* SPDX-License-Identifier: LGPL-2.1-or-later */

#pragma once

#include "luminal-crash.h"

G_BEGIN_DECLS

/* What is told of a crash. The strings are copied. */
typedef struct
{
  int signal;    /* 0: none */
  int exit_code; /* -1: it was a signal, or nobody knows */
  gboolean over_limit;
  const char *cause;
  const char *const *backtrace;
  const char *const *output;
} LuminalCrashFacts;

LuminalCrash *luminal_crash_new (const LuminalCrashFacts *facts);

G_END_DECLS
