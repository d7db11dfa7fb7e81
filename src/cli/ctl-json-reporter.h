/* SPDX-License-Identifier: GPL-3.0-or-later */

#pragma once

#include "ctl-reporter.h"

G_BEGIN_DECLS

#define CTL_TYPE_JSON_REPORTER (ctl_json_reporter_get_type ())

G_DECLARE_FINAL_TYPE (CtlJsonReporter, ctl_json_reporter, CTL, JSON_REPORTER, CtlReporter)

G_END_DECLS
