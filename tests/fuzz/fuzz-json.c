/* SPDX-License-Identifier: GPL-3.0-or-later */

/* What a photon says and what its file is called, as JSON: a line each, that can be read
 * again, and says the same. The first line of the input is the name. */

#include "fuzz-target.h"

#include <fcntl.h>
#include <json-glib/json-glib.h>
#include <string.h>
#include <sys/mman.h>
#include <unistd.h>

#include "ctl-json-reporter.h"
#include "luminal-event-private.h"

static int output_fd;

int
LLVMFuzzerInitialize (int    *argc,
                      char ***argv)
{
  output_fd = memfd_create ("json", MFD_CLOEXEC);
  g_assert_no_errno (output_fd);
  return 0;
}

/* The reporter writes to what is the standard output when it is made. */
static CtlReporter *
make_reporter (void)
{
  g_autoptr (CtlOutput) output = NULL;
  int saved = dup (STDOUT_FILENO);
  CtlReporter *reporter;

  g_assert_no_errno (dup2 (output_fd, STDOUT_FILENO));
  output = ctl_output_new (FALSE);
  reporter = g_object_new (CTL_TYPE_JSON_REPORTER, "output", output, NULL);
  g_assert_no_errno (dup2 (saved, STDOUT_FILENO));
  close (saved);

  return reporter;
}

static char *
read_line (void)
{
  off_t size = lseek (output_fd, 0, SEEK_END);
  char *text = g_malloc0 ((gsize) size + 1);

  g_assert_cmpint (pread (output_fd, text, (gsize) size, 0), ==, size);
  g_assert_no_errno (ftruncate (output_fd, 0));
  lseek (output_fd, 0, SEEK_SET);

  /* One line, and nothing in it that is not seen. */
  g_assert_true (size > 0 && text[size - 1] == '\n');
  text[size - 1] = '\0';
  g_assert_cmpuint (strlen (text), ==, size - 1);
  for (const char *p = text; *p != '\0'; p++)
    g_assert_true ((guchar) *p >= 0x20);
  return text;
}

int
LLVMFuzzerTestOneInput (const guint8 *data,
                        gsize         size)
{
  g_autofree char *text = g_strndup ((const char *) data, size);
  char *said = strchr (text, '\n');
  g_autoptr (GFile) file = NULL;
  g_autoptr (LuminalEvent) event = NULL;
  g_autoptr (CtlReporter) reporter = make_reporter ();
  g_autoptr (JsonNode) root = NULL;
  g_autoptr (GError) error = NULL;
  g_autofree char *line = NULL;
  g_autofree char *valid = NULL;

  if (said != NULL)
    *said++ = '\0';
  else
    said = text;
  file = g_file_new_build_filename ("/x", text, NULL);
  event = luminal_event_new_for_file (LUMINAL_EVENT_OUTPUT, file);
  luminal_event_set_output (event, LUMINAL_STREAM_STDOUT, said);
  CTL_REPORTER_GET_CLASS (reporter)->event (reporter, event);

  line = read_line ();
  root = json_from_string (line, &error);
  g_assert_no_error (error);
  valid = g_utf8_make_valid (said, -1);
  g_assert_cmpstr (json_object_get_string_member (json_node_get_object (root), "text"), ==, valid);
  return 0;
}
