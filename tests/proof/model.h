/* SPDX-License-Identifier: GPL-3.0-or-later */

#pragma once

#include <luminal.h>

#include "manner.h"

G_BEGIN_DECLS

/* What must be true of a few modules, whatever is done with them: no code is loaded here,
 * nothing runs, and nothing takes time. */

#define N_FILES 5
#define PAIR_FILE 3        /* has two photons */
#define START_FIRST_FILE 4 /* the new one starts before the old one ends */
#define MOST_PHOTONS 2
#define MOST_KEPT 5
#define KEPT_STATES 2
#define MOST_IDS 64

typedef struct
{
  guint id;
  Manner manner;
} Content;

typedef struct
{
  guint number;
  Content content;
  gboolean has_state[MOST_PHOTONS];
  guint state[MOST_PHOTONS];
} ModelGeneration;

typedef struct
{
  guint ids[MOST_IDS];
  guint n;
} Ids;

typedef struct
{
  LuminalStatus status;
  guint count; /* while it runs */
} ModelPhoton;

typedef struct
{
  Content disk;
  guint incarnation; /* changes when it is loaded anew */

  gboolean is_known;  /* there are handlers */
  guint n_handlers;
  gboolean is_placed; /* one that stands for the file, as its photons are unknown */
  gboolean has_code;
  gboolean autostart;
  ModelPhoton photons[MOST_PHOTONS];

  guint highest;
  ModelGeneration current;
  gboolean has_begun;
  ModelGeneration good[MOST_KEPT]; /* oldest first */
  guint n_good;
  Ids quarantine;
  Ids aside;
  guint n_restarts;
} ModelModule;

typedef struct
{
  gboolean is_apart; /* photons have processes of their own */
  gboolean is_built; /* what is on disk are sources */
  ModelModule modules[N_FILES];

  /* What the last thing done brought with it. */
  gboolean has_crashed; /* somebody else has to mend something */
  gboolean is_hopeless; /* and cannot, or only after a long time */
} Model;

typedef enum
{
  MODEL_NONE = 0,
  MODEL_FORCE = 1 << 0,
  MODEL_RECORD = 1 << 1,
  MODEL_SKIP_FOREIGN = 1 << 2,
  MODEL_HEED = 1 << 3,
} ModelFlags;

guint    model_count_photons (guint        file);
/* Each returns whether it goes well. */
gboolean model_load          (Model       *self,
                              guint        file);
gboolean model_unload        (Model       *self,
                              guint        file);
gboolean model_reload        (Model       *self,
                              const guint *files,
                              guint        n_files,
                              ModelFlags   flags);
gboolean model_revert        (Model       *self,
                              guint        file);
gboolean model_start         (Model       *self,
                              guint        file,
                              guint        photon);
gboolean model_stop          (Model       *self,
                              guint        file,
                              guint        photon);
/* Its process is killed. */
void     model_kill          (Model       *self,
                              guint        file);
/* It has another name now. */
void     model_rename        (Model       *self,
                              guint        file,
                              gboolean     is_watched);
/* What is in the file is noticed by a watch. */
void     model_notice        (Model       *self,
                              guint        file);

G_END_DECLS
