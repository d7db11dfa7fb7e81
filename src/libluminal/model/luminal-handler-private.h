/* SPDX-License-Identifier: LGPL-2.1-or-later */

#pragma once

#include "luminal-handler.h"
#include "luminal-host.h"
#include "luminal-metadata.h"

G_BEGIN_DECLS

/* Who carries out what a handler is asked to do. Takes @task over. */
typedef struct
{
  void (*start) (gpointer        owner,
                 LuminalHandler *handler,
                 GTask          *task);
  void (*stop)  (gpointer        owner,
                 LuminalHandler *handler,
                 gboolean        force,
                 GTask          *task);
} LuminalHandlerControl;

struct _LuminalHandler
{
  GObject parent_instance;

  GFile *file;
  char *filepath;
  char *name;
  LuminalMetadata *metadata;
  LuminalHost *host;
  gpointer instance; /* the last that was notified; to compare with, no more */
  GListModel *history;

  LuminalStatus status;
  LuminalPhase phase;
  guint generation;
  char *checksum;
  gint64 duration;
  gint64 started_at;
  GError *error;
  LuminalPhase failed_phase;
  gboolean rolled_back;
  gboolean changed_on_disk;
  gboolean file_missing;
  char *pinned;
  LuminalCrash *crash;
  GListModel *diagnostics;
  GFile *passed_over;

  int pid;
  guint64 memory_size;
  gint64 cpu_time;
  guint n_trackers;
  GSource *tracking;

  const LuminalHandlerControl *control;
  gpointer owner; /* weak */
  GSequenceIter *position;
};

LuminalHandler  *luminal_handler_new                 (GFile                       *file,
                                                      const char                  *name,
                                                      GListModel                  *history);
void             luminal_handler_set_control         (LuminalHandler              *self,
                                                      const LuminalHandlerControl *control,
                                                      gpointer                     owner);
LuminalMetadata *luminal_handler_get_metadata        (LuminalHandler              *self);
void             luminal_handler_set_metadata        (LuminalHandler              *self,
                                                      LuminalMetadata             *metadata);
void             luminal_handler_set_host            (LuminalHandler              *self,
                                                      LuminalHost                 *host);
void             luminal_handler_set_generation      (LuminalHandler              *self,
                                                      guint                        generation,
                                                      const char                  *checksum,
                                                      gint64                       duration);
void             luminal_handler_set_status          (LuminalHandler              *self,
                                                      LuminalStatus                status);
void             luminal_handler_set_started         (LuminalHandler              *self);
void             luminal_handler_set_phase           (LuminalHandler              *self,
                                                      LuminalPhase                 phase);
void             luminal_handler_set_error           (LuminalHandler              *self,
                                                      const GError                *error,
                                                      LuminalPhase                 failed_phase,
                                                      gboolean                     rolled_back);
void             luminal_handler_set_changed_on_disk (LuminalHandler              *self,
                                                      gboolean                     changed);
void             luminal_handler_set_file_missing    (LuminalHandler              *self,
                                                      gboolean                     missing);
void             luminal_handler_set_pinned          (LuminalHandler              *self,
                                                      const char                  *cause);
void             luminal_handler_describe_source     (GParamSpec                 **properties);
void             luminal_handler_set_passed_over     (LuminalHandler              *self,
                                                      GFile                       *file);
void             luminal_handler_set_diagnostics     (LuminalHandler              *self,
                                                      GListModel                  *diagnostics);
void             luminal_handler_set_crash           (LuminalHandler              *self,
                                                      LuminalCrash                *crash);
void             luminal_handler_set_usage           (LuminalHandler              *self,
                                                      guint64                      memory_size,
                                                      gint64                       cpu_time);
/* Whether it counts as running in a process that is gone. */
gboolean         luminal_handler_has_lost_process    (LuminalHandler              *self);
/* Its process has changed, or who looks at it: figures are read as long as both are
 * there. */
void             luminal_handler_follow_resources    (LuminalHandler              *self);

/* Where the registry keeps this handler; its own business. */
GSequenceIter   *luminal_handler_get_position        (LuminalHandler              *self);
void             luminal_handler_set_position        (LuminalHandler              *self,
                                                      GSequenceIter               *position);

G_END_DECLS
