/* SPDX-License-Identifier: GPL-3.0-or-later */

#pragma once

#include "luminal-host-factory.h"

G_BEGIN_DECLS

/* A host whose process is made up, and does what it is told to do. Its factory takes the
 * place of the library's own. */
#define FAKE_TYPE_HOST (fake_host_get_type ())

G_DECLARE_FINAL_TYPE (FakeHost, fake_host, FAKE, HOST, GObject)

typedef enum
{
  FAKE_OPEN,
  FAKE_RESTORE,
  FAKE_START,
  FAKE_SAVE,
  FAKE_STOP,
} FakeCall;

typedef enum
{
  FAKE_FAILS,         /* says so, and lives on */
  FAKE_CRASHES,       /* in the call */
  FAKE_HANGS,         /* past its deadline, so that its process is killed */
  FAKE_CRASHES_AFTER, /* the call ends well, and the process with it */
  FAKE_NEVER_ENDS,    /* until fake_factory_let_go() */
} FakeManner;

/* What the next @times calls are to do, of photon @class_name of @generation; any photon
 * if that is %NULL. */
void         fake_factory_plan   (LuminalHostFactory *factory,
                                  guint               generation,
                                  const char         *class_name,
                                  FakeCall            call,
                                  FakeManner          manner,
                                  guint               times);
/* The calls since it was last asked, as in "save 1 Counter, start 2 Counter <'1 Counter'>". */
char        *fake_factory_take_log (LuminalHostFactory *factory);
guint        fake_factory_count_held (LuminalHostFactory *factory);
void         fake_factory_let_go (LuminalHostFactory *factory);

/* The host that was made last for @generation. */
LuminalHost *fake_factory_get_host (LuminalHostFactory *factory,
                                  guint               generation);
void         fake_host_crash     (LuminalHost        *host);
void         fake_host_set_pid   (LuminalHost        *host,
                                  int                 pid);
LuminalHost *fake_host_new       (LuminalHostFactory *factory,
                                  guint               generation);

G_END_DECLS
