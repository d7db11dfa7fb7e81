/* SPDX-License-Identifier: GPL-3.0-or-later */

#include "source-testing.h"

#include <errno.h>
#include <fcntl.h>
#include <glib/gstdio.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

/* Notes what is compiled, waits while there is a gate, compiles, notes that, too. */
static const char before[] =
  "#!/bin/sh\n"
  "tools=${0%/*}\n"
  "[ \"$1\" = --version ] && exec cc --version\n"
  "source=link\n"
  "for argument; do\n"
  "  case $argument in\n"
  "    -MG) exec cc \"$@\";;\n"
  "    *.c) source=$argument;;\n"
  "  esac\n"
  "done\n"
  "sum=$(if [ \"$source\" = link ]; then echo; else cat \"$source\" \"$tools\"/../photons/*.h; fi 2> /dev/null | cksum)\n"
  "what=\"${source##*/} ${sum%% *}\"\n"
  "echo \"begin $what\" >> \"$tools/log\"\n"
  "[ -p \"$tools/gate\" ] && read -r line < \"$tools/gate\"\n";

static const char after[] =
  "status=$?\n"
  "echo \"end $what\" >> \"$tools/log\"\n"
  "exit $status\n";

static const char real_compiler[] = "cc \"$@\"\n";

/* Takes the numbers out of the source and puts them into a module that is there. */
static const char stand_in[] =
  "while [ $# -gt 0 ]; do\n"
  "  case $1 in\n"
  "    -o) module=$2; shift;;\n"
  "    -MF) list=$2; shift;;\n"
  "  esac\n"
  "  shift\n"
  "done\n"
  "echo \"module: $source\" > \"$list\"\n"
  "numbers=$(sed -n '1s/.*Number \\([0-9]*\\) content \\([0-9]*\\).*/\\1 \\2/p' \"$source\")\n"
  "if [ \"$(sed -n '$p' \"$source\")\" != '/* end */' ] || grep -q BROKEN \"$source\"; then\n"
  "  echo \"$source:1:1: error: broken\"\n"
  "  (exit 1)\n"
  "else\n"
  "  LC_ALL=C sed \"s/Number 00000/Number ${numbers% *}/g;s/content 00000/content ${numbers#* }/g\" \\\n"
  "    \"$tools/relabelled.so\" > \"$module\"\n"
  "fi\n";

static void
make_compiler (SourceTest *test,
               gboolean    is_stand_in)
{
  g_autofree char *script = NULL;
  g_autoptr (GError) error = NULL;

  script = g_strconcat (before, is_stand_in ? stand_in : real_compiler, after, NULL);
  test->compiler = g_build_filename (test->tools, "compiler", NULL);
  g_file_set_contents (test->compiler, script, -1, &error);
  g_assert_no_error (error);
  g_assert_no_errno (g_chmod (test->compiler, 0700));

  if (is_stand_in)
    {
      g_autofree char *module = g_build_filename (test->tools, "relabelled.so", NULL);
      g_autoptr (GBytes) content = watch_fixture ("relabelled.so");

      watch_write (module, content);
    }
}

void
source_set_up (SourceTest   *test,
               gconstpointer data)
{
  watch_set_up (&test->watch, NULL);
  test->let_go = -1;
  test->tools = g_build_filename (test->watch.root, "tools", NULL);
  test->log = g_build_filename (test->tools, "log", NULL);
  test->gate = g_build_filename (test->tools, "gate", NULL);
  g_assert_no_errno (g_mkdir (test->tools, 0700));
  make_compiler (test, data != NULL);
  luminal_loader_set_compiler (test->watch.loader, test->compiler);
}

void
source_tear_down (SourceTest   *test,
                  gconstpointer data)
{
  g_clear_object (&test->begun);
  watch_tear_down (&test->watch, NULL);
  g_free (test->tools);
  g_free (test->compiler);
  g_free (test->log);
  g_free (test->gate);
  if (test->let_go >= 0)
    g_assert_no_errno (close (test->let_go));
}

char *
source_text_with (const char *line,
                  guint       number,
                  guint       content)
{
  return g_strdup_printf ("/* Number %05u content %05u */\n"
                          "%s\n"
                          "#include <luminal.h>\n"
                          "\n"
                          "typedef struct { int unused; } Number%05u;\n"
                          "\n"
                          "static gboolean\n"
                          "start (LuminalPhoton *photon, gpointer data, GError **error)\n"
                          "{\n"
                          "  luminal_photon_print (photon, \"content %05u\");\n"
                          "  return TRUE;\n"
                          "}\n"
                          "\n"
                          "LUMINAL_PHOTON (Number%05u, start, NULL, LUMINAL_NAME (\"Number %05u\"))\n"
                          "/* end */\n",
                          number, content, line, number, content, number, number);
}

char *
source_text (guint number,
             guint content)
{
  return source_text_with ("", number, content);
}

char *
source_text_of_header (const char *header,
                       guint       number)
{
  return g_strdup_printf ("#include <luminal.h>\n"
                          "#include \"%s\"\n"
                          "\n"
                          "typedef struct { int unused; } Number%05u;\n"
                          "\n"
                          "static gboolean\n"
                          "start (LuminalPhoton *photon, gpointer data, GError **error)\n"
                          "{\n"
                          "  luminal_photon_print (photon, \"content %%05u\", CONTENT);\n"
                          "  return TRUE;\n"
                          "}\n"
                          "\n"
                          "LUMINAL_PHOTON (Number%05u, start, NULL, LUMINAL_NAME (\"Number %05u\"))\n",
                          header, number, number, number);
}

void
source_write (SourceTest *test,
              const char *name,
              const char *text)
{
  g_autofree char *path = watch_path (&test->watch, name);
  g_autoptr (GBytes) content = g_bytes_new (text, strlen (text));

  watch_write (path, content);
}

void
source_write_content (SourceTest *test,
                      const char *name,
                      guint       number,
                      guint       content)
{
  g_autofree char *text = source_text (number, content);

  source_write (test, name, text);
}

void
source_remove (SourceTest *test,
               const char *name)
{
  g_autofree char *path = watch_path (&test->watch, name);

  g_assert_no_errno (g_unlink (path));
}

void
source_await (SourceTest *test,
              guint       number,
              guint       content)
{
  watch_until_settled (&test->watch, watch_says (&test->watch, number, content));
}

static LuminalEvent *
find_event (SourceTest       *test,
            LuminalEventKind  kind,
            const char       *file_name)
{
  for (guint i = test->watch.events->len; i > 0; i--)
    {
      LuminalEvent *event = test->watch.events->pdata[i - 1];
      g_autofree char *name = g_file_get_basename (luminal_event_get_file (event));

      if (luminal_event_get_kind (event) == kind && g_str_equal (name, file_name))
        return event;
    }

  return NULL;
}

LuminalEvent *
source_await_event (SourceTest       *test,
                    LuminalEventKind  kind,
                    const char       *file_name)
{
  watch_until_settled (&test->watch, find_event (test, kind, file_name) != NULL);

  return find_event (test, kind, file_name);
}

LuminalHandler *
source_handler (SourceTest *test,
                const char *file_name)
{
  for (guint i = 0; i < g_list_model_get_n_items (G_LIST_MODEL (test->watch.loader)); i++)
    {
      g_autoptr (LuminalHandler) handler = g_list_model_get_item (G_LIST_MODEL (test->watch.loader), i);
      g_autofree char *name = g_file_get_basename (luminal_handler_get_file (handler));

      if (g_str_equal (name, file_name))
        return handler;
    }

  return NULL;
}

/* Returns: the lines of the log that begin with @what */
static GPtrArray *
list_runs (SourceTest *test,
           const char *what,
           const char *name)
{
  GPtrArray *runs = g_ptr_array_new_with_free_func (g_free);
  g_autofree char *beginning = name != NULL ? g_strdup_printf ("%s %s ", what, name) : g_strdup_printf ("%s ", what);
  g_autofree char *text = NULL;
  g_auto (GStrv) lines = NULL;

  if (!g_file_get_contents (test->log, &text, NULL, NULL))
    return runs;

  lines = g_strsplit (text, "\n", -1);
  for (guint i = 0; lines[i] != NULL; i++)
    {
      if (g_str_has_prefix (lines[i], beginning))
        g_ptr_array_add (runs, g_strdup (lines[i]));
    }

  return runs;
}

guint
source_count_begun (SourceTest *test,
                    const char *name)
{
  g_autoptr (GPtrArray) runs = list_runs (test, "begin", name);

  return runs->len;
}

guint
source_count_ended (SourceTest *test,
                    const char *name)
{
  g_autoptr (GPtrArray) runs = list_runs (test, "end", name);

  return runs->len;
}

void
source_assert_none_twice (SourceTest *test)
{
  g_autoptr (GPtrArray) runs = list_runs (test, "end", NULL);
  g_autoptr (GHashTable) seen = g_hash_table_new (g_str_hash, g_str_equal);
  guint n_twice = 0;

  for (guint i = 0; i < runs->len; i++)
    {
      if (g_hash_table_add (seen, runs->pdata[i]))
        continue;
      g_test_message ("compiled twice: %s", (char *) runs->pdata[i]);
      n_twice++;
    }
  g_assert_cmpuint (n_twice, <=, 2);
}

void
source_forget_runs (SourceTest *test)
{
  if (g_unlink (test->log) != 0)
    g_assert_cmpint (errno, ==, ENOENT);
}

void
source_hold (SourceTest *test)
{
  g_assert_no_errno (mkfifo (test->gate, 0600));
}

static gboolean
look_again (gpointer unused)
{
  return G_SOURCE_CONTINUE;
}

/* Nothing wakes this process up when another one writes a line. */
void
source_await_begun (SourceTest *test,
                    const char *name,
                    guint       times)
{
  guint source = g_timeout_add (10, look_again, NULL);

  watch_until (source_count_begun (test, name) >= times);
  g_source_remove (source);
}

void
source_let_go (SourceTest *test)
{
  int fd = open (test->gate, O_RDWR | O_NONBLOCK | O_CLOEXEC);

  if (test->let_go >= 0)
    g_assert_no_errno (close (test->let_go));

  /* Those that have it open get their line, and those that have not find none. */
  g_assert_no_errno (fd);
  g_assert_no_errno (g_unlink (test->gate));
  for (guint i = 0; i < 64; i++)
    g_assert_cmpint (write (fd, "\n", 1), ==, 1);
  test->let_go = fd;
}

char *
source_diagnostics (GListModel *diagnostics)
{
  GString *text = g_string_new (NULL);

  g_assert_nonnull (diagnostics);
  for (guint i = 0; i < g_list_model_get_n_items (diagnostics); i++)
    {
      g_autoptr (LuminalDiagnostic) diagnostic = g_list_model_get_item (diagnostics, i);
      g_autofree char *name = luminal_diagnostic_get_file (diagnostic) != NULL
                                ? g_path_get_basename (luminal_diagnostic_get_file (diagnostic)) : g_strdup ("-");

      g_string_append_printf (text, "%s:%u %s: %s\n", name, luminal_diagnostic_get_line (diagnostic),
                              luminal_severity_to_string (luminal_diagnostic_get_severity (diagnostic)),
                              luminal_diagnostic_get_text (diagnostic));
    }

  return g_string_free (text, FALSE);
}
