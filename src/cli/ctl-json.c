/* SPDX-License-Identifier: GPL-3.0-or-later */

#include "ctl-json.h"

void
ctl_json_add_string (JsonBuilder *builder,
                     const char  *member,
                     const char  *value)
{
  g_autofree char *valid = NULL;

  if (value == NULL)
    return;

  /* JSON is UTF-8, while photons and file names may be any bytes. */
  valid = g_utf8_make_valid (value, -1);
  json_builder_set_member_name (builder, member);
  json_builder_add_string_value (builder, valid);
}
