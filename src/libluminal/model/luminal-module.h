/* SPDX-License-Identifier: LGPL-2.1-or-later */

#pragma once

#include <gio/gio.h>

#include "luminal-generation.h"
#include "luminal-handler.h"
#include "luminal-image.h"
#include "luminal-host.h"
#include "luminal-lineage.h"
#include "luminal-metadata.h"
#include "luminal-sayings.h"

G_BEGIN_DECLS

#define LUMINAL_TYPE_MODULE (luminal_module_get_type ())

/* What the loader knows of one file that holds photons. Changed by transactions
 * and by nothing else, one at a time.
 *
 * Signal `output (LuminalHandler *handler, LuminalStream stream, const char *text)`:
 * one of its photons said something.
 * Signal `crashed ()`: photons of it count as running whose process is gone, or that
 * may be so; who may work on its file has a look. */
G_DECLARE_FINAL_TYPE (LuminalModule, luminal_module, LUMINAL, MODULE, GObject)

struct _LuminalModule
{
  GObject parent_instance;

  GFile *file;
  char *path;

  /* Which of its photons count. */
  GType photon_base;
  GStrv other_classes;

  /* Whether photons that it brings are started without being asked. */
  gboolean autostart;

  /* Of a source: what it was last built from besides itself, and when that was read, by
   * the clock of files. */
  GStrv dependencies;
  gint64 dependencies_read_at;

  /* The same: contents that were saved after the one that is loaded, and called off for
   * newer ones before it was known whether they are good. The newest is the last. */
  GPtrArray *superseded;

  /* The generation that is loaded; no host: none is. */
  LuminalHost *host;
  char *checksum;
  guint generation;
  gboolean registers_types;

  GPtrArray *handlers;
  GListStore *history;

  /* Which generations there were, and how the process of this one last crashed, until
   * that has been looked into. */
  LuminalLineage *lineage;
  LuminalCrash *crash;

  /* What is not told yet, and which generation said it. */
  LuminalSayings *held;
  guint held_generation;
  char *held_checksum;
};

LuminalModule  *luminal_module_new          (GFile              *file,
                                             GType               photon_base,
                                             const char *const  *other_classes);
gboolean        luminal_module_matches      (LuminalModule      *self,
                                             LuminalMetadata    *photon);
LuminalHandler *luminal_module_find         (LuminalModule      *self,
                                             const char         *class_name);
gboolean        luminal_module_has_running  (LuminalModule      *self);
gboolean        luminal_module_has_crashed  (LuminalModule      *self);
/* Those that count as running in a process that is gone. */
GPtrArray      *luminal_module_list_lost    (LuminalModule      *self);
/* Emits `crashed` if there are any: where a process was ended on purpose, nobody else
 * says so. */
void            luminal_module_look_for_lost (LuminalModule     *self);
/* How its process ended of itself; none: it was ended. */
LuminalCrash   *luminal_module_take_crash   (LuminalModule      *self);
void            luminal_module_set_host     (LuminalModule      *self,
                                             LuminalHost        *host);
/* What photon @class_name of @generation says is told as the signal `output`. That may be
 * another generation than the one that is loaded: one that did not come to that, or the
 * last words of the one before. */
void            luminal_module_tell         (LuminalModule      *self,
                                             guint               generation,
                                             const char         *checksum,
                                             const char         *class_name,
                                             LuminalStream       stream,
                                             const char         *text);
/* Until it is released, what its photons say is kept. */
void            luminal_module_hold_output  (LuminalModule      *self);
void            luminal_module_release_output (LuminalModule    *self);
void            luminal_module_remember     (LuminalModule      *self,
                                             LuminalGeneration  *generation);
/* Keeps @image for when what was saved after it turns out to be no good. */
void            luminal_module_supersede    (LuminalModule      *self,
                                             LuminalImage       *image);
/* What the history says of @generation is not what it said before. */
void            luminal_module_revise       (LuminalModule      *self,
                                             LuminalGeneration  *generation);
void            luminal_module_set_phase    (LuminalModule      *self,
                                             LuminalPhase        phase);
void            luminal_module_set_file_missing (LuminalModule  *self,
                                             gboolean            missing);
void            luminal_module_set_pinned   (LuminalModule      *self,
                                             const char         *cause);

G_END_DECLS
