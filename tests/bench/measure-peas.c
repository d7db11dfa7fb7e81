/* SPDX-License-Identifier: GPL-3.0-or-later */

/* Loading and starting as many plugins with libpeas. */

#include <libpeas/peas.h>
#include <stdlib.h>
#include <string.h>

#include "bench.h"
#include "descriptor-limit.h"

static void
prepare (const char *folder,
         guint       n_plugins)
{
  for (guint i = 0; i < n_plugins; i++)
    {
      g_autofree char *module = g_strdup_printf ("%s/libbench%05u.so", folder, i);
      g_autofree char *about = g_strdup_printf ("%s/bench%05u.plugin", folder, i);
      g_autofree char *text = g_strdup_printf ("[Plugin]\nModule=bench%05u\nName=Number %05u\n"
                                               "Description=content 00000\nAuthors=Unknown\nVersion=0.0.0\n",
                                               i, i);
      g_autoptr (GBytes) content = bench_relabelled (PLUGIN_PATH, "BenchPlugin00000", i);
      g_autoptr (GBytes) about_content = g_bytes_new (text, strlen (text));

      bench_write (module, content);
      bench_write (about, about_content);
    }
}

static void
load (const char *folder,
      guint       n_plugins,
      const char *row)
{
  PeasEngine *engine;
  GPtrArray *extensions = g_ptr_array_new ();
  gint64 began = bench_now ();

  engine = peas_engine_get_default ();
  peas_engine_add_search_path (engine, folder, NULL);
  for (const GList *l = peas_engine_get_plugin_list (engine); l != NULL; l = l->next)
    {
      PeasExtension *extension;

      if (!peas_engine_load_plugin (engine, l->data))
        g_error ("%s cannot be loaded", peas_plugin_info_get_name (l->data));
      extension = peas_engine_create_extension (engine, l->data, PEAS_TYPE_ACTIVATABLE, NULL);
      peas_activatable_activate (PEAS_ACTIVATABLE (extension));
      g_ptr_array_add (extensions, extension);
    }
  if (extensions->len != n_plugins)
    g_error ("%u plugins were found", extensions->len);

  bench_emit (row, "libpeas", "us/module", (double) (bench_now () - began) / 1e3 / n_plugins);
}

/* measure-peas prepare|libpeas FOLDER PLUGINS ROW */
int
main (int    argc,
      char **argv)
{
  if (argc != 5)
    return 2;

  raise_descriptor_limit ();
  if (strcmp (argv[1], "prepare") == 0)
    prepare (argv[2], (guint) atoi (argv[3]));
  else
    load (argv[2], (guint) atoi (argv[3]), argv[4]);

  return 0;
}
