/* SPDX-License-Identifier: LGPL-2.1-or-later */

#include "luminal-pin-hint.h"

#include <glib/gi18n-lib.h>
#include <stdlib.h>
#include <string.h>

typedef struct
{
  const char *symbol;
  LuminalPinHint hint;
} Import;

/* In the order of strcmp(), for bsearch(). */
static const Import imports[] = {
  { "__cxa_thread_atexit", LUMINAL_PIN_HINT_TLS_DESTRUCTORS },
  { "__cxa_thread_atexit_impl", LUMINAL_PIN_HINT_TLS_DESTRUCTORS },
  { "g_boxed_type_register_static", LUMINAL_PIN_HINT_TYPES },
  { "g_enum_register_static", LUMINAL_PIN_HINT_TYPES },
  { "g_error_domain_register", LUMINAL_PIN_HINT_STATIC_STRINGS },
  { "g_error_domain_register_static", LUMINAL_PIN_HINT_STATIC_STRINGS },
  { "g_flags_register_static", LUMINAL_PIN_HINT_TYPES },
  { "g_intern_static_string", LUMINAL_PIN_HINT_STATIC_STRINGS },
  { "g_param_type_register_static", LUMINAL_PIN_HINT_TYPES },
  { "g_pointer_type_register_static", LUMINAL_PIN_HINT_TYPES },
  { "g_private_replace", LUMINAL_PIN_HINT_THREAD_DATA },
  { "g_private_set", LUMINAL_PIN_HINT_THREAD_DATA },
  { "g_quark_from_static_string", LUMINAL_PIN_HINT_STATIC_STRINGS },
  { "g_task_run_in_thread", LUMINAL_PIN_HINT_THREADS },
  { "g_task_run_in_thread_sync", LUMINAL_PIN_HINT_THREADS },
  { "g_thread_new", LUMINAL_PIN_HINT_THREADS },
  { "g_thread_pool_new", LUMINAL_PIN_HINT_THREADS },
  { "g_thread_pool_new_full", LUMINAL_PIN_HINT_THREADS },
  { "g_thread_try_new", LUMINAL_PIN_HINT_THREADS },
  { "g_type_add_interface_dynamic", LUMINAL_PIN_HINT_TYPES },
  { "g_type_add_interface_static", LUMINAL_PIN_HINT_TYPES },
  { "g_type_module_add_interface", LUMINAL_PIN_HINT_TYPES },
  { "g_type_module_register_enum", LUMINAL_PIN_HINT_TYPES },
  { "g_type_module_register_flags", LUMINAL_PIN_HINT_TYPES },
  { "g_type_module_register_type", LUMINAL_PIN_HINT_TYPES },
  { "g_type_register_dynamic", LUMINAL_PIN_HINT_TYPES },
  { "g_type_register_fundamental", LUMINAL_PIN_HINT_TYPES },
  { "g_type_register_static", LUMINAL_PIN_HINT_TYPES },
  { "g_type_register_static_simple", LUMINAL_PIN_HINT_TYPES },
  { "pthread_create", LUMINAL_PIN_HINT_THREADS },
  { "pthread_key_create", LUMINAL_PIN_HINT_THREAD_DATA },
  { "thrd_create", LUMINAL_PIN_HINT_THREADS },
  { "tss_create", LUMINAL_PIN_HINT_THREAD_DATA },
};

static int
compare_import (gconstpointer symbol,
                gconstpointer import)
{
  return strcmp (symbol, ((const Import *) import)->symbol);
}

/* What it means that a module uses the function @symbol of another library. */
LuminalPinHint
luminal_pin_hint_of_import (const char *symbol)
{
  const Import *found;

  /* Most symbols end here. */
  if (strchr ("_gpt", symbol[0]) == NULL)
    return LUMINAL_PIN_HINT_NONE;

  found = bsearch (symbol, imports, G_N_ELEMENTS (imports), sizeof imports[0], compare_import);
  return found != NULL ? found->hint : LUMINAL_PIN_HINT_NONE;
}

/* A sentence for people about one hint. */
const char *
luminal_pin_hint_to_remark (LuminalPinHint hint)
{
  switch (hint)
    {
    case LUMINAL_PIN_HINT_TYPES:
      return _("registers types: in process it stays loaded until the program ends");
    case LUMINAL_PIN_HINT_STATIC_STRINGS:
      return _("gives GLib strings of its own to keep for ever: in process it stays loaded until the "
               "program ends");
    case LUMINAL_PIN_HINT_TLS_DESTRUCTORS:
      return _("has thread-local objects with destructors: in process it stays loaded until every "
               "thread that used them has ended");
    case LUMINAL_PIN_HINT_UNIQUE:
      return _("defines symbols that are unique in the process: in process it stays loaded until the "
               "program ends, unless it is compiled with -fno-gnu-unique");
    case LUMINAL_PIN_HINT_NODELETE:
      return _("is linked with -z nodelete: in process it stays loaded until the program ends");
    case LUMINAL_PIN_HINT_THREADS:
      return _("starts threads: its finalizer has to wait for their end, or in process it stays "
               "loaded");
    case LUMINAL_PIN_HINT_THREAD_DATA:
      return _("keeps data for each thread: in process it may have to stay loaded until the threads "
               "that used it have ended");
    case LUMINAL_PIN_HINT_NONE:
    default:
      return NULL;
    }
}
