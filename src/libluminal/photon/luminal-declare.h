/* SPDX-License-Identifier: LGPL-2.1-or-later */

#pragma once

#include <gio/gio.h>

#include "luminal-photon.h"

G_BEGIN_DECLS

/* How a module declares its photons: a descriptor with functions, found by its
 * symbol's name, and a note in the ELF file that can be read without running
 * any of the module's code. Both come from one LUMINAL_PHOTON(). */

/**
 * LUMINAL_ABI:
 *
 * The number of the photon interface that this header describes. A module
 * carries the number it was built with; the loader refuses a newer one.
 *
 * Since: 1.0
 */
#define LUMINAL_ABI 1

#ifndef __GI_SCANNER__
#define LUMINAL_NOTE_SECTION ".note.luminal"
#define LUMINAL_NOTE_OWNER "Luminal"
#define LUMINAL_NOTE_TYPE 0x4c504e54 /* "LPNT", as no other note of any owner */
#define LUMINAL_DESCRIPTOR_PREFIX "luminal_descriptor_"
#endif

/**
 * LuminalPhotonFunc:
 * @photon: the photon
 * @data: (not nullable): the photon's own data, of the size of the struct that was declared:
 *   zeroed before the first call, and freed after the last one
 * @error: return location for a [struct@GLib.Error]
 *
 * The type of a photon's start function and of its finalizer.
 *
 * Both are called in the main thread of the photon's process (or, with
 * %LUMINAL_ISOLATION_IN_PROCESS, in the main context of the loader) and are
 * expected to return soon: a photon that has long work to do starts a source, a
 * task or a thread. The thread-default main context is the one that runs, so a
 * source that is added with g_timeout_add() or attached to it works.
 *
 * The finalizer gives back all that start took: sources, threads, signal
 * handlers. It is called once for each start that succeeded, unless the photon
 * is stopped by force or its process ends before; a start that fails has to
 * give back itself what it took before it failed.
 *
 * @photon and @data are the same in all calls of one run, and may be kept until
 * the finalizer returns. Past [property@Loader:start-timeout] or
 * [property@Loader:finalizer-timeout] the photon's process is killed.
 *
 * Returns: %TRUE, or %FALSE with @error set to an error of any domain, whose
 *   message is shown to people
 *
 * Since: 1.0
 */
typedef gboolean (*LuminalPhotonFunc) (LuminalPhoton *photon,
                                       gpointer       data,
                                       GError       **error);

/**
 * LuminalSaveStateFunc:
 * @photon: the photon
 * @data: (not nullable): the photon's own data
 * @error: return location for a [struct@GLib.Error]
 *
 * The type of the function that gives out what the next generation of a photon
 * needs to know. It is called while the photon runs, just before its
 * finalizer, or before the new generation's start for a photon that is
 * declared `LUMINAL_START_FIRST`.
 *
 * A failure keeps the running generation running. A state may have up to 64 MiB;
 * one that is larger counts as a failure. Past [property@Loader:save-timeout] the
 * photon's process is killed, and the new generation starts without a state.
 *
 * Returns: (transfer full): the state, floating or not, of any type, or %NULL
 *   with @error set
 *
 * Since: 1.0
 */
typedef GVariant *(*LuminalSaveStateFunc) (LuminalPhoton *photon,
                                           gpointer       data,
                                           GError       **error);

/**
 * LuminalRestoreStateFunc:
 * @photon: the photon
 * @data: (not nullable): the photon's own data, zeroed
 * @state: what the generation before gave out; of any type, so check it
 * @error: return location for a [struct@GLib.Error]
 *
 * The type of the function that takes over what the generation before knew.
 * It is called before the start function, if there is a state: not at the first
 * start, and not after a crash that nothing was saved before. A photon that refuses
 * the state counts as one that did not start: the old generation is started again.
 * What was taken before refusing has to be given back; the finalizer is not called.
 *
 * Returns: %TRUE, or %FALSE with @error set
 *
 * Since: 1.0
 */
typedef gboolean (*LuminalRestoreStateFunc) (LuminalPhoton *photon,
                                             gpointer       data,
                                             GVariant      *state,
                                             GError       **error);

/**
 * LuminalDescriptor: (skip)
 *
 * What the loader finds in a module under the name of a photon's class. It is
 * written by `LUMINAL_PHOTON()` and by nothing else.
 *
 * Since: 1.0
 */
typedef struct
{
  /*< private >*/
  guint32 abi;
  guint32 size;
  const char *class_name;
  gsize data_size;
  LuminalPhotonFunc start;
  LuminalPhotonFunc finalizer;
  LuminalSaveStateFunc save_state;
  LuminalRestoreStateFunc restore_state;
} LuminalDescriptor;

/**
 * LUMINAL_PHOTON:
 * @Class: the name of the photon and of a struct type for its data
 * @...: the start function, the finalizer or %NULL (each a
 *   [callback@PhotonFunc]), then any of the options below in any order
 *
 * Declares a photon: once per photon, at file scope, outside any C++ namespace, and
 * without a semicolon. A module may hold several, each with a class of its own.
 *
 * | option | meaning | without it |
 * | --- | --- | --- |
 * | [func@NAME] | the name people see; unique among all loaded photons | the class's |
 * | [func@AUTHOR] | who wrote it | "Unknown" |
 * | [func@VERSION] | its version | "0.0.0" |
 * | [func@DESCRIPTION] | what it does, in a line | empty |
 * | [func@TAGS] | up to 16 words to find it by | none |
 * | [func@STATE] | what the next generation needs to know | each generation begins anew |
 * | `LUMINAL_START_FIRST` | the new generation starts before the old one ends | the old one ends first |
 * | [func@BASE] | the type of the embedding program that it needs | "LuminalPhoton" |
 *
 * Up to 15 options may be given, each once. All texts are string literals in UTF-8. They are kept in a
 * note of the ELF file, where they can be read without running any of the module's code.
 *
 * ```c
 * typedef struct { guint timer; } Ticker;
 *
 * static gboolean
 * tick (gpointer photon)
 * {
 *   luminal_photon_print ((LuminalPhoton *) photon, "tick");
 *   return G_SOURCE_CONTINUE;
 * }
 *
 * static gboolean
 * ticker_start (LuminalPhoton *photon, gpointer data, GError **error)
 * {
 *   ((Ticker *) data)->timer = g_timeout_add_seconds (1, tick, photon);
 *   return TRUE;
 * }
 *
 * static gboolean
 * ticker_finalizer (LuminalPhoton *photon, gpointer data, GError **error)
 * {
 *   g_source_remove (((Ticker *) data)->timer);
 *   return TRUE;
 * }
 *
 * LUMINAL_PHOTON (Ticker, ticker_start, ticker_finalizer,
 *                 LUMINAL_VERSION ("1.0.0"), LUMINAL_TAGS ("time", "demo"))
 * ```
 *
 * Since: 1.0
 */
#define LUMINAL_PHOTON(Class, ...) LUMINAL__PHOTON (Class, __VA_ARGS__, (END, ))

/**
 * LUMINAL_NAME:
 * @text: a string literal in UTF-8, not empty
 *
 * An option of [LUMINAL_PHOTON()](photon.html): the name that people see, which finds the photon with
 * [method@Loader.lookup]. It is unique among all photons that a loader has; a second
 * one is refused with %LUMINAL_ERROR_NAME_TAKEN.
 *
 * Without it the name is that of the class.
 *
 * Since: 1.0
 */
#define LUMINAL_NAME(text) (TEXT, "name=" text "\0")

/**
 * LUMINAL_AUTHOR:
 * @text: a string literal in UTF-8
 *
 * An option of [LUMINAL_PHOTON()](photon.html): who wrote the photon. Without it, "Unknown".
 *
 * Since: 1.0
 */
#define LUMINAL_AUTHOR(text) (TEXT, "author=" text "\0")

/**
 * LUMINAL_VERSION:
 * @text: a string literal in UTF-8
 *
 * An option of [LUMINAL_PHOTON()](photon.html): the version of the photon, in whatever form its author
 * likes. Without it, "0.0.0".
 *
 * Since: 1.0
 */
#define LUMINAL_VERSION(text) (TEXT, "version=" text "\0")

/**
 * LUMINAL_DESCRIPTION:
 * @text: a string literal in UTF-8
 *
 * An option of [LUMINAL_PHOTON()](photon.html): what the photon does, in a line. Without it, nothing.
 *
 * Since: 1.0
 */
#define LUMINAL_DESCRIPTION(text) (TEXT, "description=" text "\0")

/**
 * LUMINAL_TAGS:
 * @...: string literals in UTF-8, from 1 to 16
 *
 * An option of [LUMINAL_PHOTON()](photon.html): words to find the photon by. Without it, none.
 *
 * Since: 1.0
 */
#define LUMINAL_TAGS(...) (TEXT, LUMINAL__EACH (LUMINAL__TAG, __VA_ARGS__))

/**
 * LUMINAL_BASE:
 * @type_name: the name of a type, as a string literal
 *
 * An option of [LUMINAL_PHOTON()](photon.html): the type that the program has to have for the photon. It
 * is derived from [class@Photon], lives in that program, and is what the photon's
 * functions get as their first argument.
 *
 * Such a photon runs with %LUMINAL_ISOLATION_IN_PROCESS only; in a worker it is refused
 * with %LUMINAL_ERROR_NEEDS_IN_PROCESS. Without the option the type is `LuminalPhoton`.
 *
 * Since: 1.0
 */
#define LUMINAL_BASE(type_name) (TEXT, "base=" type_name "\0")

/**
 * LUMINAL_STATE:
 * @save: a [callback@SaveStateFunc]
 * @restore: a [callback@RestoreStateFunc]
 *
 * An option of [LUMINAL_PHOTON()](photon.html): what a generation gives out before it ends, and the next
 * one takes over before it starts. Without it, each generation begins anew.
 *
 * Since: 1.0
 */
#define LUMINAL_STATE(save, restore) (STATE, save, restore)

#ifndef __GI_SCANNER__
/* An option of LUMINAL_PHOTON(), without arguments: the new generation starts before the
 * old one ends, so that there is no moment without one, and for a moment there are two. */
#define LUMINAL_START_FIRST (TEXT, "start-first=1\0")

/* An option is a list in brackets: its kind, then what it carries. Each kind
 * has a form for the note and one for the descriptor. */
#define LUMINAL__NOTE_OF(option) LUMINAL__NOTE_OF_ option
#define LUMINAL__NOTE_OF_(kind, ...) LUMINAL__NOTE_##kind (__VA_ARGS__)
#define LUMINAL__NOTE_TEXT(text) text
#define LUMINAL__NOTE_STATE(save, restore) "state=1\0"
#define LUMINAL__NOTE_END(...)

/* "1 ? f : 1 ? g : NULL", so that a field is given once whether or not there is one. */
#define LUMINAL__SAVE_OF(option) LUMINAL__SAVE_OF_ option
#define LUMINAL__SAVE_OF_(kind, ...) LUMINAL__SAVE_##kind (__VA_ARGS__)
#define LUMINAL__SAVE_TEXT(text)
#define LUMINAL__SAVE_STATE(save, restore) 1 ? (save) :
#define LUMINAL__SAVE_END(...)

#define LUMINAL__RESTORE_OF(option) LUMINAL__RESTORE_OF_ option
#define LUMINAL__RESTORE_OF_(kind, ...) LUMINAL__RESTORE_##kind (__VA_ARGS__)
#define LUMINAL__RESTORE_TEXT(text)
#define LUMINAL__RESTORE_STATE(save, restore) 1 ? (restore) :
#define LUMINAL__RESTORE_END(...)

#define LUMINAL__TAG(text) "tag=" text "\0"
#define LUMINAL__STRING(x) LUMINAL__STRING_ (x)
#define LUMINAL__STRING_(x) #x

#define LUMINAL__NOTE_DESC(Class, ...)                                                             \
  "abi=" LUMINAL__STRING (LUMINAL_ABI) "\0"                                                        \
  "class=" #Class "\0"                                                                             \
  "line=" LUMINAL__STRING (__LINE__) "\0"                                                          \
  LUMINAL__EACH (LUMINAL__NOTE_OF, __VA_ARGS__)

#define LUMINAL__PHOTON(Class, start_func, finalizer_func, ...)                                    \
  __attribute__ ((visibility ("default")))                                                         \
  extern const LuminalDescriptor luminal_descriptor_##Class;                                       \
  __attribute__ ((used)) const LuminalDescriptor luminal_descriptor_##Class = {                                           \
    .abi = LUMINAL_ABI,                                                                            \
    .size = sizeof (LuminalDescriptor),                                                            \
    .class_name = #Class,                                                                          \
    .data_size = sizeof (Class),                                                                   \
    .start = start_func,                                                                           \
    .finalizer = finalizer_func,                                                                   \
    .save_state = LUMINAL__EACH (LUMINAL__SAVE_OF, __VA_ARGS__) NULL,                              \
    .restore_state = LUMINAL__EACH (LUMINAL__RESTORE_OF, __VA_ARGS__) NULL,                        \
  };                                                                                               \
  __attribute__ ((section (LUMINAL_NOTE_SECTION), aligned (4), used))                              \
  static const struct {                                                                            \
    guint32 owner_size;                                                                            \
    guint32 desc_size;                                                                             \
    guint32 type;                                                                                  \
    char owner[8];                                                                                 \
    char desc[(sizeof (LUMINAL__NOTE_DESC (Class, __VA_ARGS__)) + 3) & ~(gsize) 3];                \
  } luminal_note_##Class = {                                                                       \
    sizeof (LUMINAL_NOTE_OWNER),                                                                   \
    sizeof (LUMINAL__NOTE_DESC (Class, __VA_ARGS__)),                                              \
    LUMINAL_NOTE_TYPE,                                                                             \
    LUMINAL_NOTE_OWNER,                                                                            \
    LUMINAL__NOTE_DESC (Class, __VA_ARGS__)                                                        \
  };

/* LUMINAL__EACH (macro, a, b, …): macro (a) macro (b) …, for up to 16. */
#define LUMINAL__EACH(m, ...)                                                                      \
  LUMINAL__PICK (__VA_ARGS__, LUMINAL__16, LUMINAL__15, LUMINAL__14, LUMINAL__13, LUMINAL__12,     \
                 LUMINAL__11, LUMINAL__10, LUMINAL__9, LUMINAL__8, LUMINAL__7, LUMINAL__6,         \
                 LUMINAL__5, LUMINAL__4, LUMINAL__3, LUMINAL__2, LUMINAL__1, )                     \
  (m, __VA_ARGS__)
#define LUMINAL__PICK(_1, _2, _3, _4, _5, _6, _7, _8, _9, _10, _11, _12, _13, _14, _15, _16, name, \
                      ...)                                                                         \
  name
#define LUMINAL__1(m, a) m (a)
#define LUMINAL__2(m, a, ...) m (a) LUMINAL__1 (m, __VA_ARGS__)
#define LUMINAL__3(m, a, ...) m (a) LUMINAL__2 (m, __VA_ARGS__)
#define LUMINAL__4(m, a, ...) m (a) LUMINAL__3 (m, __VA_ARGS__)
#define LUMINAL__5(m, a, ...) m (a) LUMINAL__4 (m, __VA_ARGS__)
#define LUMINAL__6(m, a, ...) m (a) LUMINAL__5 (m, __VA_ARGS__)
#define LUMINAL__7(m, a, ...) m (a) LUMINAL__6 (m, __VA_ARGS__)
#define LUMINAL__8(m, a, ...) m (a) LUMINAL__7 (m, __VA_ARGS__)
#define LUMINAL__9(m, a, ...) m (a) LUMINAL__8 (m, __VA_ARGS__)
#define LUMINAL__10(m, a, ...) m (a) LUMINAL__9 (m, __VA_ARGS__)
#define LUMINAL__11(m, a, ...) m (a) LUMINAL__10 (m, __VA_ARGS__)
#define LUMINAL__12(m, a, ...) m (a) LUMINAL__11 (m, __VA_ARGS__)
#define LUMINAL__13(m, a, ...) m (a) LUMINAL__12 (m, __VA_ARGS__)
#define LUMINAL__14(m, a, ...) m (a) LUMINAL__13 (m, __VA_ARGS__)
#define LUMINAL__15(m, a, ...) m (a) LUMINAL__14 (m, __VA_ARGS__)
#define LUMINAL__16(m, a, ...) m (a) LUMINAL__15 (m, __VA_ARGS__)
#endif

G_END_DECLS
