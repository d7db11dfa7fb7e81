/* SPDX-License-Identifier: LGPL-2.1-or-later */

/* What a watch does as long as nobody wants changes put to work: it tells of them on the
 * handlers, and remembers them for when somebody does. */

#include "luminal-watch-session-private.h"

#include "luminal-image.h"
#include "luminal-scanner.h"

/* A file that is not what was loaded, or may not be. */
typedef struct
{
  GCancellable *looking;
  gboolean look_again;
  gboolean is_outdated; /* by what it is built from, whatever it holds itself */
} Noticed;

typedef struct
{
  LuminalWatchSession *session;
  char *path;
} Look;

void
luminal_watch_notice_free (gpointer data)
{
  Noticed *noticed = data;

  if (noticed->looking != NULL)
    g_cancellable_cancel (noticed->looking);
  g_clear_object (&noticed->looking);
  g_free (noticed);
}

static Noticed *
ensure (LuminalWatchSession *self,
        const char          *path)
{
  Noticed *noticed = g_hash_table_lookup (self->noticed, path);

  if (noticed == NULL)
    {
      noticed = g_new0 (Noticed, 1);
      g_hash_table_insert (self->noticed, g_strdup (path), noticed);
    }

  return noticed;
}

static void
tell (LuminalModule *module,
      gboolean       is_changed)
{
  for (guint i = 0; i < module->handlers->len; i++)
    luminal_handler_set_changed_on_disk (module->handlers->pdata[i], is_changed);
}

/* Of what is loaded, or was tried last. */
static const char *
known_checksum (LuminalModule *module)
{
  g_autoptr (LuminalGeneration) last = NULL;
  guint n_attempts = g_list_model_get_n_items (G_LIST_MODEL (module->history));

  if (module->host != NULL || n_attempts == 0)
    return module->checksum;

  last = g_list_model_get_item (G_LIST_MODEL (module->history), n_attempts - 1);
  return luminal_generation_get_checksum (last);
}

static void look (LuminalWatchSession *self,
                  const char          *path,
                  Noticed             *noticed);

static void
looked (GObject      *source_object,
        GAsyncResult *result,
        gpointer      user_data)
{
  g_autofree Look *done = user_data;
  g_autoptr (LuminalWatchSession) self = done->session;
  g_autofree char *path = done->path;
  g_autoptr (LuminalImage) image = NULL;
  g_autoptr (GError) error = NULL;
  Noticed *noticed = g_hash_table_lookup (self->noticed, path);
  LuminalModule *module = luminal_registry_lookup_module (self->registry, path);
  LuminalPhase phase;
  gboolean is_changed;

  image = luminal_image_take_finish (result, &phase, &error);
  if (noticed == NULL || noticed->looking != g_task_get_cancellable (G_TASK (result)))
    return;

  g_clear_object (&noticed->looking);
  if (noticed->look_again)
    {
      look (self, path, noticed);
      return;
    }
  if (module == NULL)
    return;

  /* What cannot be read is not what could be. */
  is_changed = noticed->is_outdated || image == NULL ||
               g_strcmp0 (luminal_image_get_checksum (image), known_checksum (module)) != 0;
  tell (module, is_changed);
  if (!is_changed)
    g_hash_table_remove (self->noticed, path);
}

static void
look (LuminalWatchSession *self,
      const char          *path,
      Noticed             *noticed)
{
  g_autoptr (GFile) file = g_file_new_for_path (path);
  Look *begun;

  /* However often it changes, it is read once at a time. */
  noticed->look_again = noticed->looking != NULL;
  if (noticed->look_again)
    return;

  begun = g_new (Look, 1);
  begun->session = g_object_ref (self);
  begun->path = g_strdup (path);
  noticed->looking = g_cancellable_new ();
  luminal_image_take_async (file, luminal_operations_get_settle_timeout (self->operations),
                            noticed->looking, looked, begun);
}

void
luminal_watch_notice_changed (LuminalWatchSession *self,
                              const char          *path)
{
  Noticed *noticed = ensure (self, path);

  if (luminal_registry_lookup_module (self->registry, path) != NULL)
    look (self, path, noticed);
}

void
luminal_watch_notice_outdated (LuminalWatchSession *self,
                               const char          *path)
{
  LuminalModule *module = luminal_registry_lookup_module (self->registry, path);

  ensure (self, path)->is_outdated = TRUE;
  if (module != NULL)
    tell (module, TRUE);
}

void
luminal_watch_notice_vanished (LuminalWatchSession *self,
                               const char          *path)
{
  ensure (self, path);
}

/* Something was told of @path, and it may be loaded anew. */
void
luminal_watch_notice_check (LuminalWatchSession *self,
                            LuminalEventKind     kind,
                            const char          *path)
{
  Noticed *noticed = g_hash_table_lookup (self->noticed, path);

  if (noticed == NULL || luminal_registry_lookup_module (self->registry, path) == NULL)
    return;

  if (kind == LUMINAL_EVENT_LOADED || kind == LUMINAL_EVENT_RELOADED)
    noticed->is_outdated = FALSE;
  look (self, path, noticed);
}

/* Now it is wanted. */
void
luminal_watch_notice_act (LuminalWatchSession *self)
{
  g_autoptr (GHashTable) all = g_steal_pointer (&self->noticed);
  GHashTableIter iter;
  const char *path;

  self->noticed = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, luminal_watch_notice_free);
  g_hash_table_iter_init (&iter, all);
  while (g_hash_table_iter_next (&iter, (gpointer *) &path, NULL))
    {
      LuminalStamp stamp;

      if (luminal_scanner_stamp (path, &stamp))
        luminal_watch_session_file_changed (self, path, FALSE, self->watcher);
      else
        luminal_watch_session_file_vanished (self, path, self->watcher);
    }
}
