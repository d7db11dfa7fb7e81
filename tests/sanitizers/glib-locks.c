/* SPDX-License-Identifier: GPL-3.0-or-later */

/* Preloaded where the thread sanitizer looks: GLib's locks are made of futexes, inside a
 * library that was not built for it, so that what they order looks unordered. Each of
 * these calls GLib's and says what it means. */

#include <dlfcn.h>
#include <glib-object.h>
#include <sanitizer/tsan_interface.h>
#include <stdlib.h>

#define REAL(name) (name##_real)
#define DECLARE(name) static __typeof__ (&name) name##_real;
#define FIND(name) name##_real = (__typeof__ (&name)) dlsym (RTLD_NEXT, #name);

#define EACH(what)                                                                                 \
  what (g_mutex_lock)                                                                              \
  what (g_mutex_trylock)                                                                           \
  what (g_mutex_unlock)                                                                            \
  what (g_cond_wait)                                                                               \
  what (g_once_init_enter)                                                                         \
  what (g_once_init_leave)                                                                         \
  what (g_object_unref)                                                                            \
  what (g_source_attach)                                                                           \
  what (g_main_context_iteration)

#undef g_once_init_enter
#undef g_once_init_leave
#undef g_object_unref

EACH (DECLARE)

/* Programs that are started by this one have nothing to do with it. */
static void __attribute__ ((constructor))
begin (void)
{
  EACH (FIND)
  unsetenv ("LD_PRELOAD");
}

void
(g_mutex_lock) (GMutex *mutex)
{
  REAL (g_mutex_lock) (mutex);
  __tsan_acquire (mutex);
}

gboolean
(g_mutex_trylock) (GMutex *mutex)
{
  gboolean is_locked = REAL (g_mutex_trylock) (mutex);

  if (is_locked)
    __tsan_acquire (mutex);
  return is_locked;
}

void
(g_mutex_unlock) (GMutex *mutex)
{
  __tsan_release (mutex);
  REAL (g_mutex_unlock) (mutex);
}

void
(g_cond_wait) (GCond  *cond,
               GMutex *mutex)
{
  __tsan_release (mutex);
  REAL (g_cond_wait) (cond, mutex);
  __tsan_acquire (mutex);
}

gboolean
(g_once_init_enter) (volatile void *location)
{
  gboolean is_first = REAL (g_once_init_enter) (location);

  if (!is_first)
    __tsan_acquire ((void *) location);
  return is_first;
}

void
(g_once_init_leave) (volatile void *location,
                     gsize          result)
{
  __tsan_release ((void *) location);
  REAL (g_once_init_leave) (location, result);
}

/* The last one finalizes what the others have left behind. */
void
(g_object_unref) (gpointer object)
{
  __tsan_release (object);
  __tsan_acquire (object);
  REAL (g_object_unref) (object);
}

/* From one thread to another, by way of a main context. */
guint
(g_source_attach) (GSource      *source,
                   GMainContext *context)
{
  __tsan_release (context != NULL ? (void *) context : (void *) g_main_context_default ());
  return REAL (g_source_attach) (source, context);
}

gboolean
(g_main_context_iteration) (GMainContext *context,
                            gboolean      may_block)
{
  gboolean dispatched = REAL (g_main_context_iteration) (context, may_block);

  __tsan_acquire (context != NULL ? (void *) context : (void *) g_main_context_default ());
  return dispatched;
}
