/* SPDX-License-Identifier: LGPL-2.1-or-later */

#pragma once

#include "luminal-inspection-private.h"

G_BEGIN_DECLS

LuminalInspection *luminal_inspector_inspect (const guint8 *bytes,
                                              gsize         size,
                                              const char   *filepath,
                                              const char   *checksum,
                                              GError      **error);

G_END_DECLS
