/* SPDX-License-Identifier: GPL-3.0-or-later */

#pragma once

#include <json-glib/json-glib.h>

G_BEGIN_DECLS

/* Adds nothing without a value. */
void ctl_json_add_string (JsonBuilder *builder,
                          const char  *member,
                          const char  *value);

G_END_DECLS
