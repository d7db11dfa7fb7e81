/* SPDX-License-Identifier: GPL-3.0-or-later */

#include "check.h"

#include "disk.h"

char *
check_name (guint file,
            guint photon)
{
  return g_strdup_printf ("%s %05u", photon == 0 ? "Number" : "Second", file);
}

/* Says what is not as it must be. */
static char *
check_photon (World *world,
              guint  file,
              guint  photon)
{
  const ModelModule *module = &world->model.modules[file];
  const ModelPhoton *expected = &module->photons[photon];
  g_autofree char *name = check_name (file, photon);
  LuminalHandler *handler = luminal_loader_lookup (world->watch.loader, name);
  guint content = 0;
  guint count = 0;
  gboolean runs = subject_runs (world->subjects, name, &content, &count);
  gboolean is_to_run = module->is_known && module->has_code && photon < module->n_handlers &&
                       expected->status == LUMINAL_STATUS_RUNNING;
  gboolean is_there = module->is_known && !module->is_placed && photon < module->n_handlers;

  if (subject_overlapped (world->subjects, name))
    return g_strdup_printf ("%s ran twice at once", name);
  if (is_there != (handler != NULL))
    return g_strdup_printf ("%s is %s the registry", name, handler != NULL ? "in" : "not in");
  if (runs != is_to_run)
    return g_strdup_printf ("%s %s, and is to %s", name, runs ? "runs" : "does not run",
                            is_to_run ? "run" : "be still");
  if (runs && (content != module->current.content.id || count != expected->count))
    return g_strdup_printf ("%s runs content %u with count %u, not %u with %u", name, content, count,
                            module->current.content.id, expected->count);
  if (handler == NULL)
    return NULL;

  if (luminal_handler_get_status (handler) != expected->status)
    return g_strdup_printf ("%s is %s, not %s", name,
                            luminal_status_to_string (luminal_handler_get_status (handler)),
                            luminal_status_to_string (expected->status));
  if (luminal_handler_get_phase (handler) != LUMINAL_PHASE_NONE)
    return g_strdup_printf ("%s is in a phase still", name);
  if (!module->has_code)
    return NULL;
  if (luminal_handler_get_generation (handler) != module->current.number)
    return g_strdup_printf ("%s is generation %u, not %u", name, luminal_handler_get_generation (handler),
                            module->current.number);
  /* Only a compiler knows what will come of a source. */
  if (world->model.is_built)
    return NULL;
  if (g_strcmp0 (luminal_handler_get_checksum (handler),
                 g_hash_table_lookup (world->checksums, GUINT_TO_POINTER (module->current.content.id))) != 0)
    return g_strdup_printf ("%s has another checksum than content %u", name, module->current.content.id);

  return NULL;
}

char *
check_world (World *world)
{
  LuminalLoader *loader = world->watch.loader;
  guint n_expected = 0;
  guint n_others = 0;

  for (guint file = 0; file < N_FILES; file++)
    {
      const ModelModule *module = &world->model.modules[file];
      g_autoptr (GFile) module_file = disk_file (world, file);
      g_autoptr (GPtrArray) handlers = luminal_loader_lookup_file (loader, module_file);
      guint n_handlers = handlers != NULL ? handlers->len : 0;

      if (n_handlers != (module->is_known ? module->n_handlers : 0))
        return g_strdup_printf ("file %u has %u handlers", file, n_handlers);
      n_expected += n_handlers;

      for (guint photon = 0; photon < model_count_photons (file); photon++)
        {
          char *wrong = check_photon (world, file, photon);

          if (wrong != NULL)
            return wrong;
        }
    }

  for (guint i = 0; i < g_list_model_get_n_items (G_LIST_MODEL (loader)); i++)
    {
      g_autoptr (LuminalHandler) handler = g_list_model_get_item (G_LIST_MODEL (loader), i);
      g_autofree char *name = g_file_get_basename (luminal_handler_get_file (handler));

      n_others += g_str_equal (name, "barrier.so");
    }
  if (g_list_model_get_n_items (G_LIST_MODEL (loader)) != n_expected + n_others)
    return g_strdup_printf ("%u handlers are in the registry, not %u",
                            g_list_model_get_n_items (G_LIST_MODEL (loader)), n_expected + n_others);

  return NULL;
}
