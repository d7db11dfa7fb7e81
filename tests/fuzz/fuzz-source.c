/* SPDX-License-Identifier: GPL-3.0-or-later */

/* A source: what its "luminal:" comments declare, and what it includes. And what a
 * compiler writes about that for make. */

#include "fuzz-target.h"

#include "luminal-diagnostic.h"
#include "luminal-header-digests.h"
#include "luminal-header-guess.h"
#include "luminal-source-needs.h"

int
LLVMFuzzerTestOneInput (const guint8 *data,
                        gsize         size)
{
  g_autoptr (GPtrArray) diagnostics = g_ptr_array_new_with_free_func (g_object_unref);
  g_autofree char *text = g_strndup ((const char *) data, size);
  g_autoptr (LuminalSourceNeeds) needs = NULL;
  g_auto (GStrv) headers = NULL;
  g_auto (GStrv) list = NULL;

  needs = luminal_source_needs_read ("/nowhere/fuzz.c", (const char *) data, size, diagnostics);
  g_assert_nonnull (needs);
  for (char **source = needs->sources; source != NULL && *source != NULL; source++)
    g_assert_true (g_str_has_prefix (*source, "/nowhere/"));
  for (guint i = 0; i < diagnostics->len; i++)
    g_assert_true (g_utf8_validate (luminal_diagnostic_get_text (diagnostics->pdata[i]), -1, NULL));

  headers = luminal_header_guess ("/nowhere/fuzz.c", (const char *) data, size, needs->sources);
  list = luminal_header_list_parse (text, "/nowhere");
  for (char **path = list; path != NULL && *path != NULL; path++)
    g_assert_true (g_path_is_absolute (*path));

  return 0;
}
