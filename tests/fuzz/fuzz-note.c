/* SPDX-License-Identifier: GPL-3.0-or-later */

/* The texts of a note, as a module may have them. */

#include "fuzz-target.h"

#include <string.h>

#include "luminal-note.h"

static void
check_text (const char *text)
{
  g_assert_nonnull (text);
  g_assert_true (g_utf8_validate (text, -1, NULL));
}

int
LLVMFuzzerTestOneInput (const guint8 *data,
                        gsize         size)
{
  g_auto (LuminalNote) note = { 0 };
  g_autoptr (GError) error = NULL;

  if (luminal_note_parse (&note, (const char *) data, size, "/x/fuzz.so", &error))
    {
      g_assert_no_error (error);
      check_text (note.name);
      check_text (note.class_name);
      check_text (note.author);
      check_text (note.version);
      check_text (note.base);
      for (const char **tag = note.tags; tag != NULL && *tag != NULL; tag++)
        check_text (*tag);
    }
  else
    {
      g_assert_nonnull (error);
      check_text (error->message);
    }

  return 0;
}
