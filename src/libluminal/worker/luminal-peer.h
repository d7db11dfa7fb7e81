/* SPDX-License-Identifier: LGPL-2.1-or-later */

#pragma once

#include <gio/gio.h>

G_BEGIN_DECLS

#define LUMINAL_TYPE_PEER (luminal_peer_get_type ())

/* One end of a socket over which two processes speak D-Bus, of one interface. The
 * messages are GDBus's; the connection is not: GDBusConnection works in a thread that
 * all connections of a program share and in which each of them is polled, so that a
 * call took six changes of thread, and with 200 connections twice as long as with one.
 * Here a call is one write and one read in the main context, with any number.
 *
 * The other end is not trusted. Whatever it sends that it was not asked for, or that
 * is not of the interface, closes the connection.
 *
 * Signals:
 * `called (guint serial, const char *method, GVariant *parameters, int fd)`: to be
 *   answered. Its types are right. The descriptor is the receiver's; -1: none.
 * `closed ()`: once; nothing is told after that. */
G_DECLARE_FINAL_TYPE (LuminalPeer, luminal_peer, LUMINAL, PEER, GObject)

/* Takes @fd. The other end can call @interface; it is told of calls in the thread's
 * default main context. */
LuminalPeer *luminal_peer_new           (int                          fd,
                                         const GDBusInterfaceInfo    *interface,
                                         GError                     **error);
/* @fd goes with it, if it is not -1, and stays the caller's; @timeout is in milliseconds,
 * 0 for none. */
void         luminal_peer_call_async    (LuminalPeer                 *self,
                                         const char                  *method,
                                         GVariant                    *parameters,
                                         int                          fd,
                                         guint                        timeout,
                                         GCancellable                *cancellable,
                                         GAsyncReadyCallback          callback,
                                         gpointer                     user_data);
/* An error of the other end is a remote one, as GDBus has it; others are of G_IO_ERROR:
 * closed, timed-out, cancelled, and invalid-data for an answer that is none. */
GVariant    *luminal_peer_call_finish   (LuminalPeer                 *self,
                                         GAsyncResult                *result,
                                         GError                     **error);
void         luminal_peer_answer        (LuminalPeer                 *self,
                                         guint                        serial,
                                         GVariant                    *value);
void         luminal_peer_answer_error  (LuminalPeer                 *self,
                                         guint                        serial,
                                         const GError                *error);
/* Waits until all that was said has been written. */
void         luminal_peer_flush         (LuminalPeer                 *self);
/* By either end, also when that was not told yet. */
gboolean     luminal_peer_is_closed     (LuminalPeer                 *self);
/* It was closed for that. */
gboolean     luminal_peer_has_heard_nonsense (LuminalPeer            *self);
void         luminal_peer_read_rest     (LuminalPeer                 *self);
void         luminal_peer_close         (LuminalPeer                 *self);

G_END_DECLS
