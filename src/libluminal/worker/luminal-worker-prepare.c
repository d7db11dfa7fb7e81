/* SPDX-License-Identifier: LGPL-2.1-or-later */

#include "luminal-worker-entry.h"

void
luminal_worker_prepare (void)
{
}
