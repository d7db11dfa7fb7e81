#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-3.0-or-later

"""Counts the single test cases in the logs of "meson test".

Meson counts programs, each of which holds many cases. A program that did not
come to its end counts as one failure more than its cases tell.
"""

import json
import re
import sys

CASE = re.compile(r'^(?P<indent> *)(?P<bad>not )?ok\b(?P<rest>[^\n]*)')
DIRECTIVE = re.compile(r'#\s*(?P<name>skip|todo)', re.IGNORECASE)
PLAN = re.compile(r'^ *1\.\.\d+')

GOOD = {'OK', 'EXPECTEDFAIL'}


def count_cases(output):
    """Returns the numbers of passed, failed and skipped cases, and whether
    there was a plan. A case that sums up indented ones is none of its own."""
    counts = {'passed': 0, 'failed': 0, 'skipped': 0}
    planned = False
    last_indent = 0
    for line in output.splitlines():
        planned = planned or bool(PLAN.match(line))
        match = CASE.match(line)
        if not match:
            continue
        indent = len(match['indent'])
        sums_up = indent < last_indent
        last_indent = indent
        if sums_up:
            continue
        directive = DIRECTIVE.search(match['rest'])
        name = directive['name'].lower() if directive else None
        if name == 'skip':
            counts['skipped'] += 1
        elif match['bad'] and name != 'todo':
            counts['failed'] += 1
        else:
            counts['passed'] += 1
    return counts, planned


def count_program(program):
    counts, planned = count_cases(program.get('stdout') or '')
    result = program['result']
    if result == 'SKIP':
        if not counts['skipped']:
            counts['skipped'] += 1
    elif not planned and not any(counts.values()):
        # Not a program of cases, but one that only says yes or no.
        counts['passed' if result in GOOD else 'failed'] += 1
    elif result == 'FAIL':
        # Cases that failed explain it; otherwise it was the end of the program.
        counts['failed'] = max(1, counts['failed'])
    elif result not in GOOD:
        counts['failed'] += 1
    return counts


def count_log(path, totals):
    with open(path, encoding='utf-8') as log:
        for line in log:
            for name, number in count_program(json.loads(line)).items():
                totals[name] += number


def main():
    totals = {'passed': 0, 'failed': 0, 'skipped': 0}
    for path in sys.argv[1:]:
        try:
            count_log(path, totals)
        except FileNotFoundError:
            print(f'No test was run that would have written {path}.', file=sys.stderr)
            totals['failed'] += 1

    summary = '{passed} passed, {failed} failed'.format(**totals)
    if totals['skipped']:
        summary += ', {skipped} skipped'.format(**totals)
    print(summary)

    return 1 if totals['failed'] or not totals['passed'] else 0


if __name__ == '__main__':
    sys.exit(main())
