#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-3.0-or-later

"""Runs what takes minutes to hours, one part after the other: "./dev soak --help"."""

import argparse
import collections
import os
import random
import shlex
import subprocess
import sys
import time

# Who mostly waits does so side by side.
JOBS = ["--jobs", str(2 * (os.cpu_count() or 1))]

# name: program in the build folder, its arguments, how many steps it takes by default
PARTS = {
    "reloads-in-process": ("tests/soak/soak-reloads", ["in-process"], 100_000),
    "reloads-workers": ("tests/soak/soak-reloads", ["workers"], 100_000),
    "reloads-sources": ("tests/soak/soak-reloads", ["sources"], 5_000),
    "model-in-process": ("tests/proof/test-model", ["in-process", *JOBS], 1_000_000),
    "model-workers": ("tests/proof/test-model", ["workers", *JOBS], 100_000),
    "model-sources": ("tests/proof/test-model", ["sources"], 5_000),
    "faults-in-process": ("tests/proof/test-faults", ["in-process"], 1),
    "faults-workers": ("tests/proof/test-faults", ["workers"], 1),
}


def parse_arguments():
    parser = argparse.ArgumentParser(
        prog="./dev soak",
        description="Runs each part, or those that are named, and says whether all was well.",
        epilog="Parts: " + ", ".join(PARTS),
    )
    parser.add_argument("build_directory", help=argparse.SUPPRESS)
    parser.add_argument("parts", metavar="PART", nargs="*", help="what to run (default: all)")
    parser.add_argument("--seed", type=int, help="repeat the run that had this seed")
    parser.add_argument("--steps", type=int, help="how many steps each part takes")
    parser.add_argument("--hours", type=float, help="for how long all parts together run, instead")
    arguments = parser.parse_intermixed_args()
    for part in arguments.parts:
        if part not in PARTS:
            parser.error(f"there is no part {part}; there are {', '.join(PARTS)}")
    if arguments.seed is not None and not 0 <= arguments.seed < 2**32:
        parser.error("a seed is a number from 0 to 4294967295")
    if (arguments.steps is not None and arguments.steps < 2) or (
        arguments.hours is not None and arguments.hours <= 0
    ):
        parser.error("there is nothing to do")
    return arguments


def command_of(part, arguments, n_parts):
    program, own, steps = PARTS[part]
    command = [os.path.join(arguments.build_directory, program), *own, "--seed", str(arguments.seed)]
    if arguments.hours is not None:
        return [*command, "--minutes", str(arguments.hours * 60 / n_parts)]
    return [*command, "--steps", str(arguments.steps or steps)]


def environment_for(build_directory):
    """The same as the tests have, see tests/meson.build."""
    build = os.path.abspath(build_directory)
    source = os.path.dirname(os.path.dirname(os.path.dirname(os.path.abspath(__file__))))
    return {
        **os.environ,
        "G_DEBUG": "fatal-warnings",
        "G_TEST_SRCDIR": f"{source}/tests",
        "G_TEST_BUILDDIR": f"{build}/tests",
        "LC_ALL": "C.UTF-8",
        "LUMINAL_TEST_PHOTONS": f"{build}/tests/fixtures/photons",
        "LUMINAL_UNRULY_PHOTONS": f"{build}/tests/fixtures/unruly",
        "LUMINAL_WORKER": f"{build}/src/worker/luminal-worker",
        "PKG_CONFIG_PATH": f"{build}/src/libluminal",
        "XDG_CACHE_HOME": f"{build}/tests/cache",
        "CC": "",
    }


def run(command, environment):
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True, env=environment) as process:
        last = collections.deque(maxlen=20)
        for line in process.stdout:
            if line.startswith("# soak: "):
                print("  " + line[8:].rstrip(), flush=True)
            else:
                last.append(line)
        if process.wait() != 0:
            sys.stdout.writelines("  " + line for line in last)
        return process.returncode


def main():
    arguments = parse_arguments()
    parts = arguments.parts or list(PARTS)
    if arguments.seed is None:
        arguments.seed = random.getrandbits(32)
    failed = []

    for part in parts:
        command = command_of(part, arguments, len(parts))
        began = time.monotonic()
        print(f"{part}: {shlex.join(command)}", flush=True)
        status = run(command, environment_for(arguments.build_directory))
        print(f"{part}: {'passed' if status == 0 else f'FAILED ({status})'} after {time.monotonic() - began:.0f} s",
              flush=True)
        if status != 0:
            failed.append(part)

    if failed:
        print(f"Failed: {', '.join(failed)}. Again: ./dev soak --seed {arguments.seed} {' '.join(failed)}")
        return 1
    print(f"All was well (seed {arguments.seed}).")
    return 0


if __name__ == "__main__":
    sys.exit(main())
