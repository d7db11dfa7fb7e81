#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-3.0-or-later

"""Runs what measures, round by round, and makes one table of it: "./dev bench --help"."""

import argparse
import contextlib
import json
import os
import platform
import shutil
import statistics
import subprocess
import sys
import tempfile
import time

HERE = os.path.dirname(os.path.abspath(__file__))
SOURCE = os.path.dirname(os.path.dirname(HERE))

# So much of one processor may others have while something is measured.
OTHERS_MAX = 0.10

# Row: at most so much, of its floor or as it is; in words.
RATIO = "ratio"
TARGETS = {
    "reload, in process": (RATIO, 2),
    "change to start, in process, 1 module": ("luminal", 1),
    "change to start, in process, 1,000 modules": ("luminal", 1),
    "change to start, in a worker, 1 module": ("luminal", 2.5),
    "change to start, in a worker, the next at once": ("luminal", 2.5),
    "change to start, in a worker, 1,000 modules": ("luminal", 2.5),
    "source saved": (RATIO, 1.15),
    "load 1,000 modules": (RATIO, 2),
    "idle, 10,000 files watched: wake-ups": ("luminal", 0),
    "idle, 10,000 files watched: processor": ("luminal", 50),
    "window: first frame": (RATIO, 1.25),
    "list: fill: longest stretch": ("luminal", 16),
    "list: search finds all: longest stretch": ("luminal", 16),
    "list: search finds some: longest stretch": ("luminal", 16),
    "list: search finds one: longest stretch": ("luminal", 16),
    "list: search ends: longest stretch": ("luminal", 16),
    "list: one photon starts: longest stretch": ("luminal", 16),
    "list: scroll by lines: longest frame": ("luminal", 16),
    "list: scroll by pages: longest frame": ("luminal", 16),
    "list: scroll by leaps: longest frame": ("luminal", 16),
}

# Of these the table tells no more than that of the row with them.
DETAILS = (": longest frame", ": all work", ": processor time")
KEPT_DETAILS = ("list: scroll",)


# What the README shows of it: row, and what it is called there.
README_ROWS = {
    "reload, in process": "a reload, in process, from the call to its end",
    "change to start, in process, 1 module": "file closed → new code starts, in process",
    "change to start, in process, 1,000 modules": "the same, with 1,000 modules loaded",
    "change to start, in a worker, 1 module": "file closed → new code starts, in a worker",
    "change to start, in a worker, the next at once": "the same, each change right after the one before",
    "change to start, in a worker, 1,000 modules": "the same, with 1,000 workers",
    "source saved": "`.c` saved → new code starts",
    "load 1,000 modules": "loading and starting 1,000 modules, in process",
    "load 1,000 modules: memory": "memory of each of them",
    "load 10,000 modules": "loading and starting 10,000 modules, in process",
    "load 1,000 modules, each in a worker": "loading and starting 1,000 modules, each in a worker",
    "load 1,000 modules, each in a worker: memory": "memory of each, its processes included",
    "idle, 10,000 files watched: wake-ups": "wake-ups while 10,000 files are watched",
    "window: first frame": "the window's first frame, with 1,000 photons",
    "list: search finds some: longest stretch": "10,000 rows: longest stretch of work in a search",
    "list: scroll by pages: longest frame": "10,000 rows: longest frame in scrolling by pages",
}
README_BEGIN = "<!-- ./dev bench --readme: begin -->"
README_END = "<!-- ./dev bench --readme: end -->"


class Results:
    def __init__(self):
        self.series = {}

    def add(self, line):
        one = json.loads(line)
        values, _ = self.series.setdefault(one["row"], {}).setdefault(one["of"], ([], one["unit"]))
        values.extend(one["values"])

    def median(self, row, of):
        found = self.series.get(row, {}).get(of)
        return statistics.median(found[0]) if found else None

    def ratio(self, row):
        ours, floor = self.median(row, "luminal"), self.median(row, "floor")
        return ours / floor if ours is not None and floor else None

    def verdict(self, row):
        """Whether the target of a row is met; None without one."""
        if row not in TARGETS:
            return None
        what, most = TARGETS[row]
        value = self.ratio(row) if what == RATIO else self.median(row, what)
        return None if value is None else value <= most


def spread(values):
    """The median of the distances from the median."""
    middle = statistics.median(values)
    return statistics.median(abs(value - middle) for value in values)


class Bench:
    def __init__(self, build_directory, quick, only):
        self.build = os.path.abspath(build_directory)
        self.programs = os.path.join(self.build, "tests/bench")
        self.quick = quick
        self.only = only
        self.results = Results()
        self.failures = []
        self.environment = {
            **os.environ,
            "G_DEBUG": "",
            "GSETTINGS_BACKEND": "memory",
            "GSETTINGS_SCHEMA_DIR": f"{self.build}/data",
            "LC_ALL": "C.UTF-8",
            "LUMINAL_WORKER": f"{self.build}/src/worker/luminal-worker",
            "PKG_CONFIG_PATH": f"{self.build}/src/libluminal",
            "CC": "",
        }

    def has(self, program):
        return os.path.exists(os.path.join(self.programs, program))

    def wants(self, part):
        if self.only and part not in self.only:
            return False
        print(f"# {part}", file=sys.stderr, flush=True)
        return True

    def run(self, program, *arguments, wrapper=()):
        command = [*wrapper, os.path.join(self.programs, program), *(str(each) for each in arguments)]
        done = subprocess.run(command, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True,
                              env=self.environment, stdin=subprocess.DEVNULL, check=False)
        if done.returncode != 0:
            self.failures.append(f"{program} {' '.join(str(each) for each in arguments)}: {done.returncode}")
            sys.stderr.write(done.stderr)
        for line in done.stdout.splitlines():
            if line.startswith("{"):
                self.results.add(line)

    def pick(self, full, quick):
        return quick if self.quick else full

    # The parts. What is compared is measured by turns, so that whatever the machine does
    # meanwhile slows both.

    def reload(self):
        for _ in range(self.pick(5, 2)):
            self.run("measure-reload", self.pick(200, 100), "in-process")
        for _ in range(self.pick(3, 1)):
            self.run("measure-reload", self.pick(50, 30), "worker")

    def change(self):
        rounds = self.pick(30, 10)
        for _ in range(self.pick(3, 2)):
            for kind, where in (("in-process", "in process"), ("worker", "in a worker")):
                for way in (kind, "floor"):
                    self.run("measure-change", way, 1, rounds, f"change to start, {where}, 1 module")
            self.run("measure-change", "worker-at-once", 1, rounds, "change to start, in a worker, the next at once")
        for _ in range(self.pick(2, 1)):
            for way in ("in-process", "floor"):
                self.run("measure-change", way, 1000, rounds, "change to start, in process, 1,000 modules")
        if not self.quick:
            for way in ("worker", "floor"):
                self.run("measure-change", way, 1000, rounds, "change to start, in a worker, 1,000 modules")
        self.run("measure-change", "polling", 1, self.pick(10, 3), "change to start, in process, 1 module")

    def source(self):
        self.run("measure-source", self.pick(15, 5))

    def load(self):
        for n, rounds in ((10, 5), (100, 5), (1000, 3), (10000, 1)):
            if self.quick and n == 10000:
                continue
            with folder() as modules:
                row = f"load {n:,} modules"
                self.run("measure-load", "prepare", modules, n, row)
                for _ in range(self.pick(rounds, min(rounds, 2))):
                    for way in ("floor", "luminal", "plain dlopen", *(("floor among objects",) if n > 1000 else ())):
                        self.run("measure-load", way, modules, n, row)
            if n == 1000 and self.has("measure-peas"):
                with folder() as plugins:
                    self.run("measure-peas", "prepare", plugins, n, row)
                    for _ in range(self.pick(rounds, 1)):
                        self.run("measure-peas", "libpeas", plugins, n, row)
        for n in self.pick((10, 100, 1000), (100,)):
            with folder() as modules:
                row = f"load {n:,} modules, each in a worker"
                self.run("measure-load", "prepare", modules, n, row)
                self.run("measure-load", "workers", modules, n, row)

    def idle(self):
        n, seconds = self.pick((10000, 10), (1000, 3))
        with folder() as modules:
            self.run("measure-load", "prepare-files", modules, n, "")
            self.run("measure-load", "idle", modules, n, f"idle, {n:,} files watched", seconds)

    def window(self):
        if not self.has("measure-window"):
            print("# The window was not built.", file=sys.stderr)
            return
        if not shutil.which("Xvfb") or not shutil.which("dbus-run-session"):
            print("# There is no Xvfb or dbus-run-session to show a window in.", file=sys.stderr)
            return
        with display() as name, folder() as runtime:
            os.chmod(runtime, 0o700)
            self.environment.update({"DISPLAY": name, "XDG_RUNTIME_DIR": runtime, "GDK_BACKEND": "x11",
                                     "GSK_RENDERER": "cairo", "ADW_DISABLE_PORTAL": "1"})
            wrapper = ["dbus-run-session", "--"]
            for _ in range(self.pick(2, 1)):
                self.run("measure-window-start", 1000, self.pick(8, 4),
                         os.path.join(self.programs, "empty-window"), wrapper=wrapper)
            for way in ("floor", "luminal"):
                self.run("measure-window", way, self.pick(10000, 1000), 3, wrapper=wrapper)

    PARTS = ("reload", "change", "source", "load", "idle", "window")

    def measure(self):
        for part in self.PARTS:
            if self.wants(part):
                getattr(self, part)()


@contextlib.contextmanager
def folder():
    path = tempfile.mkdtemp(prefix="luminal-bench-")
    try:
        yield path
    finally:
        shutil.rmtree(path, ignore_errors=True)


@contextlib.contextmanager
def display():
    read_end, write_end = os.pipe()
    with subprocess.Popen(["Xvfb", "-displayfd", str(write_end), "-screen", "0", "1280x1024x24",
                           "-nolisten", "tcp", "-noreset"],
                          pass_fds=[write_end], stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL) as server:
        os.close(write_end)
        try:
            with os.fdopen(read_end) as numbers:
                yield ":" + numbers.readline().strip()
        finally:
            server.terminate()


# The machine

def processor_times():
    """Seconds that all processors together were busy, and that they were kept from us."""
    with open("/proc/stat", encoding="ascii") as stat:
        user, nice, system, _idle, _wait, irq, softirq, steal = (
            int(number) / os.sysconf("SC_CLK_TCK") for number in stat.readline().split()[1:9])
    return user + nice + system + irq + softirq, steal


def own_times():
    times = os.times()
    return times.user + times.system + times.children_user + times.children_system


def version_of(command):
    try:
        return subprocess.run(command, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, text=True,
                              check=True).stdout.splitlines()[0]
    except (OSError, subprocess.CalledProcessError, IndexError):
        return ""


def machine():
    model = platform.machine()
    with open("/proc/cpuinfo", encoding="utf-8") as info:
        for line in info:
            if line.startswith("model name"):
                model = line.split(":", 1)[1].strip()
                break
    system = platform.freedesktop_os_release().get("PRETTY_NAME", "")
    return {
        "processor": model,
        "cores": len(os.sched_getaffinity(0)),
        "kernel": platform.release(),
        "system": system,
        "compiler": version_of(["cc", "--version"]),
        "c_library": " ".join(platform.libc_ver()),
        **{name: version_of(["pkg-config", "--modversion", name])
           for name in ("glib-2.0", "gtk4", "libadwaita-1", "libelf", "libpeas-1.0")},
        "temporary_files": version_of(["stat", "-f", "-c", "%T", tempfile.gettempdir()]),
    }


# The table

def in_words(value, unit):
    digits = 0 if abs(value) >= 100 else 1 if abs(value) >= 10 else 2
    names = {"us": "µs", "us/module": "µs each", "us/s": "µs/s", "KiB/module": "KiB each"}
    return f"{value:,.{digits}f} {names.get(unit, unit)}"


def cell(series):
    if series is None:
        return ""
    values, unit = series
    text = in_words(statistics.median(values), unit)
    if len(values) == 1:
        return text
    number, name = text.split(" ", 1)
    return f"{number} ± {in_words(spread(values), unit).split(' ')[0]} {name}"


def target_of(row, results):
    if row not in TARGETS:
        return ""
    what, most = TARGETS[row]
    unit = next(iter(results.series[row].values()))[1]
    words = f"≤ {most:g} ×" if what == RATIO else f"≤ {in_words(most, unit).replace('.00', '').replace('.0 ', ' ')}"
    verdict = results.verdict(row)
    return words + ("" if verdict is None else " ✓" if verdict else " missed")


def rows_of(results, detailed):
    for row in results.series:
        if detailed or not row.endswith(DETAILS) or row.startswith(KEPT_DETAILS):
            yield row


def line_of(row, results):
    series = results.series[row]
    ratio = results.ratio(row)
    others = ", ".join(f"{name} {cell(series[name])}" for name in series if name not in ("luminal", "floor"))
    return (row, cell(series.get("luminal")), cell(series.get("floor")), f"{ratio:.2f}" if ratio else "",
            target_of(row, results), others)


def table(results, detailed):
    return [("", "Luminal", "floor", "ratio", "target", "others"),
            *(line_of(row, results) for row in rows_of(results, detailed))]


def print_table(lines):
    widths = [max(len(line[i]) for line in lines) for i in range(len(lines[0]))]
    lines = [lines[0], tuple("-" * width for width in widths), *lines[1:]]
    for line in lines:
        cells = [line[0].ljust(widths[0])]
        cells += [text.rjust(width) for text, width in zip(line[1:4], widths[1:4])]
        cells += [text.ljust(width) for text, width in zip(line[4:], widths[4:])]
        print(("| " + " | ".join(cells) + " |").rstrip())


def write_readme(results, quick, about, note):
    path = os.path.join(SOURCE, "README.md")
    with open(path, encoding="utf-8") as readme:
        before, rest = readme.read().split(README_BEGIN)
    after = rest.split(README_END)[1]

    lines = ["| | Luminal | floor | ratio | target | others |", "| --- | ---: | ---: | ---: | --- | --- |"]
    for row, name in README_ROWS.items():
        # A quick run has fewer rows in the list than their names here say.
        if row in results.series and not (quick and row.startswith("list:")):
            _, *cells = line_of(row, results)
            lines.append("| " + " | ".join([name, *cells]) + " |")
    text = "\n".join([README_BEGIN, *lines, "", f"Measured on {about}.{note}", README_END])
    with open(path, "w", encoding="utf-8") as readme:
        readme.write(before + text + after)


def main():
    parser = argparse.ArgumentParser(
        prog="./dev bench",
        description="Measures Luminal beside the least that the same takes, and beside others that do it. "
                    "Each number is a median, with the median distance from it.",
        epilog="Parts: " + ", ".join(Bench.PARTS),
    )
    parser.add_argument("build_directory", help=argparse.SUPPRESS)
    parser.add_argument("parts", metavar="PART", nargs="*", help="what to measure (default: all)")
    parser.add_argument("--quick", action="store_true", help="fewer rounds and fewer modules: half a minute")
    parser.add_argument("--detailed", action="store_true", help="all rows of the window's list")
    parser.add_argument("--json", metavar="FILE", help="where all values go (default: bench.json in the build folder)")
    parser.add_argument("--readme", action="store_true", help="put the table into README.md, too")
    arguments = parser.parse_intermixed_args()
    for part in arguments.parts:
        if part not in Bench.PARTS:
            parser.error(f"there is no part {part}; there are {', '.join(Bench.PARTS)}")

    bench = Bench(arguments.build_directory, arguments.quick, arguments.parts)
    about = machine()
    load_before = os.getloadavg()[0]
    busy_before, steal_before = processor_times()
    own_before, began = own_times(), time.monotonic()
    bench.measure()
    seconds = time.monotonic() - began
    busy, steal = processor_times()
    others = max(0.0, (busy - busy_before) - (own_times() - own_before) + steal - steal_before) / seconds
    too_busy = others > OTHERS_MAX

    about.update({
        "load_before": load_before,
        "others": round(others, 3),
        "too_busy": too_busy,
        "seconds": round(seconds, 1),
        "quick": arguments.quick,
        "time": time.strftime("%Y-%m-%dT%H:%M:%SZ", time.gmtime()),
        "commit": version_of(["git", "-C", SOURCE, "describe", "--always", "--dirty"]),
    })
    path = arguments.json or os.path.join(arguments.build_directory, "bench.json")
    with open(path, "w", encoding="utf-8") as output:
        json.dump({
            "machine": about,
            "rows": [{
                "row": row,
                "ratio": bench.results.ratio(row),
                "met": bench.results.verdict(row),
                "series": [{"of": of, "unit": unit, "median": statistics.median(values), "spread": spread(values),
                            "values": values} for of, (values, unit) in series.items()],
            } for row, series in bench.results.series.items()],
        }, output, indent=1)
        output.write("\n")

    on = (f"{about['processor']}, {about['cores']} cores, Linux {about['kernel']}, {about['system']}; "
          f"{about['compiler']}, {about['c_library']}, GLib {about['glib-2.0']}, GTK {about['gtk4']}, "
          f"libadwaita {about['libadwaita-1']}; {about['temporary_files']}; "
          f"in {seconds:.0f} s, with a load of {load_before:.1f} before")
    note = "" if not too_busy else (f" The machine was busy: others took {others * 100:.0f} % of a processor meanwhile. "
                                    "Ratios may hold, times do not.")
    print_table(table(bench.results, arguments.detailed))
    print(f"\n{on}.{note}")
    if arguments.readme:
        write_readme(bench.results, arguments.quick, on, note)
    print(f"All values: {path}")
    for failure in bench.failures:
        print(f"Failed: {failure}")

    return 1 if bench.failures else 0


if __name__ == "__main__":
    sys.exit(main())
