/* SPDX-License-Identifier: GPL-3.0-or-later */

#pragma once

#include <gio/gio.h>
#include <json-glib/json-glib.h>

G_BEGIN_DECLS

/* A folder of its own for each test, removed after it. */
typedef struct
{
  char *path;
} CtlFolder;

void     ctl_folder_set_up     (CtlFolder         *folder,
                                gconstpointer      unused);
void     ctl_folder_tear_down  (CtlFolder         *folder,
                                gconstpointer      unused);
char    *ctl_folder_build      (CtlFolder         *folder,
                                const char        *name);

char    *ctl_fixture           (const char        *name);
void     ctl_put_bytes         (const char        *path,
                                const void        *bytes,
                                gsize              size);
void     ctl_put_in_place      (CtlFolder         *folder,
                                const char        *name,
                                const char        *fixture);
void     ctl_put_by_rename     (CtlFolder         *folder,
                                const char        *name,
                                const char        *fixture);
void     ctl_remove            (CtlFolder         *folder,
                                const char        *name);

#define CTL_ADD_TEST(path, function) \
  g_test_add (path, CtlFolder, NULL, ctl_folder_set_up, function, ctl_folder_tear_down)

/* A luminalctl that ran to its end. */
typedef struct
{
  int status;
  char *output;
  char *errors;
  GPtrArray *lines;
} CtlRun;

CtlRun  *ctl_run               (const char        *first_argument,
                                ...) G_GNUC_NULL_TERMINATED;
CtlRun  *ctl_run_with          (GSubprocessLauncher *launcher,
                                const char *const *arguments);
CtlRun  *ctl_run_json          (const char        *first_argument,
                                ...) G_GNUC_NULL_TERMINATED;
void     ctl_run_free          (CtlRun            *run);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (CtlRun, ctl_run_free)

JsonObject *ctl_run_find       (CtlRun            *run,
                                const char        *event,
                                const char        *photon);
guint    ctl_run_count         (CtlRun            *run,
                                const char        *event,
                                const char        *photon);

/* A luminalctl that watches, whose lines are read as they come. */
typedef struct _CtlSession CtlSession;

CtlSession *ctl_session_new    (const char        *first_argument,
                                ...) G_GNUC_NULL_TERMINATED;
CtlSession *ctl_session_watch  (CtlFolder         *folder);
JsonObject *ctl_session_wait   (CtlSession        *session,
                                const char        *event,
                                const char        *photon);
void     ctl_session_wait_text (CtlSession        *session,
                                const char        *text);
JsonObject *ctl_session_find   (CtlSession        *session,
                                const char        *event,
                                const char        *photon);
guint    ctl_session_count     (CtlSession        *session,
                                const char        *event,
                                const char        *photon);
void     ctl_session_signal    (CtlSession        *session,
                                int                number);
void     ctl_session_signal_taken (CtlSession     *session,
                                int                number);
void     ctl_session_close_output (CtlSession     *session);
int      ctl_session_join      (CtlSession        *session);
int      ctl_session_end       (CtlSession        *session,
                                int                number);
void     ctl_session_free      (CtlSession        *session);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (CtlSession, ctl_session_free)

/* For both. */
void     ctl_keep_result       (GObject           *source,
                                GAsyncResult      *result,
                                gpointer           user_data);
void     ctl_wait_for_result   (GAsyncResult     **result,
                                const char        *what);
JsonObject *ctl_parse_line     (const char        *text);
const char *const *ctl_command_line (GPtrArray    *arguments,
                                const char        *first,
                                va_list            rest);
GSubprocess *ctl_spawn         (GSubprocessLauncher *launcher,
                                const char *const *arguments);
int      ctl_status_of         (GSubprocess       *process);

JsonObject *ctl_find_line      (GPtrArray         *lines,
                                const char        *event,
                                const char        *photon);
guint    ctl_count_lines       (GPtrArray         *lines,
                                const char        *event,
                                const char        *photon);
gboolean ctl_line_is           (JsonObject        *line,
                                const char        *event,
                                const char        *photon);
void     ctl_assert_error      (JsonObject        *line,
                                const char        *phase,
                                const char        *code);
void     ctl_assert_time       (JsonObject        *line);
void     ctl_assert_checksum   (JsonObject        *line,
                                const char        *fixture);

G_END_DECLS
