/* SPDX-License-Identifier: LGPL-2.1-or-later */

#pragma once

#include <gio/gio.h>
#include <sys/stat.h>

G_BEGIN_DECLS

/* Enough of a file to tell whether it is the same one with the same content. */
typedef struct
{
  guint64 device;
  guint64 inode;
  guint64 size;
  gint64 modified;
  gint64 changed;
} LuminalStamp;

/* What a folder holds: paths of modules, each with its stamp, and of the folders
 * that were looked into, the folder itself among them. */
typedef struct
{
  GHashTable *modules;     /* path → LuminalStamp */
  GHashTable *passed_over; /* path, of those that are parts of others, or lie beside their source */
  GHashTable *folders;     /* path */
  GPtrArray *order;        /* the paths of all others, sorted; not owned */
  char *silence;           /* why changes in one of the folders are not told; NULL: they are */
  gboolean is_incomplete;  /* a folder could not be looked into, for lack of what others hold now */
} LuminalScan;

gboolean     luminal_scanner_is_module_name (const char           *name);
gboolean     luminal_scanner_is_source_name (const char           *name);
/* Of a module, the path that its source would have; and the other way round. */
char        *luminal_scanner_source_of      (const char           *path);
char        *luminal_scanner_module_of      (const char           *path);
gboolean     luminal_scanner_is_hidden_name (const char           *name);
/* Whether @path is @folder, or somewhere in it. */
gboolean     luminal_scanner_is_inside      (const char           *path,
                                             const char           *folder);
gboolean     luminal_scanner_stamp          (const char           *path,
                                             LuminalStamp         *stamp);
void         luminal_stamp_set              (LuminalStamp         *stamp,
                                             const struct stat    *info);
gboolean     luminal_stamp_equal            (const LuminalStamp   *a,
                                             const LuminalStamp   *b);

void         luminal_scanner_scan_async     (const char           *path,
                                             gboolean              recursive,
                                             GCancellable         *cancellable,
                                             GAsyncReadyCallback   callback,
                                             gpointer              user_data);
LuminalScan *luminal_scanner_scan_finish    (GAsyncResult         *result,
                                             GError              **error);
void         luminal_scan_free              (LuminalScan          *self);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (LuminalScan, luminal_scan_free)

G_END_DECLS
