/* SPDX-License-Identifier: GPL-3.0-or-later */

#pragma once

#include <glib.h>

G_BEGIN_DECLS

/* Calls of the system that can be made to fail. */
typedef enum
{
  FAULT_MEMFD_CREATE,
  FAULT_OPEN,
  FAULT_READ,
  FAULT_WRITE,
  FAULT_MMAP,
  FAULT_FCNTL,
  FAULT_SEAL, /* by fcntl() too */
  FAULT_FSTAT,
  FAULT_DLOPEN,
  FAULT_SOCKETPAIR,
  FAULT_PIPE,
  FAULT_SENDMSG,
  FAULT_RECVMSG,
  FAULT_FORK,
  FAULT_EPOLL_CTL,
  FAULT_MALLOC, /* of libelf: GLib's own ends the program */
  N_FAULTS
} FaultCall;

/* What all processes with the library "fault" share: it is loaded before the others, and
 * the variable LUMINAL_TEST_FAULTS has the file of this. */
typedef struct
{
  gint is_armed;
  gint manager;      /* its process */
  gint in_manager;   /* whose calls are meant: its, or those of all others */
  gint call;
  gint n_until;      /* how many go well before one fails */
  gint n_failed;
} FaultPage;

#define FAULT_VARIABLE "LUMINAL_TEST_FAULTS"

/* In the library. */
void fault_attach (FaultPage *page);

typedef void (*FaultAttach) (FaultPage *page);

G_END_DECLS
