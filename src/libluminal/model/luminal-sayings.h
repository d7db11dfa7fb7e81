/* SPDX-License-Identifier: LGPL-2.1-or-later */

#pragma once

#include "luminal-enums.h"

G_BEGIN_DECLS

/* What photons say while it is not the time to tell it. */
typedef struct _LuminalSayings LuminalSayings;

typedef void (*LuminalSayingsFunc) (gpointer      user_data,
                                    const char   *class_name,
                                    LuminalStream stream,
                                    const char   *text);

LuminalSayings *luminal_sayings_new  (void);
void            luminal_sayings_add  (LuminalSayings     *self,
                                      const char         *class_name,
                                      LuminalStream       stream,
                                      const char         *text);
/* Tells all of them, in their order, and frees them. */
void            luminal_sayings_tell (LuminalSayings     *self,
                                      LuminalSayingsFunc  func,
                                      gpointer            user_data);
void            luminal_sayings_free (LuminalSayings     *self);

G_END_DECLS
