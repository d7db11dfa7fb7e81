/* SPDX-License-Identifier: GPL-3.0-or-later */

/* A file as the inspector is given it: an ELF file, or what claims to be one. */

#include "fuzz-target.h"

#include <string.h>

#include "luminal-error.h"
#include "luminal-inspector.h"

int
LLVMFuzzerTestOneInput (const guint8 *data,
                        gsize         size)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (LuminalInspection) inspection = luminal_inspector_inspect (data, size, "/x/fuzz.so", "0", &error);

  g_assert_true ((inspection == NULL) == (error != NULL));
  if (error != NULL)
    {
      g_assert_true (error->domain == LUMINAL_ERROR);
      g_assert_true (g_utf8_validate (error->message, -1, NULL));
      g_assert_nonnull (strstr (error->message, "fuzz.so"));
    }
  else
    {
      GListModel *photons = luminal_inspection_get_photons (inspection);

      g_assert_cmpuint (g_list_model_get_n_items (photons), >, 0);
      for (guint i = 0; i < g_list_model_get_n_items (photons); i++)
        {
          g_autoptr (LuminalMetadata) photon = g_list_model_get_item (photons, i);

          g_assert_true (g_utf8_validate (luminal_metadata_get_name (photon), -1, NULL));
          g_assert_cmpuint (strlen (luminal_metadata_get_name (photon)), >, 0);
        }
    }

  return 0;
}
