/* SPDX-License-Identifier: GPL-3.0-or-later */

/* What may be found in the place of luminal-worker: FAKE_SPAWNER says what it does. */

#include <errno.h>
#include <glib.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

#include "luminal-worker-protocol.h"

/* It ends by _exit(): a sanitizer that looked for leaks would hold it meanwhile as a debugger
 * does, and GLib never reaps a child that is killed in such hands. */

static void
say (gconstpointer bytes,
     gsize         size)
{
  if (send (LUMINAL_SPAWNER_CONTROL_FD, bytes, size, MSG_NOSIGNAL) < 0)
    _exit (EXIT_FAILURE);
}

static void
say_hello (guint32     protocol,
           const char *version)
{
  LuminalSpawnerHello hello = { LUMINAL_SPAWNER_HELLO, protocol, "" };

  g_strlcpy (hello.version, version, sizeof hello.version);
  say (&hello, sizeof hello);
}

static void
answer (const char                  *mode,
        const LuminalSpawnerRequest *request)
{
  LuminalSpawned spawned = { LUMINAL_SPAWNER_SPAWNED, request->worker, 0 };
  LuminalWorkerEnded ended = { LUMINAL_SPAWNER_ENDED, request->worker, { .error = EAGAIN } };

  if (request->message != LUMINAL_SPAWNER_SPAWN)
    return;

  if (g_str_equal (mode, "no-process"))
    {
      spawned.error = EAGAIN;
      say (&spawned, sizeof spawned);
    }
  else if (g_str_equal (mode, "no-second-process"))
    {
      say (&spawned, sizeof spawned);
      say (&ended, sizeof ended);
    }
  else if (g_str_equal (mode, "nonsense-later"))
    say ("nonsense", 8);
  else if (g_str_equal (mode, "exit-later"))
    _exit (4);
}

int
main (void)
{
  const char *mode = g_getenv ("FAKE_SPAWNER");
  LuminalSpawnerRequest request;

  if (g_str_equal (mode, "exit"))
    _exit (3);
  if (g_str_equal (mode, "killed"))
    abort ();
  if (g_str_equal (mode, "closed"))
    {
      close (LUMINAL_SPAWNER_CONTROL_FD);
      for (;;)
        pause ();
    }

  if (g_str_equal (mode, "nonsense"))
    say ("nonsense", 8);
  else if (g_str_equal (mode, "protocol"))
    say_hello (LUMINAL_WORKER_PROTOCOL + 1, PACKAGE_VERSION);
  else if (g_str_equal (mode, "version"))
    say_hello (LUMINAL_WORKER_PROTOCOL, "0.0.1");
  else if (!g_str_equal (mode, "silent"))
    say_hello (LUMINAL_WORKER_PROTOCOL, PACKAGE_VERSION);
  if (g_str_equal (mode, "twice"))
    say_hello (LUMINAL_WORKER_PROTOCOL, PACKAGE_VERSION);

  while (recv (LUMINAL_SPAWNER_CONTROL_FD, &request, sizeof request, 0) > 0)
    answer (mode, &request);

  _exit (EXIT_SUCCESS);
}
