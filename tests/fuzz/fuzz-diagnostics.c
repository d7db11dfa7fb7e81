/* SPDX-License-Identifier: GPL-3.0-or-later */

/* What a compiler prints. The first byte says in which portions it comes. */

#include "fuzz-target.h"

#include "luminal-diagnostics-parser.h"

static GPtrArray *
parse (const char *text,
       gsize       length,
       gsize       portion)
{
  g_autoptr (LuminalDiagnosticsParser) parser = luminal_diagnostics_parser_new ("/tmp/copies");

  for (gsize at = 0; at < length; at += portion)
    luminal_diagnostics_parser_feed (parser, text + at, MIN (portion, length - at));

  return luminal_diagnostics_parser_finish (parser);
}

static void
check (LuminalDiagnostic *diagnostic,
       LuminalDiagnostic *other)
{
  g_assert_nonnull (luminal_diagnostic_get_text (diagnostic));
  g_assert_true (g_utf8_validate (luminal_diagnostic_get_text (diagnostic), -1, NULL));
  g_assert_cmpstr (luminal_diagnostic_get_text (diagnostic), ==, luminal_diagnostic_get_text (other));
  g_assert_cmpuint (luminal_diagnostic_get_line (diagnostic), ==, luminal_diagnostic_get_line (other));
  g_assert_cmpuint (luminal_diagnostic_get_column (diagnostic), ==, luminal_diagnostic_get_column (other));
}

int
LLVMFuzzerTestOneInput (const guint8 *data,
                        gsize         size)
{
  g_autoptr (GPtrArray) whole = NULL;
  g_autoptr (GPtrArray) parts = NULL;

  if (size == 0)
    return 0;

  /* However it comes, it says the same. */
  whole = parse ((const char *) data + 1, size - 1, size);
  parts = parse ((const char *) data + 1, size - 1, 1 + data[0] % 64);
  g_assert_cmpuint (whole->len, ==, parts->len);
  g_assert_cmpuint (whole->len, <=, LUMINAL_DIAGNOSTICS_MAX + 1);
  for (guint i = 0; i < whole->len; i++)
    check (whole->pdata[i], parts->pdata[i]);

  return 0;
}
