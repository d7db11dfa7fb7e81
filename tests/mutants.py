#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-3.0-or-later

"""Puts one mistake after the other into a copy of the source, and says which tests notice.

    tests/mutants.py [--all | --named] [--keep FOLDER] [MUTANT…]

A mutant is named as in mutations.py: "seal/left-out", or "seal" for all of that kind. The
tests that are to notice it are run first, and all others only if none of them does. A mistake
that no test notices is an error, and so is one that is noticed only because a test never
ends. Works in a temporary copy; takes half a minute for each."""

import argparse
import contextlib
import json
import os
import shutil
import subprocess
import sys
import tempfile
import time

sys.dont_write_bytecode = True
from mutations import MUTATIONS  # noqa: E402

TOP = os.path.dirname(os.path.dirname(os.path.abspath(__file__)))
LIBRARY = "src/libluminal"
SUITES = ["lib", "cli", "proof"]


def run(command, where):
    return subprocess.run(command, cwd=where, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, check=False, text=True)


@contextlib.contextmanager
def planted(copy, mutation):
    path = os.path.join(copy, LIBRARY, mutation.file)
    with open(path, encoding="utf-8") as file:
        original = file.read()
    text = original
    for old, new in mutation.changes:
        if text.count(old) != 1:
            sys.exit(f"{mutation.file} does not have this once any more: {old}")
        text = text.replace(old, new)
    with open(path, "w", encoding="utf-8") as file:
        file.write(text)
    try:
        yield
    finally:
        with open(path, "w", encoding="utf-8") as file:
            file.write(original)


def run_tests(folder, copy, selection):
    """Names of those that failed, and of those that had to be ended."""
    log = os.path.join(folder, "meson-logs/testlog.json")
    with contextlib.suppress(FileNotFoundError):
        os.unlink(log)
    result = run(["meson", "test", "-C", folder, *selection], copy)
    # A mistake that does not compile proves nothing.
    if not os.path.exists(log):
        print(result.stdout)
        return [], ["compiling"]
    with open(log, encoding="utf-8") as file:
        tests = [json.loads(line) for line in file]
    if not tests:
        sys.exit(f"no test is named {' '.join(selection)}")
    names = {kind: sorted(test["name"].split(" / ")[-1] for test in tests if test["result"] in kind.split())
             for kind in ("FAIL ERROR", "TIMEOUT INTERRUPT")}
    return names["FAIL ERROR"], names["TIMEOUT INTERRUPT"]


def examine(folder, copy, mutation, extent):
    with planted(copy, mutation):
        failed, hung = ([], []) if extent == "all" else run_tests(folder, copy, mutation.tests.split())
        if not failed and not hung and extent != "named":
            failed, hung = run_tests(folder, copy, [word for suite in SUITES for word in ("--suite", suite)])
    return failed, hung


def choose(names):
    chosen = [name for name in MUTATIONS if not names or name in names or name.split("/")[0] in names]
    for name in names:
        if not any(one == name or one.startswith(f"{name}/") for one in chosen):
            sys.exit(f"there is no mutant {name}")
    return chosen


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("mutants", nargs="*", metavar="MUTANT", help="which (default: all)")
    parser.add_argument("--all", dest="extent", action="store_const", const="all", help="run all tests for each")
    parser.add_argument("--named", dest="extent", action="store_const", const="named",
                        help="run only those that are to notice it")
    parser.add_argument("--keep", metavar="FOLDER", help="where the copy is, and stays, to be built in less time")
    parser.add_argument("--list", action="store_true", help="say which there are")
    arguments = parser.parse_args()
    chosen = choose(arguments.mutants)
    if arguments.list:
        print("\n".join(chosen))
        return 0
    unnoticed = []

    with contextlib.ExitStack() as stack:
        where = arguments.keep or stack.enter_context(tempfile.TemporaryDirectory(prefix="luminal-mutants-"))
        copy = os.path.join(where, "luminal")
        folder = os.path.join(copy, "_build")
        if os.path.exists(copy):
            run(["rsync", "-rlp", "--checksum", "--delete", "--exclude=_build*", "--exclude=.git", f"{TOP}/", f"{copy}/"], where)
        else:
            shutil.copytree(TOP, copy, symlinks=True, ignore=shutil.ignore_patterns("_build*", ".git"))
        if not os.path.exists(os.path.join(folder, "build.ninja")):
            result = run(["meson", "setup", "-Dapp=disabled", "-Dintrospection=disabled", folder], copy)
            if result.returncode != 0:
                sys.exit(result.stdout)

        # Otherwise what fails says nothing.
        tests = sorted({test for name in chosen for test in MUTATIONS[name].tests.split()})
        there = {line.split(" / ")[-1] for line in run(["meson", "test", "-C", folder, "--list"], copy).stdout.splitlines()}
        if not there.issuperset(tests):
            sys.exit(f"there are no tests {', '.join(set(tests) - there)}")
        failed, hung = run_tests(folder, copy, tests)
        if failed or hung:
            sys.exit(f"without any mistake these fail: {' '.join(failed + hung)}")
        for name in chosen:
            began = time.monotonic()
            failed, hung = examine(folder, copy, MUTATIONS[name], arguments.extent)
            verdict = " ".join(failed) or (f"ONLY BY ITS TIME LIMIT: {' '.join(hung)}" if hung else "NOT NOTICED")
            print(f"{name}: {verdict} ({time.monotonic() - began:.0f} s)", flush=True)
            if not failed:
                unnoticed.append(name)

    print(f"{len(chosen) - len(unnoticed)} of {len(chosen)} were noticed")
    return 1 if unnoticed else 0


if __name__ == "__main__":
    sys.exit(main())
