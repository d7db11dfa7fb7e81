/* SPDX-License-Identifier: LGPL-2.1-or-later */

#pragma once

#include <glib.h>

/* Only what carries this mark leaves the library; it is built with hidden
 * symbols. */
#define LUMINAL_PUBLIC __attribute__ ((visibility ("default"))) extern
