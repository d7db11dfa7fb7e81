/* SPDX-License-Identifier: GPL-3.0-or-later */

/* Stands before the C library, and makes one call of it fail: of those that Luminal itself
 * makes, and what it calls to open and to inspect modules. */

#include "fault.h"

#include <dlfcn.h>
#include <errno.h>
#include <fcntl.h>
#include <stdarg.h>
#include <stdlib.h>
#include <string.h>
#include <sys/epoll.h>
#include <sys/mman.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <unistd.h>

static FaultPage *page;

void *__libc_calloc (size_t n, size_t size);
void *__libc_malloc (size_t size);
int   open64        (const char *path, int flags, ...);
int   fcntl64       (int fd, int command, ...);
void *mmap64        (void *address, size_t size, int protection, int flags, int fd, off64_t offset);
int   fstat64       (int fd, struct stat64 *info);

void
fault_attach (FaultPage *shared)
{
  page = shared;
}

static __attribute__ ((constructor)) void
attach_to_file (void)
{
  const char *path = getenv (FAULT_VARIABLE);
  int fd = path != NULL ? open (path, O_RDWR | O_CLOEXEC) : -1;
  void *shared;

  if (fd < 0)
    return;
  shared = mmap (NULL, sizeof (FaultPage), PROT_READ | PROT_WRITE, MAP_SHARED, fd, 0);
  if (shared != MAP_FAILED)
    page = shared;
  close (fd);
}

static int
comes_from_us (void       *caller,
               const char *only)
{
  Dl_info info;

  if (dladdr (caller, &info) == 0 || info.dli_fname == NULL)
    return 0;
  if (only != NULL)
    return strstr (info.dli_fname, only) != NULL;
  return strstr (info.dli_fname, "libluminal") != NULL || strstr (info.dli_fname, "luminal-worker") != NULL;
}

static int
fails (FaultCall   call,
       void       *caller,
       const char *only)
{
  if (page == NULL || !__atomic_load_n (&page->is_armed, __ATOMIC_SEQ_CST) || page->call != (int) call ||
      (getpid () == page->manager) != page->in_manager || !comes_from_us (caller, only) ||
      __atomic_fetch_sub (&page->n_until, 1, __ATOMIC_SEQ_CST) != 0)
    return 0;

  __atomic_fetch_add (&page->n_failed, 1, __ATOMIC_SEQ_CST);
  return 1;
}

#define REAL(name) ((__typeof__ (&name)) dlsym (RTLD_NEXT, #name))

#define FAIL_IF(call, only, error, result)                                                          \
  if (fails (call, __builtin_return_address (0), only))                                             \
    {                                                                                               \
      errno = error;                                                                                \
      return result;                                                                                \
    }

int
memfd_create (const char   *name,
              unsigned int  flags)
{
  FAIL_IF (FAULT_MEMFD_CREATE, NULL, EMFILE, -1);
  return REAL (memfd_create) (name, flags);
}

int
open64 (const char *path,
        int         flags,
        ...)
{
  va_list arguments;
  mode_t mode;

  va_start (arguments, flags);
  mode = (flags & (O_CREAT | O_TMPFILE)) != 0 ? va_arg (arguments, mode_t) : 0;
  va_end (arguments);
  FAIL_IF (FAULT_OPEN, NULL, EMFILE, -1);
  return REAL (open64) (path, flags, mode);
}

ssize_t
read (int     fd,
      void   *bytes,
      size_t  size)
{
  FAIL_IF (FAULT_READ, NULL, EIO, -1);
  return REAL (read) (fd, bytes, size);
}

ssize_t
write (int         fd,
       const void *bytes,
       size_t      size)
{
  FAIL_IF (FAULT_WRITE, NULL, ENOSPC, -1);
  return REAL (write) (fd, bytes, size);
}

void *
mmap64 (void    *address,
        size_t   size,
        int      protection,
        int      flags,
        int      fd,
        off64_t  offset)
{
  FAIL_IF (FAULT_MMAP, NULL, ENOMEM, MAP_FAILED);
  return REAL (mmap64) (address, size, protection, flags, fd, offset);
}

int
fcntl64 (int fd,
         int command,
         ...)
{
  va_list arguments;
  void *argument;

  va_start (arguments, command);
  argument = va_arg (arguments, void *);
  va_end (arguments);
  if (command == F_ADD_SEALS)
    FAIL_IF (FAULT_SEAL, NULL, EPERM, -1);
  FAIL_IF (FAULT_FCNTL, NULL, EINVAL, -1);
  return REAL (fcntl64) (fd, command, argument);
}

int
fstat64 (int            fd,
         struct stat64 *info)
{
  FAIL_IF (FAULT_FSTAT, NULL, EIO, -1);
  return REAL (fstat64) (fd, info);
}

void *
dlopen (const char *path,
        int         flags)
{
  FAIL_IF (FAULT_DLOPEN, NULL, ENOMEM, NULL);
  return REAL (dlopen) (path, flags);
}

int
socketpair (int domain,
            int type,
            int protocol,
            int sockets[2])
{
  FAIL_IF (FAULT_SOCKETPAIR, NULL, EMFILE, -1);
  return REAL (socketpair) (domain, type, protocol, sockets);
}

int
pipe2 (int ends[2],
       int flags)
{
  FAIL_IF (FAULT_PIPE, NULL, EMFILE, -1);
  return REAL (pipe2) (ends, flags);
}

ssize_t
sendmsg (int                  fd,
         const struct msghdr *message,
         int                  flags)
{
  FAIL_IF (FAULT_SENDMSG, NULL, ENOBUFS, -1);
  return REAL (sendmsg) (fd, message, flags);
}

ssize_t
recvmsg (int            fd,
         struct msghdr *message,
         int            flags)
{
  FAIL_IF (FAULT_RECVMSG, NULL, ECONNRESET, -1);
  return REAL (recvmsg) (fd, message, flags);
}

pid_t
fork (void)
{
  FAIL_IF (FAULT_FORK, NULL, EAGAIN, -1);
  return REAL (fork) ();
}

int
epoll_ctl (int                 epoll,
           int                 operation,
           int                 fd,
           struct epoll_event *event)
{
  /* The kernel needs memory, and counts, for what is new alone. */
  if (operation == EPOLL_CTL_ADD)
    FAIL_IF (FAULT_EPOLL_CTL, NULL, ENOSPC, -1);
  return REAL (epoll_ctl) (epoll, operation, fd, event);
}

void *
calloc (size_t n,
        size_t size)
{
  FAIL_IF (FAULT_MALLOC, "libelf", ENOMEM, NULL);
  return __libc_calloc (n, size);
}

void *
malloc (size_t size)
{
  FAIL_IF (FAULT_MALLOC, "libelf", ENOMEM, NULL);
  return __libc_malloc (size);
}
