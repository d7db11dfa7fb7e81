#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-3.0-or-later

"""Puts one mistake after the other into a copy of the source, and says which tests notice.

    tests/mutants.py [--tests NAME,NAME] [MUTANT…]

Works in a temporary copy; a mistake that no test notices is an error. Takes minutes."""

import argparse
import json
import os
import shutil
import subprocess
import sys
import tempfile

TOP = os.path.dirname(os.path.dirname(os.path.abspath(__file__)))
LIBRARY = "src/libluminal/"

# name: file below the library, what is in it, what is there instead
MUTANTS = {
    "rollback-skipped": (
        "transaction/luminal-transaction-undo.c",
        "  LuminalPart *part = find_to_restart (member);\n",
        "  LuminalPart *part = NULL; (void) find_to_restart;\n",
    ),
    "new-not-stopped-on-the-way-back": (
        "transaction/luminal-transaction-undo.c",
        "  LuminalPart *part = find_started (member);\n",
        "  LuminalPart *part = NULL; (void) find_started;\n",
    ),
    "one-of-a-set-not-reverted": (
        "transaction/luminal-transaction-undo.c",
        '  { "start-old", LUMINAL_PHASE_START, start_old },\n',
        '  { "start-old", LUMINAL_PHASE_START, start_old_but_first },\n',
        "const LuminalStep luminal_transaction_undo_steps[] = {",
        "static LuminalStepResult\nstart_old_but_first (LuminalTransaction *self, LuminalMember *member, GError **error)\n"
        "{\n  if (self->member == 0 && self->members->len > 1)\n    return LUMINAL_STEP_DONE;\n"
        "  return start_old (self, member, error);\n}\n\nconst LuminalStep luminal_transaction_undo_steps[] = {",
    ),
    "checksum-ignored": (
        "transaction/luminal-transaction-steps.c",
        "      g_strcmp0 (module->checksum, checksum) != 0 || has_idle_photon (module))",
        "      TRUE || has_idle_photon (module))",
    ),
    "state-lost": (
        "transaction/luminal-transaction-steps.c",
        "  luminal_host_start_async (member->host, part->after, part->state, NULL, new_started,",
        "  luminal_host_start_async (member->host, part->after, NULL, NULL, new_started,",
    ),
    "state-lost-on-the-way-back": (
        "transaction/luminal-transaction-undo.c",
        "  luminal_host_start_async (member->module->host, part->before, part->state, NULL, old_started,",
        "  luminal_host_start_async (member->module->host, part->before, NULL, NULL, old_started,",
    ),
    "old-not-stopped": (
        "transaction/luminal-transaction-steps.c",
        "  return stop_old (self, member, find_last_part (member, is_to_be_stopped));",
        "  (void) is_to_be_stopped;\n  return LUMINAL_STEP_DONE;",
    ),
    "quarantine-forgotten": (
        "model/luminal-lineage.c",
        "  return g_hash_table_contains (self->quarantine, checksum);",
        "  return FALSE;",
    ),
    "event-dropped": (
        "watch/luminal-watcher.c",
        "  luminal_burst_count (self->burst);\n",
        "  luminal_burst_count (self->burst);\n"
        "  if (event == G_FILE_MONITOR_EVENT_CHANGES_DONE_HINT && g_random_int () % 8 == 0)\n    return;\n",
    ),
    "moved-in-dropped": (
        "watch/luminal-watcher.c",
        "    case G_FILE_MONITOR_EVENT_MOVED_IN:\n      entry_is_there (self, path, FALSE);\n",
        "      entry_is_there (self, path, FALSE);\n",
    ),
    "seal-left-out": (
        "image/luminal-image.c",
        "  fcntl (fd, F_ADD_SEALS, F_SEAL_SEAL | F_SEAL_SHRINK | F_SEAL_GROW | F_SEAL_WRITE);",
        "  (void) fd;",
    ),
    "written-after-hashing": (
        "image/luminal-image.c",
        "  g_set_object (&taking->image, image);\n",
        "  if (pwrite (image->fd, \"x\", 1, (off_t) image->size - 1) == 1)\n"
        "    taking->phase = LUMINAL_PHASE_CHECKSUM;\n  g_set_object (&taking->image, image);\n",
        "  seal (image->fd);\n  if (!map_bytes (image))\n    {\n      g_propagate_error (error, luminal_error_new (LUMINAL_ERROR_UNREADABLE, taking->path,",
        "  if (!map_bytes (image))\n    {\n      g_propagate_error (error, luminal_error_new (LUMINAL_ERROR_UNREADABLE, taking->path,",
    ),
    "deadline-ignored": (
        "host/luminal-worker-host.c",
        "  call->timeout = timeout;\n",
        "  call->timeout = 0;\n",
    ),
}


def run(command, where, **options):
    return subprocess.run(command, cwd=where, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL, check=False, **options)


def plant(copy, changes):
    path = os.path.join(copy, LIBRARY, changes[0])
    with open(path, encoding="utf-8") as file:
        text = file.read()
    original = text
    for old, new in zip(changes[1::2], changes[2::2]):
        if text.count(old) != 1:
            sys.exit(f"{changes[0]} does not have this once any more: {old}")
        text = text.replace(old, new)
    with open(path, "w", encoding="utf-8") as file:
        file.write(text)
    return path, original


def failing_tests(build):
    with open(os.path.join(build, "meson-logs/testlog.json"), encoding="utf-8") as file:
        tests = [json.loads(line) for line in file]
    return sorted(test["name"].split(" / ")[-1] for test in tests if test["result"] not in ("OK", "SKIP"))


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("mutants", nargs="*", metavar="MUTANT", help="which: " + ", ".join(MUTANTS))
    parser.add_argument("--tests", default="", help="only these of the suites lib and proof")
    arguments = parser.parse_args()
    names = arguments.mutants or list(MUTANTS)
    unnoticed = []

    with tempfile.TemporaryDirectory(prefix="luminal-mutants-") as folder:
        copy = os.path.join(folder, "luminal")
        build = os.path.join(copy, "_build")
        shutil.copytree(TOP, copy, ignore=shutil.ignore_patterns("_build*", ".git"))
        run(["meson", "setup", "-Dapp=disabled", "-Dintrospection=disabled", build], copy)
        run(["ninja", "-C", build], copy)
        for name in names:
            path, original = plant(copy, MUTANTS[name])
            # A mistake that does not compile proves nothing.
            if run(["ninja", "-C", build], copy).returncode != 0:
                sys.exit(f"{name} does not compile")
            chosen = arguments.tests.split(",") if arguments.tests else ["--suite", "lib", "--suite", "proof"]
            run(["meson", "test", "-C", build, "--no-rebuild", "-t", "0.3", *chosen], copy)
            failed = failing_tests(build)
            print(f"{name}: {', '.join(failed) or 'NOT NOTICED'}", flush=True)
            if not failed:
                unnoticed.append(name)
            with open(path, "w", encoding="utf-8") as file:
                file.write(original)

    return 1 if unnoticed else 0


if __name__ == "__main__":
    sys.exit(main())
