# SPDX-License-Identifier: GPL-3.0-or-later

"""What tests that are written in Python say to "meson test": each function is a case."""

import sys
import traceback


class Skip(Exception):
    """Raised by a case that this platform has no means for; the text says which."""


def run(*cases):
    failed = False
    print(f'1..{len(cases)}')
    for number, case in enumerate(cases, start=1):
        name = case.__name__.removeprefix('test_').replace('_', ' ')
        try:
            case()
        except Skip as reason:
            print(f'ok {number} {name} # SKIP {reason}')
        except Exception:  # a failed case must not keep the others from running
            failed = True
            traceback.print_exc()
            print(f'not ok {number} {name}')
        else:
            print(f'ok {number} {name}')
        sys.stdout.flush()
    sys.exit(1 if failed else 0)
