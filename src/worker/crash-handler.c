/* SPDX-License-Identifier: GPL-3.0-or-later */

#include "crash-handler.h"

#include <dlfcn.h>
#include <errno.h>
#include <execinfo.h>
#include <fcntl.h>
#include <link.h>
#include <stdatomic.h>
#include <stdio.h>
#include <string.h>
#include <sys/eventfd.h>
#include <sys/mman.h>
#include <sys/resource.h>
#include <sys/syscall.h>
#include <ucontext.h>
#include <unistd.h>

/* Room for unwinding a stack that has none left. */
#define STACK_SIZE (64 * 1024)

/* Looking up names can wait for a lock that the crash left taken. */
#define DEADLINE_SECONDS 2

/* Of what a limit of memory allows, when the rest is too little for most purposes. */
#define NEARLY_ALL(size) ((size) / 10 * 9)
#define PROBE_SIZE (64 * 1024)

/* report_frames(), the handler, and what the kernel calls that through. */
#define OWN_FRAMES 3

/* What else may stand between: a sanitizer has a backtrace() of its own. */
#define SPARE_FRAMES 1

/* A signal handler is given nothing but what is static. */
static LuminalWorkerReport *crash_report;
static pid_t crash_process;
static atomic_int crashing_thread;

typedef struct
{
  gpointer pc;
  gpointer caller; /* where a function that is not there would have returned to */
} Registers;

static Registers
read_registers (const ucontext_t *context)
{
  Registers registers = { NULL, NULL };

#if defined (__x86_64__)
  gpointer *stack = (gpointer) context->uc_mcontext.gregs[REG_RSP];

  registers.pc = (gpointer) context->uc_mcontext.gregs[REG_RIP];
  /* The stack is only looked at where the call went to nowhere: there it was whole. */
  if (registers.pc == NULL)
    registers.caller = *stack;
#elif defined (__aarch64__)
  registers.pc = (gpointer) context->uc_mcontext.pc;
  if (registers.pc == NULL)
    registers.caller = (gpointer) context->uc_mcontext.regs[30];
#endif

  return registers;
}

static void
copy_text (char       *to,
           gsize       size,
           const char *text)
{
  gsize length = MIN (strlen (text), size - 1);

  memcpy (to, text, length);
  to[length] = '\0';
}

/* The photon's module is opened through a descriptor and has no file name. */
static void
name_object (LuminalFrame          *frame,
             const struct link_map *map)
{
  const char *name = map->l_name;

  if (*name == '\0')
    name = program_invocation_short_name;
  else if (strncmp (name, "/proc/", strlen ("/proc/")) == 0)
    name = "";
  else if (strrchr (name, '/') != NULL)
    name = strrchr (name, '/') + 1;

  copy_text (frame->object, sizeof frame->object, name);
}

static void
locate (LuminalFrame *frame,
        gpointer      address,
        gboolean      is_return)
{
  guintptr place = (guintptr) address - (is_return ? 1 : 0);
  struct dl_find_object found;

  if (_dl_find_object ((gpointer) place, &found) != 0)
    {
      frame->offset = place;
      copy_text (frame->object, sizeof frame->object, "??");
      return;
    }

  frame->offset = place - found.dlfo_link_map->l_addr;
  name_object (frame, found.dlfo_link_map);
}

/* First what asks nobody, then the names, for which the dynamic linker has to be
 * asked: what is known stays known if that ends badly. */
static G_GNUC_NO_INLINE void
report_frames (LuminalWorkerReport *report,
               const ucontext_t    *context)
{
  Registers registers = read_registers (context);
  gpointer addresses[OWN_FRAMES + SPARE_FRAMES + LUMINAL_MOST_FRAMES];
  gpointer *frames = addresses;
  int n = 0;

  if (registers.caller != NULL)
    {
      frames[n++] = registers.pc;
      frames[n++] = registers.caller;
    }
  else
    {
      int first = 0;

      n = backtrace (addresses, G_N_ELEMENTS (addresses));
      while (first < n && addresses[first] != registers.pc)
        first++;
      if (first == n)
        first = MIN (n, OWN_FRAMES);
      frames += first;
      n = MIN (n - first, LUMINAL_MOST_FRAMES);
    }

  for (int i = 0; i < n; i++)
    {
      locate (&report->frames[i], frames[i], i > 0);
      report->n_frames = (guint32) i + 1;
    }

  for (int i = 0; i < n; i++)
    {
      Dl_info info;

      if (dladdr ((char *) frames[i] - (i > 0 ? 1 : 0), &info) != 0 && info.dli_sname != NULL)
        copy_text (report->frames[i].symbol, sizeof report->frames[i].symbol, info.dli_sname);
    }
}

static gboolean
has_no_descriptors (void)
{
  int fd = eventfd (0, EFD_CLOEXEC);

  if (fd >= 0)
    close (fd);
  return fd < 0 && (errno == EMFILE || errno == ENFILE);
}

static gboolean
has_no_memory (void)
{
  struct rlimit limit;
  gpointer probe;
  char buffer[64];
  guint64 pages = 0;
  ssize_t n;
  int fd;

  if (getrlimit (RLIMIT_AS, &limit) != 0 || limit.rlim_cur == RLIM_INFINITY)
    return FALSE;

  probe = mmap (NULL, PROBE_SIZE, PROT_NONE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
  if (probe == MAP_FAILED)
    return TRUE;
  munmap (probe, PROBE_SIZE);

  fd = open ("/proc/self/statm", O_RDONLY | O_CLOEXEC);
  if (fd < 0)
    return FALSE;
  n = read (fd, buffer, sizeof buffer);
  close (fd);
  for (ssize_t i = 0; i < n && g_ascii_isdigit (buffer[i]); i++)
    pages = pages * 10 + (guint64) (buffer[i] - '0');

  return pages * (guint64) sysconf (_SC_PAGESIZE) >= NEARLY_ALL (limit.rlim_cur);
}

static void
set_deadline (void)
{
  sigset_t mask;

  signal (SIGALRM, SIG_DFL);
  sigemptyset (&mask);
  sigaddset (&mask, SIGALRM);
  pthread_sigmask (SIG_UNBLOCK, &mask, NULL);
  alarm (DEADLINE_SECONDS);
}

/* The same signal once more, which is handled by nobody now: as soon as the handler
 * returns it does what it always does. An instruction that failed would fail again by
 * itself, but not every signal is from one. */
static void
send_again (int        signal_number,
            siginfo_t *info)
{
  syscall (SYS_rt_tgsigqueueinfo, getpid (), gettid (), signal_number, info);
}

static void
handle_crash (int        signal_number,
              siginfo_t *info,
              gpointer   context)
{
  int saved_errno = errno;
  int nobody = 0;

  /* A fork of the worker is not the worker. */
  if (getpid () != crash_process)
    {
      send_again (signal_number, info);
      return;
    }

  if (!atomic_compare_exchange_strong (&crashing_thread, &nobody, gettid ()))
    {
      /* Another thread, while the first one's crash is being written down: that ends the
       * process. The same thread: writing it down failed. */
      while (nobody != gettid ())
        pause ();
      send_again (signal_number, info);
      return;
    }

  crash_report->signal = signal_number;
  crash_report->code = info->si_code;
  crash_report->address = info->si_code > 0 ? (guintptr) info->si_addr : 0;
  set_deadline ();
  if (has_no_descriptors ())
    crash_report->flags |= LUMINAL_REPORT_NO_DESCRIPTORS;
  if (has_no_memory ())
    crash_report->flags |= LUMINAL_REPORT_NO_MEMORY;
  report_frames (crash_report, context);
  alarm (0);

  send_again (signal_number, info);
  errno = saved_errno;
}

void
crash_handler_install (LuminalWorkerReport *report)
{
  static const int crashes[] = { SIGSEGV, SIGBUS, SIGFPE, SIGILL, SIGABRT, SIGTRAP, SIGSYS };
  struct sigaction action = {
    .sa_sigaction = handle_crash,
    .sa_flags = SA_SIGINFO | SA_ONSTACK | (int) SA_RESETHAND,
  };
  stack_t stack = { .ss_size = STACK_SIZE + (gsize) MAX (sysconf (_SC_MINSIGSTKSZ), 0) };

  crash_report = report;
  crash_process = getpid ();

  stack.ss_sp = mmap (NULL, stack.ss_size, PROT_READ | PROT_WRITE,
                      MAP_PRIVATE | MAP_ANONYMOUS | MAP_STACK, -1, 0);
  if (stack.ss_sp == MAP_FAILED || sigaltstack (&stack, NULL) != 0)
    action.sa_flags &= ~SA_ONSTACK;

  sigemptyset (&action.sa_mask);
  for (guint i = 0; i < G_N_ELEMENTS (crashes); i++)
    sigaction (crashes[i], &action, NULL);
}
