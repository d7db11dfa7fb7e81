/* SPDX-License-Identifier: LGPL-2.1-or-later */

#pragma once

#include <glib.h>

G_BEGIN_DECLS

/* Why a module might not leave the process that opened it. Seen from outside,
 * so these are likely causes: what is certain shows after it was closed. */
typedef enum
{
  LUMINAL_PIN_HINT_NONE = 0,
  LUMINAL_PIN_HINT_TYPES = 1 << 0,
  LUMINAL_PIN_HINT_STATIC_STRINGS = 1 << 1,
  LUMINAL_PIN_HINT_TLS_DESTRUCTORS = 1 << 2,
  LUMINAL_PIN_HINT_UNIQUE = 1 << 3,
  LUMINAL_PIN_HINT_NODELETE = 1 << 4,
  LUMINAL_PIN_HINT_THREADS = 1 << 5,
  LUMINAL_PIN_HINT_THREAD_DATA = 1 << 6,
} LuminalPinHint;

#define LUMINAL_N_PIN_HINTS 7

LuminalPinHint luminal_pin_hint_of_import (const char    *symbol);
const char    *luminal_pin_hint_to_remark (LuminalPinHint hint);

G_END_DECLS
