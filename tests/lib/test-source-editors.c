/* SPDX-License-Identifier: GPL-3.0-or-later */

/* The ways of editors, and of programs that do their work: each writes a file by steps of
 * its own, with other files beside it. One save is one build, of all of it, and nothing
 * else ever is a photon. */

#include <fcntl.h>
#include <glib/gstdio.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "source-testing.h"
#include "system-testing.h"

/* Writes @text to x.c. */
typedef void (*Save) (SourceTest *test,
                      const char *text);

typedef struct
{
  const char *name;
  const char *program; /* that it needs; none: it is done here, as that one does it */
  Save save;
} Editor;

static void
put (SourceTest *test,
     const char *name,
     int         flags,
     const char *text,
     mode_t      mode)
{
  g_autofree char *path = watch_path (&test->watch, name);
  int fd = open (path, O_CREAT | O_CLOEXEC | flags, mode);
  gsize length = strlen (text);

  g_assert_no_errno (fd);
  g_assert_cmpint (write (fd, text, length), ==, (gssize) length);
  g_assert_no_errno (fsync (fd));
  g_assert_no_errno (close (fd));
}

static void
move (SourceTest *test,
      const char *from,
      const char *to)
{
  g_autofree char *old_path = watch_path (&test->watch, from);
  g_autofree char *new_path = watch_path (&test->watch, to);

  g_assert_no_errno (g_rename (old_path, new_path));
}

static void
change_rights (SourceTest *test,
               const char *name)
{
  g_autofree char *path = watch_path (&test->watch, name);

  g_assert_no_errno (g_chmod (path, 0644));
}

/* What a person's machine does meanwhile. */
static void
pass_time (void)
{
  for (guint i = 0; i < 20; i++)
    {
      while (g_main_context_iteration (NULL, FALSE))
        ;
      g_thread_yield ();
    }
}

/* A swap file all along, a probe whether files can be made, the old one set aside, and
 * the rights put right after the new one was closed. */
static void
save_vim (SourceTest *test,
          const char *text)
{
  put (test, ".x.c.swp", O_RDWR | O_EXCL, "b0VIM 9.0", 0600);
  put (test, "4913", O_WRONLY | O_EXCL | O_NOFOLLOW, "", 0644);
  source_remove (test, "4913");
  move (test, "x.c", "x.c~");
  put (test, "x.c", O_WRONLY | O_TRUNC, text, 0644);
  change_rights (test, "x.c");
  pass_time ();
  change_rights (test, "x.c");
  source_remove (test, "x.c~");
  source_remove (test, ".x.c.swp");
}

/* With the backup copied, and the file written where it is. */
static void
save_vim_in_place (SourceTest *test,
                   const char *text)
{
  g_autofree char *path = watch_path (&test->watch, "x.c");
  int fd;

  put (test, ".x.c.swp", O_RDWR | O_EXCL, "b0VIM 9.0", 0600);
  put (test, "x.c~", O_WRONLY | O_EXCL, "/* the old text */", 0644);
  fd = open (path, O_WRONLY | O_CREAT | O_CLOEXEC, 0644);
  g_assert_no_errno (fd);
  g_assert_no_errno (ftruncate (fd, 0));
  pass_time ();
  g_assert_cmpint (write (fd, text, strlen (text)), ==, (gssize) strlen (text));
  g_assert_no_errno (fsync (fd));
  g_assert_no_errno (fchmod (fd, 0644));
  g_assert_no_errno (close (fd));
  change_rights (test, "x.c");
  source_remove (test, "x.c~");
  source_remove (test, ".x.c.swp");
}

/* A lock that is a link to nowhere, what was saved by itself meanwhile, a backup. */
static void
save_emacs (SourceTest *test,
            const char *text)
{
  g_autofree char *lock = watch_path (&test->watch, ".#x.c");

  g_assert_no_errno (symlink ("person@machine.4711:1700000000", lock));
  put (test, "#x.c#", O_WRONLY | O_TRUNC, text, 0600);
  pass_time ();
  move (test, "x.c", "x.c~");
  put (test, "x.c", O_WRONLY | O_TRUNC, text, 0644);
  change_rights (test, "x.c");
  source_remove (test, "#x.c#");
  g_assert_no_errno (g_unlink (lock));
}

/* Checkers compile a copy of what is in the window. */
static void
save_emacs_checked (SourceTest *test,
                    const char *text)
{
  put (test, "flycheck_x.c", O_WRONLY | O_TRUNC, text, 0600);
  put (test, "x_flymake.c", O_WRONLY | O_TRUNC, text, 0600);
  pass_time ();
  source_remove (test, "flycheck_x.c");
  save_emacs (test, text);
  source_remove (test, "x_flymake.c");
}

/* Where it is: emptied, then written in two goes. */
static void
save_vs_code (SourceTest *test,
              const char *text)
{
  g_autofree char *path = watch_path (&test->watch, "x.c");
  gsize half = strlen (text) / 2;
  int fd = open (path, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0666);

  g_assert_no_errno (fd);
  pass_time ();
  g_assert_cmpint (write (fd, text, half), ==, (gssize) half);
  pass_time ();
  g_assert_cmpint (write (fd, text + half, strlen (text) - half), ==, (gssize) (strlen (text) - half));
  g_assert_no_errno (fdatasync (fd));
  g_assert_no_errno (close (fd));
}

static void
save_nano (SourceTest *test,
           const char *text)
{
  put (test, ".x.c.swp", O_WRONLY | O_EXCL, "b0nano 7.2", 0600);
  put (test, "x.c", O_WRONLY | O_TRUNC, text, 0666);
  change_rights (test, "x.c");
  source_remove (test, ".x.c.swp");
}

static void
replace (SourceTest *test,
         const char *text,
         gboolean    make_backup)
{
  g_autofree char *path = watch_path (&test->watch, "x.c");
  g_autoptr (GFile) file = g_file_new_for_path (path);
  g_autoptr (GError) error = NULL;

  g_file_replace_contents (file, text, strlen (text), NULL, make_backup, G_FILE_CREATE_NONE, NULL, NULL, &error);
  g_assert_no_error (error);
}

/* GIO does it for GNOME Text Editor: ".goutputstream-XXXXXX", renamed. */
static void
save_gnome (SourceTest *test,
            const char *text)
{
  replace (test, text, FALSE);
}

static void
save_gnome_with_backup (SourceTest *test,
                        const char *text)
{
  replace (test, text, TRUE);
}

static void
save_through (SourceTest *test,
              const char *temporary,
              const char *text)
{
  put (test, temporary, O_RDWR | O_EXCL, text, 0600);
  change_rights (test, temporary);
  move (test, temporary, "x.c");
}

static void
save_kate (SourceTest *test,
           const char *text)
{
  save_through (test, "x.c.kDfRtU", text);
}

static void
save_rsync (SourceTest *test,
            const char *text)
{
  save_through (test, ".x.c.Ab12Cd", text);
}

/* As IDEs on the Java platform do it, with both names going through a third one. */
static void
save_safely (SourceTest *test,
             const char *text)
{
  put (test, "x.c___jb_tmp___", O_WRONLY | O_EXCL, text, 0644);
  move (test, "x.c", "x.c___jb_old___");
  move (test, "x.c___jb_tmp___", "x.c");
  source_remove (test, "x.c___jb_old___");
}

/* The line that tells the content, and the one that says it. */
static char *
make_expression (SourceTest *test,
                 const char *text)
{
  g_autofree char *digits = g_strndup (strstr (text, "content ") + strlen ("content "), 5);

  return g_strdup_printf ("s/content [0-9]*/content %s/", digits);
}

/* Itself, with a setting that does not depend on the person's. */
static void
save_with_vim (SourceTest *test,
               const char *text,
               const char *how)
{
  g_autofree char *path = watch_path (&test->watch, "x.c");
  g_autofree char *expression = make_expression (test, text);
  g_autofree char *command = g_strconcat ("%", expression, NULL);

  watch_run ("vim", "-u", "NONE", "-i", "NONE", "-N", "-es", "-c", how, "-c", command, "-c", "write",
             "-c", "quit!", path, NULL);
}

static void
save_real_vim (SourceTest *test,
               const char *text)
{
  save_with_vim (test, text, "set backupcopy=auto");
}

static void
save_real_vim_in_place (SourceTest *test,
                        const char *text)
{
  save_with_vim (test, text, "set backup backupcopy=yes");
}

static void
save_real_vim_beside (SourceTest *test,
                      const char *text)
{
  save_with_vim (test, text, "set backup backupcopy=no");
}

static void
save_real_ed (SourceTest *test,
              const char *text)
{
  g_autofree char *path = watch_path (&test->watch, "x.c");
  g_autofree char *other = watch_outside (&test->watch, "x.c");
  g_autoptr (GBytes) content = g_bytes_new (text, strlen (text));

  watch_write (other, content);
  watch_run ("sh", "-c", "printf '%s\n' '1,$d' \"0r $2\" w q | ed -s \"$1\"", "sh", path, other, NULL);
}

static void
save_sed (SourceTest *test,
          const char *text)
{
  g_autofree char *path = watch_path (&test->watch, "x.c");
  g_autofree char *expression = make_expression (test, text);

  watch_run ("sed", "-i", expression, path, NULL);
}

static void
save_sed_with_backup (SourceTest *test,
                      const char *text)
{
  g_autofree char *path = watch_path (&test->watch, "x.c");
  g_autofree char *expression = make_expression (test, text);

  watch_run ("sed", "-i.orig", expression, path, NULL);
}

static void
save_perl (SourceTest *test,
           const char *text)
{
  g_autofree char *path = watch_path (&test->watch, "x.c");
  g_autofree char *expression = make_expression (test, text);

  watch_run ("perl", "-pi", "-e", expression, path, NULL);
}

static void
save_patch (SourceTest *test,
            const char *text)
{
  g_autofree char *path = watch_path (&test->watch, "x.c");
  g_autofree char *difference = watch_outside (&test->watch, "difference");
  g_autofree char *old = NULL;
  g_auto (GStrv) old_lines = NULL;
  g_auto (GStrv) new_lines = NULL;
  g_autoptr (GString) patch = g_string_new ("--- x.c\n+++ x.c\n");
  g_autoptr (GBytes) content = NULL;

  g_assert_true (g_file_get_contents (path, &old, NULL, NULL));
  old_lines = g_strsplit (g_strchomp (old), "\n", -1);
  new_lines = g_strsplit (text, "\n", -1);
  g_string_append_printf (patch, "@@ -1,%u +1,%u @@\n", g_strv_length (old_lines), g_strv_length (new_lines) - 1);
  for (char **line = old_lines; *line != NULL; line++)
    g_string_append_printf (patch, "-%s\n", *line);
  for (char **line = new_lines; line[1] != NULL; line++)
    g_string_append_printf (patch, "+%s\n", *line);
  content = g_bytes_new (patch->str, patch->len);
  watch_write (difference, content);

  watch_run ("patch", "--quiet", path, difference, NULL);
}

static void
save_cp (SourceTest *test,
         const char *text)
{
  g_autofree char *path = watch_path (&test->watch, "x.c");
  g_autofree char *other = watch_outside (&test->watch, "x.c");
  g_autoptr (GBytes) content = g_bytes_new (text, strlen (text));

  watch_write (other, content);
  watch_run ("cp", "--preserve=all", other, path, NULL);
}

static void
save_real_rsync (SourceTest *test,
                 const char *text)
{
  g_autofree char *path = watch_path (&test->watch, "x.c");
  g_autofree char *other = watch_outside (&test->watch, "x.c");
  g_autoptr (GBytes) content = g_bytes_new (text, strlen (text));

  watch_write (other, content);
  watch_run ("rsync", "--times", "--checksum", other, path, NULL);
}

static const Editor editors[] = {
  { "vim", NULL, save_vim },
  { "vim-in-place", NULL, save_vim_in_place },
  { "real-vim", "vim", save_real_vim },
  { "real-vim-in-place", "vim", save_real_vim_in_place },
  { "real-vim-beside", "vim", save_real_vim_beside },
  { "real-ed", "ed", save_real_ed },
  { "emacs", NULL, save_emacs },
  { "emacs-checked", NULL, save_emacs_checked },
  { "vs-code", NULL, save_vs_code },
  { "nano", NULL, save_nano },
  { "gnome", NULL, save_gnome },
  { "gnome-with-backup", NULL, save_gnome_with_backup },
  { "kate", NULL, save_kate },
  { "safely", NULL, save_safely },
  { "rsync", NULL, save_rsync },
  { "real-rsync", "rsync", save_real_rsync },
  { "sed", "sed", save_sed },
  { "sed-with-backup", "sed", save_sed_with_backup },
  { "perl", "perl", save_perl },
  { "patch", "patch", save_patch },
  { "cp", "cp", save_cp },
};

static void
test_editor (SourceTest   *test,
             gconstpointer data)
{
  const Editor *editor = data;

  if (editor->program != NULL && !system_has_program (editor->program))
    return;

  source_write_content (test, "x.c", 1, 1);
  source_write_content (test, "other.c", 2, 1);
  watch_begin (&test->watch, FALSE);
  source_await (test, 1, 1);
  source_await (test, 2, 1);

  for (guint content = 2; content < 5; content++)
    {
      g_autofree char *text = source_text (1, content);
      LuminalHandler *handler = watch_handler (&test->watch, 1);

      source_forget_runs (test);
      watch_forget (&test->watch);
      editor->save (test, text);
      source_await (test, 1, content);
      watch_barrier (&test->watch);
      watch_until_settled (&test->watch, TRUE);

      g_assert_true (watch_handler (&test->watch, 1) == handler);
      g_assert_true (watch_says (&test->watch, 1, content));
      g_assert_cmpuint (luminal_handler_get_generation (handler), ==, content);
      g_assert_cmpuint (source_count_begun (test, "x.c"), ==, 1);
      g_assert_cmpuint (source_count_begun (test, NULL), ==, 1);
      g_assert_cmpuint (watch_count (&test->watch, LUMINAL_EVENT_RELOADED, "Number 00001"), ==, 1);
      g_assert_cmpuint (watch_count (&test->watch, LUMINAL_EVENT_FAILED, NULL), ==, 0);
      g_assert_cmpuint (watch_count (&test->watch, LUMINAL_EVENT_SKIPPED, NULL), ==, 0);
      g_assert_cmpuint (watch_count (&test->watch, LUMINAL_EVENT_UNLOADED, NULL), ==, 0);
    }

  /* Both, and the barrier. */
  g_assert_cmpuint (g_list_model_get_n_items (G_LIST_MODEL (test->watch.loader)), ==, 3);
  g_assert_cmpuint (luminal_handler_get_generation (watch_handler (&test->watch, 2)), ==, 1);
}

/* Editors set rights, and such things, after they have closed the file: the build that has
 * begun by then goes on. */
static void
test_rights_during_build (SourceTest   *test,
                          gconstpointer data)
{
  source_write_content (test, "x.c", 1, 1);
  watch_begin (&test->watch, FALSE);
  source_await (test, 1, 1);
  source_forget_runs (test);

  source_hold (test);
  source_write_content (test, "x.c", 1, 2);
  source_await_begun (test, "x.c", 1);
  change_rights (test, "x.c");
  watch_barrier (&test->watch);
  source_let_go (test);
  source_await (test, 1, 2);
  g_assert_cmpuint (source_count_begun (test, "x.c"), ==, 1);
}

/* All files of a tree, at once. */
static void
test_git_checkout (SourceTest   *test,
                   gconstpointer data)
{
  const guint n = 8;
  const char *folder = test->watch.folder;

  if (!system_has_program ("git"))
    return;

  watch_run ("git", "-C", folder, "init", "--quiet", "--initial-branch=first", NULL);
  for (guint branch = 1; branch <= 2; branch++)
    {
      if (branch == 2)
        watch_run ("git", "-C", folder, "checkout", "--quiet", "-b", "second", NULL);
      for (guint i = 0; i < n; i++)
        {
          g_autofree char *name = g_strdup_printf ("%u.c", i);

          source_write_content (test, name, i, branch);
        }
      source_write_content (test, branch == 1 ? "only-first.c" : "only-second.c", 50 + branch, branch);
      if (branch == 2)
        source_remove (test, "only-first.c");
      watch_run ("git", "-C", folder, "add", "--all", NULL);
      watch_run ("git", "-C", folder, "-c", "user.name=Tester", "-c", "user.email=tester@localhost", "commit", "--quiet",
                 "--message=All", NULL);
    }

  watch_begin (&test->watch, FALSE);
  for (guint round = 0; round < 4; round++)
    {
      guint branch = round % 2 == 0 ? 2 : 1;

      if (round > 0)
        watch_run ("git", "-C", folder, "checkout", "--quiet", branch == 1 ? "first" : "second", NULL);
      for (guint i = 0; i < n; i++)
        source_await (test, i, branch);
      source_await (test, 50 + branch, branch);
      watch_until_settled (&test->watch, watch_handler (&test->watch, 53 - branch) == NULL);
    }

  /* Each content once, however often it came back. */
  g_assert_cmpuint (source_count_begun (test, NULL), ==, 2 * n + 2);
  source_assert_none_twice (test);
  g_assert_cmpuint (watch_count (&test->watch, LUMINAL_EVENT_FAILED, NULL), ==, 0);
  g_assert_cmpuint (g_list_model_get_n_items (G_LIST_MODEL (test->watch.loader)), ==, n + 1);
}

int
main (int    argc,
      char **argv)
{
  g_test_init (&argc, &argv, NULL);

  for (guint i = 0; i < G_N_ELEMENTS (editors); i++)
    {
      g_autofree char *path = g_strconcat ("/source-editors/", editors[i].name, NULL);

      g_test_add (path, SourceTest, &editors[i], source_set_up, test_editor, source_tear_down);
    }
  SOURCE_ADD_TEST ("/source-editors/rights-during-build", SOURCE_WITH_STAND_IN, test_rights_during_build);
  SOURCE_ADD_TEST ("/source-editors/git-checkout", SOURCE_WITH_STAND_IN, test_git_checkout);

  return g_test_run ();
}
