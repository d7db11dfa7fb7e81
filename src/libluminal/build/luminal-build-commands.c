/* SPDX-License-Identifier: LGPL-2.1-or-later */

#include "luminal-build-commands.h"

#include <string.h>

#include "luminal-package-flags.h"

/* Changes when the same content would be built differently. */
#define FORM "luminal-build-1"

/* The variables by which compilers find more than their arguments name. */
static const char *const telling_variables[] = {
  "CPATH", "C_INCLUDE_PATH", "LIBRARY_PATH", "COMPILER_PATH", "GCC_EXEC_PREFIX",
  "SOURCE_DATE_EPOCH", "CCC_OVERRIDE_OPTIONS",
};


static void
add (GPtrArray  *arguments,
     const char *argument)
{
  g_ptr_array_add (arguments, g_strdup (argument));
}

static void
add_taken (GPtrArray *arguments,
           char      *argument)
{
  g_ptr_array_add (arguments, argument);
}

static GStrv
end_arguments (GPtrArray *arguments)
{
  g_ptr_array_add (arguments, NULL);

  return (GStrv) g_ptr_array_free (arguments, FALSE);
}

guint
luminal_build_count_sources (LuminalBuildOrder *order)
{
  return 1 + g_strv_length (order->needs->sources);
}

/* Libraries come after what needs them, all else before. */
static void
add_flags (GPtrArray *arguments,
           char     **flags,
           gboolean   linking)
{
  for (; *flags != NULL; flags++)
    {
      if (luminal_flag_is_for_linking (*flags) == linking)
        add (arguments, *flags);
    }
}

static void
add_compile_flags (LuminalBuildOrder *order,
                   GPtrArray         *arguments)
{
  for (char **define = order->needs->defines; *define != NULL; define++)
    add_taken (arguments, g_strconcat ("-D", *define, NULL));
  add_flags (arguments, order->needs->flags, FALSE);
  add_flags (arguments, order->package_flags, FALSE);
}

static void
add_link_flags (LuminalBuildOrder *order,
                GPtrArray         *arguments)
{
  add_flags (arguments, order->needs->flags, TRUE);
  add_flags (arguments, order->package_flags, TRUE);
}

/* The copy of the first source, or the further source itself. */
static void
add_source (LuminalBuildOrder   *order,
            LuminalBuildScratch *scratch,
            GPtrArray           *arguments,
            guint                n)
{
  if (n > 0)
    {
      add (arguments, order->needs->sources[n - 1]);
      return;
    }

  add (arguments, "-iquote");
  add (arguments, order->folder);
  add_taken (arguments, g_strconcat ("-ffile-prefix-map=", scratch->copies, "=", NULL));
  add (arguments, scratch->source);
}

GStrv
luminal_build_compile_command (LuminalBuildOrder   *order,
                               LuminalBuildScratch *scratch,
                               guint                n)
{
  gboolean alone = luminal_build_count_sources (order) == 1;
  GPtrArray *arguments = luminal_compiler_begin_arguments (order->compiler);

  add_compile_flags (order, arguments);
  add (arguments, alone ? "-shared" : "-c");
  add (arguments, "-MD");
  add (arguments, "-MT");
  add (arguments, "module");
  add (arguments, "-MF");
  add_taken (arguments, luminal_build_scratch_name (scratch, n, ".d"));
  add (arguments, "-o");
  add_taken (arguments, alone ? g_build_filename (scratch->folder, "module.so", NULL)
                              : luminal_build_scratch_name (scratch, n, ".o"));
  add_source (order, scratch, arguments, n);
  if (alone)
    add_link_flags (order, arguments);

  return end_arguments (arguments);
}

GStrv
luminal_build_link_command (LuminalBuildOrder   *order,
                            LuminalBuildScratch *scratch)
{
  GPtrArray *arguments = luminal_compiler_begin_arguments (order->compiler);

  add_flags (arguments, order->needs->flags, FALSE);
  add (arguments, "-shared");
  add (arguments, "-o");
  add_taken (arguments, g_build_filename (scratch->folder, "module.so", NULL));
  for (guint i = 0; i < luminal_build_count_sources (order); i++)
    add_taken (arguments, luminal_build_scratch_name (scratch, i, ".o"));
  add_link_flags (order, arguments);

  return end_arguments (arguments);
}

/* For a source that includes what is not there, which ends a compiler before it tells
 * what it read: this only lists, and lists the missing ones, too. */
GStrv
luminal_build_list_command (LuminalBuildOrder   *order,
                            LuminalBuildScratch *scratch)
{
  GPtrArray *arguments = luminal_compiler_begin_arguments (order->compiler);

  add_compile_flags (order, arguments);
  add (arguments, "-w");
  add (arguments, "-M");
  add (arguments, "-MG");
  add (arguments, "-MT");
  add (arguments, "module");
  add (arguments, "-MF");
  add_taken (arguments, luminal_build_scratch_name (scratch, 0, ".d"));
  add_source (order, scratch, arguments, 0);

  return end_arguments (arguments);
}

GStrv
luminal_build_environment (LuminalBuildOrder   *order,
                           LuminalBuildScratch *scratch)
{
  GStrv environment = g_strdupv (order->environment);

  /* What a compiler that is killed leaves behind goes with the folder. */
  environment = g_environ_setenv (environment, "TMPDIR", scratch->folder, TRUE);
  /* What is printed is read, and the locale of the person is none to rely on. */
  environment = g_environ_setenv (environment, "LC_ALL", "C.UTF-8", TRUE);
  environment = g_environ_unsetenv (environment, "LANGUAGE");
  /* These would have lists written to who knows where. */
  environment = g_environ_unsetenv (environment, "DEPENDENCIES_OUTPUT");
  environment = g_environ_unsetenv (environment, "SUNPRO_DEPENDENCIES");

  return environment;
}

static void
update (GChecksum  *checksum,
        const char *text)
{
  g_checksum_update (checksum, (const guchar *) text, (gssize) strlen (text) + 1);
}

/* The path is part of it: it is in the debug information, and what a source includes
 * depends on where it is.
 *
 * @checksum: that of the source */
char *
luminal_build_key (LuminalBuildOrder *order,
                   const char        *checksum)
{
  g_autoptr (GChecksum) key = g_checksum_new (G_CHECKSUM_SHA256);
  LuminalBuildScratch nowhere = { (char *) "", (char *) "", (char *) "" };
  guint n_sources = luminal_build_count_sources (order);

  update (key, FORM);
  update (key, order->path);
  update (key, checksum);
  update (key, order->compiler->stamp);
  update (key, order->compiler->version);
  for (guint i = 0; i < n_sources; i++)
    {
      g_auto (GStrv) command = luminal_build_compile_command (order, &nowhere, i);

      for (guint j = 0; command[j] != NULL; j++)
        update (key, command[j]);
    }
  if (n_sources > 1)
    {
      g_auto (GStrv) command = luminal_build_link_command (order, &nowhere);

      for (guint j = 0; command[j] != NULL; j++)
        update (key, command[j]);
    }
  for (guint i = 0; i < G_N_ELEMENTS (telling_variables); i++)
    {
      const char *value = g_environ_getenv (order->environment, telling_variables[i]);

      update (key, value != NULL ? value : "");
    }

  return g_strdup (g_checksum_get_string (key));
}
