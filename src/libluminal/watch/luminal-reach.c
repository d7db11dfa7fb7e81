/* SPDX-License-Identifier: LGPL-2.1-or-later */

#include "luminal-reach.h"

#include <errno.h>
#include <glib/gi18n-lib.h>
#include <linux/magic.h>
#include <stdio.h>
#include <string.h>
#include <sys/inotify.h>
#include <sys/stat.h>
#include <sys/sysmacros.h>
#include <sys/vfs.h>
#include <unistd.h>

/* Those that linux/magic.h does not know everywhere. */
#define FUSE_MAGIC 0x65735546
#define CIFS_MAGIC 0xff534d42
#define SMB2_MAGIC 0xfe534d42
#define CEPH_MAGIC 0x00c36400
#define LUSTRE_MAGIC 0x0bd00bd0
#define GFS2_MAGIC 0x01161970
#define OCFS2_MAGIC 0x7461636f
#define VBOXSF_MAGIC 0x786f4256
#define VMHGFS_MAGIC 0xbacbacbc
#define NINE_P_MAGIC 0x01021997

typedef struct
{
  guint32 magic;
  const char *name;
} FileSystem;

/* Others change what is in them, and this machine's kernel is not told. */
static const FileSystem shared_file_systems[] = {
  { NFS_SUPER_MAGIC, "NFS" },
  { CIFS_MAGIC, "CIFS" },
  { SMB2_MAGIC, "SMB" },
  { SMB_SUPER_MAGIC, "SMB" },
  { FUSE_MAGIC, "FUSE" },
  { NINE_P_MAGIC, "9P" },
  { AFS_SUPER_MAGIC, "AFS" },
  { CODA_SUPER_MAGIC, "Coda" },
  { CEPH_MAGIC, "Ceph" },
  { LUSTRE_MAGIC, "Lustre" },
  { GFS2_MAGIC, "GFS2" },
  { OCFS2_MAGIC, "OCFS2" },
  { VBOXSF_MAGIC, "vboxsf" },
  { VMHGFS_MAGIC, "vmhgfs" },
};

static gboolean
is_in_document_portal (const char *folder)
{
  g_autofree char *documents = g_build_filename (g_get_user_runtime_dir (), "doc", "", NULL);

  return g_str_has_prefix (folder, documents) || g_str_has_prefix (folder, "/run/flatpak/doc/");
}

/* As in fdinfo. On some file systems what is seen of a folder differs from that. */
char *
luminal_reach_name_watch (const char *folder)
{
  struct stat info;

  if (stat (folder, &info) != 0)
    return g_strdup ("");

  return g_strdup_printf ("%" G_GINT64_MODIFIER "x:%x", (guint64) info.st_ino,
                          (major (info.st_dev) << 20) | minor (info.st_dev));
}

static void
list_watches (const char *fd,
              GHashTable *watches)
{
  g_autofree char *path = g_build_filename ("/proc/self/fdinfo", fd, NULL);
  g_autofree char *text = NULL;

  if (!g_file_get_contents (path, &text, NULL, NULL))
    return;

  for (const char *line = strstr (text, "inotify wd:"); line != NULL; line = strstr (line + 1, "inotify wd:"))
    {
      guint64 inode;
      guint device;

      if (sscanf (line, "inotify wd:%*x ino:%" G_GINT64_MODIFIER "x sdev:%x", &inode, &device) == 2)
        g_hash_table_add (watches, g_strdup_printf ("%" G_GINT64_MODIFIER "x:%x", inode, device));
    }
}

/* GIO asks for one instance in the life of a process, and keeps it. */
GHashTable *
luminal_reach_list_watches (void)
{
  g_autoptr (GDir) dir = g_dir_open ("/proc/self/fd", 0, NULL);
  GHashTable *watches = NULL;
  const char *name;

  while (dir != NULL && (name = g_dir_read_name (dir)) != NULL)
    {
      g_autofree char *path = g_build_filename ("/proc/self/fd", name, NULL);
      char target[64] = "";

      if (readlink (path, target, sizeof target - 1) <= 0 || strstr (target, "inotify") == NULL)
        continue;
      if (watches == NULL)
        watches = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, NULL);
      list_watches (name, watches);
    }

  return watches;
}

static char *
describe_instance_error (int error)
{
  if (error == EMFILE)
    return g_strdup (_("no inotify instance is left (see fs.inotify.max_user_instances)"));

  return g_strdup_printf (_("inotify cannot be used (%s)"), g_strerror (error));
}

char *
luminal_reach_check_instance (void)
{
  int fd = inotify_init1 (IN_CLOEXEC | IN_NONBLOCK);

  if (fd < 0)
    return describe_instance_error (errno);

  close (fd);
  return NULL;
}

char *
luminal_reach_check_watch (const char *folder)
{
  int fd = inotify_init1 (IN_CLOEXEC | IN_NONBLOCK);
  int error;

  /* The one that there is may have room. */
  if (fd < 0)
    {
      g_autofree char *reason = describe_instance_error (errno);
      g_autoptr (GHashTable) watches = luminal_reach_list_watches ();

      return watches != NULL ? NULL : g_steal_pointer (&reason);
    }

  error = inotify_add_watch (fd, folder, IN_CLOSE_WRITE) < 0 ? errno : 0;
  close (fd);

  /* All else is about the folder itself. */
  if (error == ENOSPC)
    return g_strdup (_("no inotify watch is left (see fs.inotify.max_user_watches)"));
  if (error == ENOMEM)
    return describe_instance_error (error);
  return NULL;
}

/* Where one cannot be found, as on file systems that number files anew, it has to be
 * tried whether there is room. */
char *
luminal_reach_check_added (GPtrArray  *folders,
                           GHashTable *before)
{
  g_autoptr (GHashTable) watches = luminal_reach_list_watches ();
  guint n_before = before != NULL ? g_hash_table_size (before) : 0;

  if (watches != NULL && g_hash_table_size (watches) >= n_before + folders->len)
    return NULL;

  /* Another monitor of this process may have had one already. */
  for (guint i = 0; i < folders->len; i++)
    {
      g_autofree char *name = luminal_reach_name_watch (folders->pdata[i]);

      if (watches == NULL || !g_hash_table_contains (watches, name))
        return luminal_reach_check_watch (folders->pdata[i]);
    }

  return NULL;
}

char *
luminal_reach_check_file_system (int         folder_fd,
                                 const char *folder)
{
  struct statfs info;

  if (fstatfs (folder_fd, &info) != 0)
    return NULL;

  for (guint i = 0; i < G_N_ELEMENTS (shared_file_systems); i++)
    {
      if ((guint32) info.f_type != shared_file_systems[i].magic)
        continue;
      if (is_in_document_portal (folder))
        return g_strdup (_("the document portal does not tell of changes"));
      return g_strdup_printf (_("%s does not tell of changes that others make"), shared_file_systems[i].name);
    }

  return NULL;
}
