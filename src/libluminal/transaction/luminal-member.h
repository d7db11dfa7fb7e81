/* SPDX-License-Identifier: LGPL-2.1-or-later */

#pragma once

#include "luminal-build-result.h"
#include "luminal-host.h"
#include "luminal-image.h"
#include "luminal-inspection.h"
#include "luminal-module.h"
#include "luminal-registry.h"
#include "luminal-sayings.h"

G_BEGIN_DECLS

/* What a transaction does about one photon of a member. */
typedef struct
{
  LuminalMetadata *before; /* none: the new generation brings it */
  LuminalMetadata *after;  /* none: the new generation has it no more */
  LuminalHandler *handler;

  gboolean was_running;
  gboolean start_first;
  gboolean is_to_start;

  GVariant *state;
  gboolean is_saved;
  gboolean is_stopped; /* the old one */
  gboolean is_started; /* the new one */
  gboolean is_undone;
} LuminalPart;

/* One module of a transaction: what runs, what is to run, how far it came. */
typedef struct
{
  LuminalModule *module;
  LuminalGeneration *revived; /* it comes back, instead of what is on disk */
  LuminalImage *image;
  LuminalImage *source; /* what is being built; then the image is the module that was made of it */
  LuminalBuildResult *build;
  gboolean is_built;
  LuminalBuildResult *failed_build; /* of what is on disk: an older content is put to work instead */
  guint n_tried;                    /* of those */
  LuminalInspection *inspection;
  LuminalHost *host; /* of the new generation; once that is committed, of the old one */
  gboolean is_open;
  gboolean is_unchanged;
  gboolean is_retired;
  gboolean has_lost_old;   /* the process of the old generation ended of itself before the hand-over */
  gboolean has_lost_state;
  char *old_checksum;
  gboolean old_registers_types;

  GPtrArray *parts;
  GPtrArray *names; /* claimed, and those it had */
  LuminalGeneration *attempt;
  LuminalSayings *sayings; /* what the new generation says before there is a handler to say it */
} LuminalMember;

/* @revived: none: what is on disk is to run. */
LuminalMember *luminal_member_new           (LuminalModule   *module,
                                             LuminalGeneration *revived);
void           luminal_member_free          (LuminalMember   *self);

/* A module has to be built of what is read. */
gboolean       luminal_member_is_source     (LuminalMember   *self);

/* Which photons of the inspected module count, and what becomes of each. */
gboolean       luminal_member_plan          (LuminalMember   *self,
                                             LuminalRegistry *registry,
                                             GError         **error);
GPtrArray     *luminal_member_list_photons  (LuminalMember   *self);
void           luminal_member_set_host      (LuminalMember   *self,
                                             LuminalHost     *host);
void           luminal_member_tell_sayings  (LuminalMember   *self);

/* The process that the old photons ran in is gone: they have ended, and what they did
 * not hand over is lost. */
void           luminal_member_lose_old      (LuminalMember   *self);
/* What a compiler said of it is shown on the module's handlers; none: it is no source. */
void           luminal_member_show_build    (LuminalMember   *self,
                                             LuminalHandler  *handler);
/* What went wrong with the old generation when it ended: recorded, not raised. */
void           luminal_member_complain      (LuminalMember   *self,
                                             const GError    *error);

G_END_DECLS
