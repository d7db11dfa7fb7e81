/* SPDX-License-Identifier: LGPL-2.1-or-later */

/* The one header of libluminal, for authors of photons and for programs that
 * embed the loader. */

#pragma once

#define LUMINAL_INSIDE

#include <gio/gio.h>

#include "luminal-macros.h"
#include "luminal-enums.h"
#include "luminal-enum-types.h"
#include "luminal-error.h"
#include "luminal-photon.h"
#include "luminal-declare.h"
#include "luminal-metadata.h"
#include "luminal-inspection.h"
#include "luminal-crash.h"
#include "luminal-diagnostic.h"
#include "luminal-build-result.h"
#include "luminal-source-inspection.h"
#include "luminal-generation.h"
#include "luminal-handler.h"
#include "luminal-event.h"
#include "luminal-loader.h"

#undef LUMINAL_INSIDE
