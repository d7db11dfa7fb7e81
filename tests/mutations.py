# SPDX-License-Identifier: GPL-3.0-or-later

"""Mistakes that somebody could make, by what they do wrong; see mutants.py."""

from typing import NamedTuple


class Mutation(NamedTuple):
    file: str  # below src/libluminal
    tests: str  # that are to notice it, the quickest
    changes: tuple[tuple[str, str], ...]  # what is there once, what is there instead


def mutation(file, tests, *texts):
    return Mutation(file, tests, tuple(zip(texts[::2], texts[1::2])))


STEPS = "transaction/luminal-transaction-steps.c"
UNDO = "transaction/luminal-transaction-undo.c"
TRANSACTION = "transaction/luminal-transaction.c"
RECOVERY = "transaction/luminal-recovery.c"
LINEAGE = "model/luminal-lineage.c"
IMAGE = "image/luminal-image.c"
WATCHER = "watch/luminal-watcher.c"
BURST = "watch/luminal-burst.c"
MONITORS = "watch/luminal-folder-monitors.c"
DEPENDENCIES = "watch/luminal-dependency-watch.c"
SCANNER = "watch/luminal-scanner.c"
SESSION = "loader/luminal-watch-session.c"
HOST = "host/luminal-worker-host.c"
FACTORY = "host/luminal-host-factory.c"
HOSTING = "loader/luminal-loader-hosting.c"
PEER = "worker/luminal-peer.c"
SWITCH = "transaction/luminal-switch.c"
UNLOAD = "transaction/luminal-unload.c"

FIND_TO_RESTART = "      if (part->is_stopped && !part->is_undone)\n        return part;\n"
START_OLD = "  LuminalPart *part = find_to_restart (member);\n"
STOP_NEW = "  LuminalPart *part = find_started (member);\n"
REVIVE = (
    "  luminal_host_start_async (member->module->host, part->before, part->state, NULL, old_started,\n"
)
ALL_SEALS = "F_SEAL_SEAL | F_SEAL_SHRINK | F_SEAL_GROW | F_SEAL_WRITE"
SEAL = f"  return !has_seals || fcntl (fd, F_ADD_SEALS, {ALL_SEALS}) == 0;\n"
IS_FOR = "  return !has_seals || fcntl (fd, F_ADD_SEALS, %s) == 0;\n"
HEARD = "  luminal_burst_count (self->burst);\n  switch (event)\n"
COMPARE = "      g_strcmp0 (module->checksum, checksum) != 0 || has_idle_photon (module))\n"
UNDO_TABLE = "const LuminalStep luminal_transaction_undo_steps[] = {\n"
START_OLD_STEP = '  { "start-old", LUMINAL_PHASE_START, start_old },\n'


def only_some(condition):
    """Those for which it is so are not started again."""
    return (
        START_OLD_STEP,
        '  { "start-old", LUMINAL_PHASE_START, start_some_old },\n',
        UNDO_TABLE,
        "static LuminalStepResult\n"
        "start_some_old (LuminalTransaction *self, LuminalMember *member, GError **error)\n"
        f"{{\n  if ({condition})\n    return LUMINAL_STEP_DONE;\n"
        "  return start_old (self, member, error);\n}\n\n" + UNDO_TABLE,
    )


def stop_some(condition):
    return (
        '  { "stop-new", LUMINAL_PHASE_HAND_OVER, stop_new },\n',
        '  { "stop-new", LUMINAL_PHASE_HAND_OVER, stop_some_new },\n',
        UNDO_TABLE,
        "static LuminalStepResult\n"
        "stop_some_new (LuminalTransaction *self, LuminalMember *member, GError **error)\n"
        f"{{\n  if ({condition})\n    return LUMINAL_STEP_DONE;\n"
        "  return stop_new (self, member, error);\n}\n\n" + UNDO_TABLE,
    )


def drop(event, condition=None):
    """Events of the kernel that are not heard."""
    condition = condition or f"event == G_FILE_MONITOR_EVENT_{event}"
    return (HEARD, f"  luminal_burst_count (self->burst);\n  if ({condition})\n    return;\n  switch (event)\n")


ROLLBACK = {
    "skipped": mutation(UNDO, "loader-reload", START_OLD, "  LuminalPart *part = NULL; (void) find_to_restart;\n"),
    "nothing-undone": mutation(
        TRANSACTION, "loader-reload", "  self->step = 0;\n  self->member = 0;\n}", "  self->step = 3;\n  self->member = 0;\n}"
    ),
    "only-in-workers": mutation(UNDO, "loader-reload", *only_some("!luminal_host_is_apart (member->module->host)")),
    "only-in-process": mutation(
        UNDO, "loader-reload-worker", *only_some("member->module->host != NULL && luminal_host_is_apart (member->module->host)")
    ),
    "only-the-first-photon": mutation(
        UNDO, "loader-several", FIND_TO_RESTART, "      if (part->is_stopped && !part->is_undone && i == 0)\n        return part;\n"
    ),
    "only-the-last-photon": mutation(
        UNDO,
        "loader-several",
        FIND_TO_RESTART,
        "      if (part->is_stopped && !part->is_undone && i + 1 == member->parts->len)\n        return part;\n",
    ),
    "new-not-stopped": mutation(UNDO, "loader-several", STOP_NEW, "  LuminalPart *part = NULL; (void) find_started;\n"),
    "new-stopped-after-old-started": mutation(
        UNDO,
        "loader-several",
        '  { "stop-new", LUMINAL_PHASE_HAND_OVER, stop_new },\n' + START_OLD_STEP,
        START_OLD_STEP + '  { "stop-new", LUMINAL_PHASE_HAND_OVER, stop_new },\n',
    ),
    "new-not-dropped": mutation(
        UNDO, "loader-reload", "  if (member->host == NULL || member->is_retired)\n", "  if (member->host != NULL || member->is_retired)\n"
    ),
    "without-state": mutation(
        UNDO, "loader-reload", REVIVE, REVIVE.replace("part->state, NULL", "NULL, NULL")
    ),
    "refused-state-not-forgotten": mutation(
        UNDO, "loader-several", "  else if (part->state != NULL)\n", "  else if (part->state != NULL && member->has_lost_state)\n"
    ),
    "status-not-put-back": mutation(
        UNDO, "loader-reload", "      luminal_handler_set_started (part->handler);\n", "      (void) 0;\n"
    ),
    "names-not-given-back": mutation(
        UNDO,
        "loader-several",
        "  luminal_registry_settle_names (self->registry, module, member->names);\n"
        "  luminal_module_set_phase (module, LUMINAL_PHASE_NONE);\n  tell_failure (self, member, kind, error);\n",
        "  luminal_module_set_phase (module, LUMINAL_PHASE_NONE);\n  tell_failure (self, member, kind, error);\n",
    ),
    "not-said": mutation(
        UNDO,
        "loader-reload",
        "                                 kind == LUMINAL_EVENT_ROLLED_BACK);\n      if (luminal_error_is_end (error) && member->host",
        "                                 FALSE);\n      if (luminal_error_is_end (error) && member->host",
    ),
    "not-in-history": mutation(
        UNDO,
        "loader-reload",
        "  luminal_module_remember (module, member->attempt);\n  for (guint i = 0; i < module->handlers->len; i++)\n",
        "  for (guint i = 0; i < module->handlers->len; i++)\n",
    ),
    "disk-not-compared": mutation(
        UNDO,
        "loader-reload",
        "  compare_with_disk (member);\n  luminal_module_remember (module, member->attempt);\n",
        "  luminal_module_remember (module, member->attempt);\n",
    ),
    "mates-lost": mutation(
        UNDO, "crash-phases", "  if (luminal_error_is_end (error))\n    restart_mates (member);\n", "  (void) restart_mates;\n"
    ),
    "commits-before-start": mutation(
        STEPS,
        "loader-reload",
        '  { "start", LUMINAL_PHASE_START, start, FALSE },\n'
        '  { "hand-over-late", LUMINAL_PHASE_HAND_OVER, hand_over_late, FALSE },\n'
        '  { "commit", LUMINAL_PHASE_COMMIT, commit, FALSE },\n',
        '  { "commit", LUMINAL_PHASE_COMMIT, commit, FALSE },\n'
        '  { "start", LUMINAL_PHASE_START, start, FALSE },\n'
        '  { "hand-over-late", LUMINAL_PHASE_HAND_OVER, hand_over_late, FALSE },\n',
    ),
    "failed-save-ignored": mutation(
        STEPS,
        "loader-reload",
        "  self->part->is_saved = error == NULL;\n",
        "  self->part->is_saved = TRUE;\n  if (!luminal_error_is_end (error))\n    g_clear_error (&error);\n",
    ),
    "failed-start-ignored": mutation(
        STEPS,
        "loader-reload",
        "  self->part->is_started = luminal_host_start_finish (LUMINAL_HOST (source_object), result, &error);\n",
        "  luminal_host_start_finish (LUMINAL_HOST (source_object), result, &error);\n"
        "  self->part->is_started = TRUE;\n  g_clear_error (&error);\n",
    ),
    "state-not-handed-over": mutation(
        STEPS,
        "loader-reload",
        "  luminal_host_start_async (member->host, part->after, part->state, NULL, new_started,\n",
        "  luminal_host_start_async (member->host, part->after, NULL, NULL, new_started,\n",
    ),
    "old-not-stopped": mutation(
        STEPS,
        "loader-reload",
        "  return stop_old (self, member, find_last_part (member, is_to_be_stopped));\n",
        "  (void) is_to_be_stopped;\n  return LUMINAL_STEP_DONE;\n",
    ),
    "old-not-stopped-late": mutation(
        STEPS,
        "loader-several",
        "  return stop_old (self, member, part);\n}\n\nstatic void\nnew_started",
        "  return LUMINAL_STEP_DONE;\n}\n\nstatic void\nnew_started",
    ),
    "old-not-retired": mutation(
        STEPS,
        "loader-reload",
        "  if (member->host == NULL || member->is_retired)\n",
        "  if (member->host != NULL || member->is_retired)\n",
    ),
    "start-first-ignored": mutation(
        STEPS,
        "loader-several",
        "  return part->was_running && part->before != NULL && !part->start_first && !part->is_stopped;\n",
        "  return part->was_running && part->before != NULL && !part->is_stopped;\n",
    ),
    "cancelled-after-the-end-of-the-old": mutation(
        TRANSACTION,
        "loader-reload loader-several loader-load",
        "  if (step->can_be_cancelled && !self->has_ended_old &&\n",
        "  if (\n",
    ),
    "probation-ignored": mutation(
        RECOVERY,
        "recovery",
        "  return age < (gint64) work->recovery->policy.probation_time * 1000;\n",
        "  return age < 0;\n",
    ),
    "crashed-not-rolled-back": mutation(
        RECOVERY,
        "recovery",
        "  if (target != NULL && !self->is_shut_down)\n    roll_back (work, target);\n",
        "  if (target != NULL && self->is_shut_down)\n    roll_back (work, target);\n",
    ),
    "state-of-revived-lost": mutation(
        STEPS,
        "loader-revert-workers recovery",
        "        luminal_generation_keep_state (before, luminal_metadata_get_class_name (part->before), part->state);\n",
        "        (void) 0;\n",
    ),
    "to-what-was-not-good": mutation(
        STEPS,
        "loader-revert-workers recovery crash-phases",
        "      if (status == LUMINAL_STATUS_FAILED || status == LUMINAL_STATUS_CRASHED)\n        return FALSE;\n",
        "      if (status == LUMINAL_STATUS_FAILED && i == G_MAXUINT)\n        return FALSE;\n",
    ),
}

CHECKSUM = {
    "always-different": mutation(STEPS, "loader-reload", COMPARE, "      TRUE || has_idle_photon (module))\n"),
    "always-equal": mutation(STEPS, "loader-reload", COMPARE, "      has_idle_photon (module))\n"),
    "compared-by-its-beginning": mutation(
        STEPS, "loader-reload", COMPARE, COMPARE.replace("g_strcmp0 (module->checksum, checksum)", "strncmp (module->checksum, checksum, 0)")
    ),
    "compared-with-generation": mutation(
        STEPS,
        "loader-reload",
        COMPARE,
        COMPARE.replace("module->checksum, checksum", "module->checksum, module->checksum"),
    ),
    "not-remembered": mutation(
        STEPS,
        "loader-reload",
        "  module->checksum = g_strdup (luminal_image_get_checksum (member->image));\n",
        "  module->checksum = g_strdup (member->old_checksum != NULL ? member->old_checksum : luminal_image_get_checksum (member->image));\n",
    ),
    "of-half": mutation(
        IMAGE,
        "image",
        "g_compute_checksum_for_data (G_CHECKSUM_SHA256, image->bytes, image->size);",
        "g_compute_checksum_for_data (G_CHECKSUM_SHA256, image->bytes, image->size / 2);",
    ),
    "of-nothing": mutation(
        IMAGE,
        "image",
        "g_compute_checksum_for_data (G_CHECKSUM_SHA256, image->bytes, image->size);",
        "g_compute_checksum_for_data (G_CHECKSUM_SHA256, image->bytes, 0);",
    ),
    "of-another-kind": mutation(
        IMAGE,
        "image",
        "g_compute_checksum_for_data (G_CHECKSUM_SHA256, image->bytes, image->size);",
        "g_compute_checksum_for_data (G_CHECKSUM_MD5, image->bytes, image->size);",
    ),
    "of-the-file-and-not-the-copy": mutation(
        IMAGE,
        "image",
        "  if (!copy_bytes (taking, image->fd, &image->size, cancellable, error))\n",
        '  if (!copy_bytes (taking, image->fd, &image->size, cancellable, error) || pwrite (image->fd, "x", 1, 5000) < 0)\n',
    ),
    "written-after-hashing": mutation(
        IMAGE,
        "image",
        "  if (!seal (image->fd, has_seals))\n    {\n      g_propagate_error (error, luminal_error_new (LUMINAL_ERROR_UNREADABLE, taking->path,",
        "  if (FALSE)\n    {\n      g_propagate_error (error, luminal_error_new (LUMINAL_ERROR_UNREADABLE, taking->path,",
        "  g_set_object (&taking->image, image);\n",
        '  if (pwrite (image->fd, "x", 1, (off_t) image->size - 1) == 1)\n'
        "    taking->phase = LUMINAL_PHASE_CHECKSUM;\n  g_set_object (&taking->image, image);\n",
    ),
    "of-what-was-built-wrong": mutation(
        IMAGE,
        "image",
        "      self->checksum = g_compute_checksum_for_bytes (G_CHECKSUM_SHA256, bytes);\n",
        '      self->checksum = g_compute_checksum_for_string (G_CHECKSUM_SHA256, path, -1);\n',
    ),
    "not-told": mutation(
        STEPS,
        "loader-reload",
        "  luminal_handler_set_generation (part->handler, module->generation, module->checksum,\n",
        "  luminal_handler_set_generation (part->handler, module->generation, member->old_checksum,\n",
    ),
    "not-in-history": mutation(
        STEPS, "loader-reload", "  luminal_generation_set_checksum (member->attempt, checksum);\n", "  (void) 0;\n"
    ),
    "idle-photon-ignored": mutation(
        STEPS, "loader-reload watch", COMPARE, COMPARE.replace(" || has_idle_photon (module))", " || (has_idle_photon (module) && FALSE))")
    ),
    "force-ignored": mutation(
        STEPS,
        "loader-reload",
        "  if (module->host == NULL || (self->flags & LUMINAL_TRANSACTION_FORCE) != 0 ||\n",
        "  if (module->host == NULL ||\n",
    ),
    "quarantine-forgotten": mutation(
        LINEAGE, "recovery", "  return g_hash_table_contains (self->quarantine, checksum);\n", "  return FALSE;\n"
    ),
    "quarantine-for-ever": mutation(
        LINEAGE, "recovery isolation-recovery", "  g_hash_table_remove_all (self->quarantine);\n", "  (void) 0;\n"
    ),
    "aside-forgotten": mutation(
        LINEAGE, "watch-revert-workers", "  return g_hash_table_contains (self->aside, checksum);\n", "  return FALSE;\n"
    ),
    "torn-copy-taken": mutation(
        IMAGE, "image", "  if (taken && !taking->guarded &&\n", "  if (FALSE && taken && !taking->guarded &&\n",
        "  taking->leased = take_lease (taking->fd, &written);\n",
        "  taking->leased = take_lease (taking->fd, &written) && FALSE;\n  written = FALSE;\n",
    ),
    "of-a-source-not-in-the-key": mutation(
        "build/luminal-build-commands.c", "builder", "  update (key, checksum);\n", "  (void) checksum;\n"
    ),
    "of-a-compiler-not-in-the-key": mutation(
        "build/luminal-build-commands.c", "builder", "  update (key, order->compiler->stamp);\n", ""
    ),
    "of-headers-not-in-the-key": mutation(
        "build/luminal-build-cache.c",
        "build-cache",
        "      g_checksum_update (checksum, (const guchar *) digest, (gssize) strlen (digest) + 1);\n",
        "      (void) digest;\n",
    ),
    "of-an-entry-ignored": mutation(
        "build/luminal-build-cache.c",
        "build-cache",
        "  if (!g_str_equal (stored_key, entry_key))\n    return NULL;\n",
        "  (void) stored_key;\n",
    ),
    "stamp-without-times": mutation(
        SCANNER, "scanner", "         a->modified == b->modified && a->changed == b->changed;\n", "         TRUE;\n"
    ),
    "stamp-without-inode": mutation(SCANNER, "scanner", " && a->inode == b->inode", ""),
    "stamp-without-size": mutation(SCANNER, "scanner", " && a->size == b->size", ""),
    "stamp-always-equal": mutation(
        SCANNER, "scanner", "  return a->device == b->device &&", "  return TRUE || (a->device == b->device &&",
        "a->changed == b->changed;", "a->changed == b->changed);",
    ),
}

EVENT = {
    "written": mutation(WATCHER, "watcher watcher-looks", *drop("CHANGES_DONE_HINT")),
    "moved-in": mutation(WATCHER, "watcher watcher-looks", *drop("MOVED_IN")),
    "created-unfinished": mutation(WATCHER, "watcher watcher-looks", "        remember_unfinished (self, path);\n", "        (void) remember_unfinished;\n"),
    "attributes": mutation(WATCHER, "watcher watcher-looks", *drop("ATTRIBUTE_CHANGED")),
    "renamed": mutation(WATCHER, "watcher watcher-looks", *drop("RENAMED")),
    "renamed-from": mutation(
        WATCHER,
        "watcher watcher-looks",
        "        break;\n      entry_is_gone (self, path);\n      if (other_path != NULL)\n",
        "        break;\n      if (other_path != NULL)\n",
    ),
    "renamed-to": mutation(
        WATCHER,
        "watcher watcher-looks",
        "      if (other_path != NULL)\n        entry_is_there (self, other_path, FALSE);\n",
        "",
    ),
    "deleted": mutation(WATCHER, "watcher watcher-looks", *drop("DELETED")),
    "moved-out": mutation(WATCHER, "watcher watcher-looks", *drop("MOVED_OUT")),
    "one-in-eight": mutation(WATCHER, "watcher watcher-looks", *drop("", "g_random_int () % 8 == 0")),
    "one-in-fifty": mutation(WATCHER, "watcher watcher-looks", *drop("", "g_random_int () % 50 == 0")),
    "second-of-the-same": mutation(
        WATCHER,
        "watcher watcher-looks",
        *drop("", "({ static char *last; gboolean same = g_strcmp0 (last, path) == 0; g_free (last); last = g_strdup (path); same; })"),
    ),
    "second-soon": mutation(
        WATCHER,
        "watcher watcher-looks",
        *drop(
            "",
            "event == G_FILE_MONITOR_EVENT_CHANGES_DONE_HINT && "
            "({ static gint64 last; gboolean soon = g_get_monotonic_time () - last < 1000; last = g_get_monotonic_time (); soon; })",
        ),
    ),
    "below-the-folder": mutation(
        WATCHER,
        "watcher watcher-looks",
        *drop("", "strchr (path + strlen (self->path) + 1, '/') != NULL"),
    ),
    "after-many": mutation(
        WATCHER, "watcher watcher-looks watch-storms", *drop("", "({ static guint n; ++n > 300; })")
    ),
    "while-it-scans": mutation(WATCHER, "watcher watcher-looks", *drop("", "self->scanning != NULL && event == G_FILE_MONITOR_EVENT_CHANGES_DONE_HINT")),
    "deleted-while-it-scans": mutation(
        WATCHER, "watcher watcher-looks", *drop("", "self->scanning != NULL && event == G_FILE_MONITOR_EVENT_DELETED")
    ),
    "no-look-once-more": mutation(WATCHER, "watcher watcher-looks", "      self->scan_again = TRUE;\n", ""),
    "no-look-where-descriptors-lacked": mutation(WATCHER, "watcher watcher-looks", "    retry_later (self);\n", "    (void) retry_later;\n"),
    "no-look-after-a-burst": mutation(
        WATCHER,
        "watcher watcher-looks",
        "{\n  luminal_watcher_scan (user_data);\n}",
        "{\n  set_rescanning (user_data, FALSE);\n}",
    ),
    "bursts-not-counted": mutation(BURST, "watcher watcher-looks", "  self->n_events++;\n", ""),
    "look-finds-no-changes": mutation(
        WATCHER,
        "watcher watcher-looks",
        "  else if (!luminal_poll_is_on (self->poll) || luminal_poll_settled (self->poll, path, &now))\n",
        "  else if (known == NULL && (!luminal_poll_is_on (self->poll) || luminal_poll_settled (self->poll, path, &now)))\n",
    ),
    "look-finds-nothing-new": mutation(
        WATCHER,
        "watcher watcher-looks",
        "  else if (!luminal_poll_is_on (self->poll) || luminal_poll_settled (self->poll, path, &now))\n",
        "  else if (known != NULL && (!luminal_poll_is_on (self->poll) || luminal_poll_settled (self->poll, path, &now)))\n",
    ),
    "look-finds-nothing-gone": mutation(
        WATCHER,
        "watcher watcher-looks",
        "        report_vanished (self, gone->pdata[i]);\n    }\n\n  for (guint i = 0; i < scan->order->len; i++)\n",
        "        (void) gone;\n    }\n\n  for (guint i = 0; i < scan->order->len; i++)\n",
    ),
    "no-look-after-a-new-monitor": mutation(
        WATCHER, "watcher watcher-looks", "      again |= watch_folders (self, scan);\n", "      watch_folders (self, scan);\n"
    ),
    "without-moves": mutation(
        MONITORS, "watcher watcher-looks", "G_FILE_MONITOR_WATCH_MOVES", "G_FILE_MONITOR_NONE"
    ),
    "stamp-not-renewed": mutation(
        WATCHER,
        "watcher watcher-looks watch-storms",
        "  g_hash_table_replace (self->stamps, g_strdup (path), g_memdup2 (stamp, sizeof *stamp));\n"
        "  g_signal_emit (self, signals[CHANGED]",
        "  if (!g_hash_table_contains (self->stamps, path))\n"
        "    g_hash_table_replace (self->stamps, g_strdup (path), g_memdup2 (stamp, sizeof *stamp));\n"
        "  g_signal_emit (self, signals[CHANGED]",
    ),
    "while-it-loads": mutation(
        SESSION,
        "isolation-recovery",
        "      file->is_outdated = TRUE;\n      g_cancellable_cancel (file->cancellable);\n",
        "      (void) 0;\n",
    ),
    "while-it-loads-not-called-off": mutation(
        SESSION, "isolation-recovery", "      g_cancellable_cancel (file->cancellable);\n    }\n  else\n", "    }\n  else\n"
    ),
    "outdated-forgotten": mutation(
        SESSION,
        "watch-writers watch",
        "  if ((file->is_outdated || (file->has_new_rights && is_unreadable (error))) && !self->is_stopped)\n",
        "  if ((file->has_new_rights && is_unreadable (error)) && !self->is_stopped)\n",
    ),
    "new-rights-forgotten": mutation(
        SESSION,
        "watch",
        "  if (only_attributes && (module == NULL || !was_unreadable (module)))\n",
        "  (void) was_unreadable;\n  if (only_attributes)\n",
    ),
    "vanished-forgotten": mutation(
        SESSION,
        "watch",
        "      else if (is_being_loaded || module != NULL)\n        luminal_watch_session_unload_then_load (self, path, NULL);\n",
        "      else if (is_being_loaded)\n        luminal_watch_session_unload_then_load (self, path, NULL);\n",
    ),
    "vanished-at-once": mutation(
        SESSION, "watch", "  file->grace = g_timeout_source_new (self->grace_time);\n", "  file->grace = g_timeout_source_new (0);\n"
    ),
    "returned-in-time-is-gone": mutation(
        SESSION, "watch", "  become_busy (self);\n  end_grace (file);\n", "  become_busy (self);\n",
        "  if (!luminal_scanner_stamp (path, &stamp))\n    {\n      if (module != NULL)\n        luminal_module_set_file_missing",
        "  luminal_scanner_stamp (path, &stamp);\n    {\n      if (module != NULL)\n        luminal_module_set_file_missing",
    ),
    "renamed-to-forgotten": mutation(
        SESSION,
        "watch",
        "  if (to != NULL && luminal_scanner_stamp (to, &stamp))\n    luminal_watch_session_file_changed",
        "  if (to != NULL && FALSE)\n    luminal_watch_session_file_changed",
    ),
    "nameless-forgotten": mutation(
        SESSION, "watch", "    note_nameless (self, event);\n", "    (void) note_nameless;\n"
    ),
    "first-scan-forgets-the-last": mutation(
        SESSION, "watch", "  for (guint i = 0; i < paths->len; i++)\n    {\n      WatchedFile *file",
        "  self->n_first = MAX (paths->len, 1);\n  for (guint i = 0; i + 1 < paths->len; i++)\n    {\n      WatchedFile *file",
    ),
    "header-written": mutation(
        DEPENDENCIES, "dependency-watch", "  if (event == G_FILE_MONITOR_EVENT_CHANGES_DONE_HINT || event ==", "  if (event =="
    ),
    "header-moved-in": mutation(
        DEPENDENCIES, "dependency-watch", " || event == G_FILE_MONITOR_EVENT_MOVED_IN)", ")"
    ),
    "header-renamed": mutation(
        DEPENDENCIES,
        "dependency-watch",
        "  else if (event == G_FILE_MONITOR_EVENT_RENAMED)\n    look_at_file (self, other_file);\n",
        "",
    ),
    "header-folder-came": mutation(
        DEPENDENCIES,
        "dependency-watch",
        "      if (g_str_equal (folder->watched, path))\n        look_at_all_in (self, path);\n",
        "",
    ),
}

SEALS = {
    "left-out": mutation(IMAGE, "image", SEAL, "  return !has_seals || fd >= 0;\n"),
    "only-write": mutation(IMAGE, "image", SEAL, IS_FOR % "F_SEAL_WRITE"),
    "without-write": mutation(IMAGE, "image", SEAL, IS_FOR % "F_SEAL_SEAL | F_SEAL_SHRINK | F_SEAL_GROW"),
    "without-shrink": mutation(IMAGE, "image", SEAL, IS_FOR % "F_SEAL_SEAL | F_SEAL_GROW | F_SEAL_WRITE"),
    "without-grow": mutation(IMAGE, "image", SEAL, IS_FOR % "F_SEAL_SEAL | F_SEAL_SHRINK | F_SEAL_WRITE"),
    "without-seal": mutation(IMAGE, "image", SEAL, IS_FOR % "F_SEAL_SHRINK | F_SEAL_GROW | F_SEAL_WRITE"),
    "only-future-writes": mutation(IMAGE, "image", SEAL, IS_FOR % "F_SEAL_SEAL | F_SEAL_SHRINK | F_SEAL_GROW | F_SEAL_FUTURE_WRITE"),
    "failure-ignored": mutation(
        IMAGE, "faults", SEAL, f"  if (has_seals)\n    fcntl (fd, F_ADD_SEALS, {ALL_SEALS});\n  return TRUE;\n"
    ),
    "not-allowed": mutation(
        IMAGE,
        "image",
        "MFD_CLOEXEC | MFD_ALLOW_SEALING",
        "MFD_CLOEXEC",
        "  *has_seals = fd >= 0;\n",
        "  *has_seals = FALSE;\n",
    ),
    "no-memfd": mutation(
        IMAGE,
        "image",
        "  int fd = memfd_create (shortened, MFD_CLOEXEC | MFD_ALLOW_SEALING);\n",
        "  int fd = -1;\n",
    ),
    "of-a-file-left-out": mutation(
        IMAGE,
        "image",
        "  if (!seal (image->fd, has_seals))\n    {\n      g_propagate_error",
        "  if (FALSE)\n    {\n      g_propagate_error",
    ),
    "of-what-was-built-left-out": mutation(
        IMAGE, "image", " &&\n      seal (self->fd, has_seals))\n", ")\n"
    ),
    "of-a-second-copy-left-out": mutation(
        IMAGE, "image", "luminal_write_all (fd, self->bytes, self->size) && seal (fd, has_seals))", "luminal_write_all (fd, self->bytes, self->size))"
    ),
    "before-it-is-written": mutation(
        IMAGE,
        "image",
        "  if (!copy_bytes (taking, image->fd, &image->size, cancellable, error))\n",
        "  seal (image->fd, has_seals);\n  if (!copy_bytes (taking, image->fd, &image->size, cancellable, error))\n",
    ),
    "kept-open-in-children": mutation(IMAGE, "image", "MFD_CLOEXEC | MFD_ALLOW_SEALING", "MFD_ALLOW_SEALING"),
}

DEADLINE = {
    "of-all": mutation(HOST, "isolation-deadlines", "  call->timeout = timeout;\n", "  call->timeout = 0;\n",
                       "self->settings.open_timeout, module_opened", "0, module_opened"),
    "of-functions": mutation(HOST, "isolation-deadlines", "  call->timeout = timeout;\n", "  call->timeout = 0;\n"),
    "of-open": mutation(HOST, "isolation-deadlines", "self->settings.open_timeout, module_opened", "0, module_opened"),
    "of-restore": mutation(
        HOST, "isolation-deadlines", "                           self->settings.restore_timeout);\n", "                           0);\n"
    ),
    "of-start": mutation(HOST, "isolation-deadlines", '_("the start function"), self->settings.start_timeout);', '_("the start function"), 0);'),
    "of-save": mutation(HOST, "isolation-deadlines", '_("the save function"), self->settings.save_timeout);', '_("the save function"), 0);'),
    "of-finalizer": mutation(HOST, "isolation-deadlines", '_("the finalizer"), self->settings.finalizer_timeout);', '_("the finalizer"), 0);'),
    "of-start-is-that-of-restore": mutation(
        HOST,
        "isolation-deadlines",
        '_("the start function"), self->settings.start_timeout);',
        '_("the start function"), self->settings.restore_timeout);',
    ),
    "of-save-is-that-of-finalizer": mutation(
        HOST,
        "isolation-deadlines",
        '_("the save function"), self->settings.save_timeout);',
        '_("the save function"), self->settings.finalizer_timeout);',
    ),
    "of-finalizer-is-that-of-save": mutation(
        HOST,
        "isolation-deadlines",
        '_("the finalizer"), self->settings.finalizer_timeout);',
        '_("the finalizer"), self->settings.save_timeout);',
    ),
    "of-open-is-that-of-start": mutation(
        HOST, "isolation-deadlines", "self->settings.open_timeout, module_opened", "self->settings.start_timeout, module_opened"
    ),
    "in-seconds": mutation(
        PEER, "isolation-deadlines", "  call->timeout = luminal_deadline_new (timeout);\n", "  call->timeout = luminal_deadline_new (timeout * 1000);\n"
    ),
    "twice-as-long": mutation(
        PEER, "peer", "  call->timeout = luminal_deadline_new (timeout);\n", "  call->timeout = luminal_deadline_new (timeout * 2);\n"
    ),
    "never-set": mutation(PEER, "peer", "      if (timeout > 0)\n        set_timeout (self, task, timeout);\n", "      (void) set_timeout;\n"),
    "nobody-killed": mutation(
        HOST,
        "isolation-deadlines",
        "  self->call->failure = error;\n  luminal_worker_process_expect_end (self->process);\n"
        "  luminal_worker_process_end (self->process, FALSE);\n",
        "  self->call->failure = error;\n  luminal_worker_process_expect_end (self->process);\n",
    ),
    "not-waited-for-the-end": mutation(
        HOST,
        "isolation-deadlines isolation-phases",
        "      give_up_process (self, timeout_error (self));\n",
        "      return_failure (self, timeout_error (self));\n",
    ),
    "start-not-set": mutation(HOSTING, "isolation-deadlines", "  SETTINGS (self)->start_timeout = start_timeout;\n", ""),
    "finalizer-not-set": mutation(HOSTING, "isolation-deadlines", "  SETTINGS (self)->finalizer_timeout = finalizer_timeout;\n", ""),
    "save-not-set": mutation(HOSTING, "isolation-deadlines", "  SETTINGS (self)->save_timeout = save_timeout;\n", ""),
    "restore-not-set": mutation(HOSTING, "isolation-deadlines", "  SETTINGS (self)->restore_timeout = restore_timeout;\n", ""),
    "open-not-set": mutation(HOSTING, "isolation-deadlines", "  SETTINGS (self)->open_timeout = open_timeout;\n", ""),
    "start-has-none-at-first": mutation(FACTORY, "isolation-deadlines", "    .start_timeout = CALL_TIMEOUT_MS,\n", ""),
    "of-settling": mutation(
        IMAGE, "image", "  if (now - taking->last_progress > (gint64) taking->settle_timeout * 1000)\n", "  if (FALSE && now)\n"
    ),
    "of-settling-from-the-beginning": mutation(
        IMAGE, "image loader-reload",
        "    taking->last_progress = g_get_monotonic_time ();\n\n  fresh", "    taking->last_progress = MAX (taking->last_progress, 0);\n\n  fresh",
    ),
    "of-building": mutation(
        "build/luminal-child.c",
        "builder-accidents",
        "  self->deadline = attach (luminal_deadline_new (timeout), on_deadline, task,",
        "  self->deadline = attach (luminal_deadline_new (G_MAXINT), on_deadline, task,",
    ),
}

SET = {
    "first-not-reverted": mutation(UNDO, "loader-several", *only_some("self->member == 0 && self->members->len > 1")),
    "second-not-reverted": mutation(UNDO, "loader-several", *only_some("self->member == 1")),
    "last-not-reverted": mutation(UNDO, "loader-several", *only_some("self->member > 0 && self->member + 1 == self->members->len")),
    "middle-not-reverted": mutation(
        UNDO, "loader-several", *only_some("self->member > 0 && self->member + 1 < self->members->len")
    ),
    "failed-not-reverted": mutation(UNDO, "loader-several", *only_some("member == self->failed_member && self->members->len > 1")),
    "only-failed-reverted": mutation(UNDO, "loader-several", *only_some("member != self->failed_member")),
    "after-the-failed-not-reverted": mutation(
        UNDO,
        "loader-several",
        *only_some("({ guint at = 0; g_ptr_array_find (self->members, self->failed_member, &at); self->member > at; })"),
    ),
    "second-photon-of-second-module": mutation(
        UNDO,
        "loader-several",
        FIND_TO_RESTART,
        "      if (part->is_stopped && !part->is_undone && !(i > 0 && luminal_registry_lookup_module != NULL && member->attempt != NULL &&\n"
        "          luminal_generation_get_number (member->attempt) > 0 && member->names->len > 1))\n        return part;\n",
    ),
    "new-ones-of-others-run-on": mutation(UNDO, "loader-several", *stop_some("member != self->failed_member")),
    "new-of-the-first-runs-on": mutation(UNDO, "loader-several", *stop_some("self->member == 0 && self->members->len > 1")),
    "others-not-told": mutation(
        UNDO,
        "loader-several",
        "        conclude_other_member (self, member);\n    }\n\n  if (!quiet)\n",
        "        luminal_module_set_phase (member->module, LUMINAL_PHASE_NONE);\n    }\n\n  if (!quiet)\n",
    ),
    "others-dropped-but-not-their-hosts": mutation(
        UNDO, "loader-several",
        "  if (member->host == NULL || member->is_retired)\n",
        "  if (member->host == NULL || member->is_retired || member != self->failed_member)\n",
    ),
    "committed-one-by-one": mutation(
        TRANSACTION,
        "loader-several",
        "          leave_step (self, step, member);\n          self->member++;\n          break;\n        case LUMINAL_STEP_FAILED:\n",
        "          leave_step (self, step, member);\n"
        "          if (self->steps == luminal_transaction_steps && self->step >= 5 && self->steps[self->step + 1].run != NULL)\n"
        "            self->step++;\n"
        "          else if (self->steps == luminal_transaction_steps && self->step >= 5 && self->member + 1 < self->members->len)\n"
        "            {\n              self->member++;\n              self->step = 5;\n            }\n"
        "          else\n            self->member++;\n"
        "          break;\n        case LUMINAL_STEP_FAILED:\n",
    ),
    "failing-one-passed-over": mutation(
        TRANSACTION,
        "loader-several",
        "          turn_back (self, step->phase, member, error);\n",
        "          if (self->members->len > 1 && self->step < 5)\n"
        "            {\n              g_clear_error (&error);\n              member->is_unchanged = TRUE;\n"
        "              luminal_module_set_phase (member->module, LUMINAL_PHASE_NONE);\n            }\n"
        "          else\n            turn_back (self, step->phase, member, error);\n",
    ),
    "old-ones-end-one-by-one": mutation(
        STEPS,
        "loader-several",
        '  { "save", LUMINAL_PHASE_HAND_OVER, save, TRUE },\n  { "hand-over", LUMINAL_PHASE_HAND_OVER, hand_over, FALSE },\n',
        '  { "hand-over", LUMINAL_PHASE_HAND_OVER, hand_over, FALSE },\n  { "save", LUMINAL_PHASE_HAND_OVER, save, TRUE },\n',
    ),
}

GROUPS = {
    "rollback": ROLLBACK,
    "checksum": CHECKSUM,
    "event": EVENT,
    "seal": SEALS,
    "deadline": DEADLINE,
    "set": SET,
}

MUTATIONS = {f"{group}/{name}": mutation for group, members in GROUPS.items() for name, mutation in members.items()}
