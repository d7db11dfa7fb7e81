/* SPDX-License-Identifier: GPL-3.0-or-later */

#pragma once

#include "luminal-peer.h"

G_BEGIN_DECLS

/* An end that answers, or a socket; and the one that is tested. */
typedef struct
{
  GDBusNodeInfo *node;
  const GDBusInterfaceInfo *interface;
  LuminalPeer *peer;
  LuminalPeer *other;
  int raw; /* -1: there is an other */
  guint n_fds;
  guint n_closed;
  guint n_called;
} Fixture;

/* With a socket at the other end; with a peer that answers. Nothing of either is left. */
void      peer_set_up      (Fixture       *fixture,
                            gconstpointer  data);
void      peer_set_up_both (Fixture       *fixture,
                            gconstpointer  data);
/* Another connection, whose ends are the caller's. */
void      peer_make_pair   (Fixture       *fixture,
                            LuminalPeer  **one,
                            LuminalPeer  **other);
void      peer_tear_down   (Fixture       *fixture,
                            gconstpointer  data);

GVariant *call             (Fixture       *fixture,
                            const char    *method,
                            GVariant      *parameters,
                            int            fd,
                            guint          timeout,
                            GError       **error);
void      note_result      (GObject       *source_object,
                            GAsyncResult  *result,
                            gpointer       user_data);
void      wait_for         (GAsyncResult **result);
/* The call ends with that. */
void      expect_closed    (Fixture       *fixture,
                            GAsyncResult **result);
void      wait_for_closed  (Fixture       *fixture);

G_END_DECLS
