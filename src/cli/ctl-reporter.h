/* SPDX-License-Identifier: GPL-3.0-or-later */

#pragma once

#include <luminal.h>

#include "ctl-output.h"

G_BEGIN_DECLS

#define CTL_TYPE_REPORTER (ctl_reporter_get_type ())

G_DECLARE_DERIVABLE_TYPE (CtlReporter, ctl_reporter, CTL, REPORTER, GObject)

struct _CtlReporterClass
{
  GObjectClass parent_class;

  void (*event)      (CtlReporter       *self,
                      LuminalEvent      *event);
  void (*failure)    (CtlReporter       *self,
                      GFile             *file,
                      LuminalPhase       phase,
                      const GError      *error);
  void (*inspection) (CtlReporter       *self,
                      GFile             *file,
                      LuminalInspection *inspection);
  void (*source)     (CtlReporter       *self,
                      GFile             *file,
                      const char *const *needs);
  void (*unusable)   (CtlReporter       *self,
                      GFile             *file,
                      LuminalPhase       phase,
                      const GError      *error);
  void (*build)      (CtlReporter        *self,
                      GFile              *file,
                      LuminalBuildResult *result);
  void (*created)    (CtlReporter       *self,
                      GFile             *file);
};

CtlReporter *ctl_reporter_new         (gboolean           json);

void         ctl_reporter_follow      (CtlReporter       *self,
                                       LuminalLoader     *loader);
void         ctl_reporter_failure     (CtlReporter       *self,
                                       GFile             *file,
                                       const GError      *error);
void         ctl_reporter_inspection  (CtlReporter       *self,
                                       GFile             *file,
                                       LuminalInspection *inspection);
void         ctl_reporter_source      (CtlReporter       *self,
                                       GFile             *file,
                                       const char *const *needs);
void         ctl_reporter_unusable    (CtlReporter       *self,
                                       GFile             *file,
                                       const GError      *error);
void         ctl_reporter_build       (CtlReporter        *self,
                                       GFile              *file,
                                       LuminalBuildResult *result);
void         ctl_reporter_created     (CtlReporter       *self,
                                       GFile             *file);

CtlOutput   *ctl_reporter_get_output  (CtlReporter       *self);
gboolean     ctl_reporter_get_failed  (CtlReporter       *self);

G_END_DECLS
