/* SPDX-License-Identifier: GPL-3.0-or-later */

/* Preloaded where the thread sanitizer looks: GLib's locks are made of futexes, inside a
 * library that was not built for it, so that what they order looks unordered. Each of
 * these calls GLib's and says what it means. */

#include <dlfcn.h>
#include <gio/gio.h>
#include <sanitizer/tsan_interface.h>
#include <stdlib.h>

/* They are called before anything here could be set up. */
#define REAL(name)                                                                                 \
  ({                                                                                               \
    __typeof__ (&name) real_ = __atomic_load_n (&name##_real, __ATOMIC_RELAXED);                   \
    if (real_ == NULL)                                                                             \
      {                                                                                            \
        real_ = (__typeof__ (&name)) dlsym (RTLD_NEXT, #name);                                     \
        __atomic_store_n (&name##_real, real_, __ATOMIC_RELAXED);                                  \
      }                                                                                            \
    real_;                                                                                         \
  })
#define DECLARE(name) static __typeof__ (&name) name##_real

#undef g_once_init_enter
#undef g_once_init_leave
#undef g_object_unref

DECLARE (g_mutex_lock);
DECLARE (g_mutex_trylock);
DECLARE (g_mutex_unlock);
DECLARE (g_cond_wait);
DECLARE (g_once_init_enter);
DECLARE (g_once_init_leave);
DECLARE (g_object_unref);
DECLARE (g_task_return_pointer);
DECLARE (g_task_return_boolean);
DECLARE (g_task_return_error);
DECLARE (g_task_propagate_pointer);
DECLARE (g_task_propagate_boolean);

/* Programs that are started by this one have nothing to do with it. */
static void __attribute__ ((constructor))
begin (void)
{
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

/* What a thread has done is there for whoever takes its result. */
void
(g_task_return_pointer) (GTask         *task,
                         gpointer       result,
                         GDestroyNotify result_destroy)
{
  __tsan_release (task);
  REAL (g_task_return_pointer) (task, result, result_destroy);
}

void
(g_task_return_boolean) (GTask    *task,
                         gboolean  result)
{
  __tsan_release (task);
  REAL (g_task_return_boolean) (task, result);
}

void
(g_task_return_error) (GTask  *task,
                       GError *error)
{
  __tsan_release (task);
  REAL (g_task_return_error) (task, error);
}

gpointer
(g_task_propagate_pointer) (GTask   *task,
                            GError **error)
{
  __tsan_acquire (task);
  return REAL (g_task_propagate_pointer) (task, error);
}

gboolean
(g_task_propagate_boolean) (GTask   *task,
                            GError **error)
{
  __tsan_acquire (task);
  return REAL (g_task_propagate_boolean) (task, error);
}
