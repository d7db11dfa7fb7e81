/* SPDX-License-Identifier: GPL-3.0-or-later */

#pragma once

#include "ctl-reporter.h"

G_BEGIN_DECLS

#define CTL_TYPE_TEXT_REPORTER (ctl_text_reporter_get_type ())

G_DECLARE_FINAL_TYPE (CtlTextReporter, ctl_text_reporter, CTL, TEXT_REPORTER, CtlReporter)

G_END_DECLS
