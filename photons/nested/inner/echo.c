/* SPDX-License-Identifier: GPL-3.0-or-later */

/* A photon that can fail: what it needs is not always there. An error set here
 * is shown to the person who looks, and what ran before runs on. */

#include <luminal.h>

typedef struct
{
  char *text;
} Echo;

static gboolean
echo_start (LuminalPhoton *photon,
            gpointer       data,
            GError       **error)
{
  Echo *self = data;
  g_autofree char *path = g_build_filename (g_get_user_config_dir (), "luminal-echo", NULL);

  /* No file is fine, a file that cannot be read is not. */
  if (!g_file_test (path, G_FILE_TEST_EXISTS))
    self->text = g_strdup ("Echo!");
  else if (!g_file_get_contents (path, &self->text, NULL, error))
    return FALSE;

  luminal_photon_print (photon, "%s", self->text);

  return TRUE;
}

static gboolean
echo_finalizer (LuminalPhoton *photon,
                gpointer       data,
                GError       **error)
{
  Echo *self = data;

  g_clear_pointer (&self->text, g_free);

  return TRUE;
}

LUMINAL_PHOTON (Echo, echo_start, echo_finalizer,
                LUMINAL_AUTHOR ("The Luminal developers"),
                LUMINAL_VERSION ("1.0.0"),
                LUMINAL_DESCRIPTION ("Repeats what a file says"),
                LUMINAL_TAGS ("demo", "files"))
