/* SPDX-License-Identifier: GPL-3.0-or-later */

#pragma once

#include <luminal.h>

/* Where this run of a test has its photons: each test program of loaders runs once
 * with workers and once without. */
static inline LuminalIsolation
test_isolation (void)
{
  return g_strcmp0 (g_getenv ("LUMINAL_TEST_ISOLATION"), "worker") == 0 ? LUMINAL_ISOLATION_WORKER
                                                                         : LUMINAL_ISOLATION_IN_PROCESS;
}

static inline gboolean
test_has_workers (void)
{
  return test_isolation () == LUMINAL_ISOLATION_WORKER;
}
