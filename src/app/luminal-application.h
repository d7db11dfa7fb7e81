/* SPDX-License-Identifier: GPL-3.0-or-later */

#pragma once

#include <adwaita.h>

G_BEGIN_DECLS

#define LUMINAL_TYPE_APPLICATION (luminal_application_get_type ())

G_DECLARE_FINAL_TYPE (LuminalApplication, luminal_application, LUMINAL, APPLICATION, AdwApplication)

LuminalApplication *luminal_application_new (void);

G_END_DECLS
