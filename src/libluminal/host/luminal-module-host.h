/* SPDX-License-Identifier: LGPL-2.1-or-later */

#pragma once

#include "luminal-host.h"

G_BEGIN_DECLS

#define LUMINAL_TYPE_MODULE_HOST (luminal_module_host_get_type ())

/* A generation in this process. */
G_DECLARE_FINAL_TYPE (LuminalModuleHost, luminal_module_host, LUMINAL, MODULE_HOST, GObject)

LuminalHost *luminal_module_host_new (const char *filepath,
                                      guint       generation);

G_END_DECLS
