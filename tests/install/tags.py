#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-3.0-or-later

"""Whether all that is installed has a tag, so that "meson install --tags" can choose.

Usage: tags.py BUILD_DIRECTORY
"""

import json
import pathlib
import sys

import tap

plan_file = pathlib.Path(sys.argv[1], 'meson-info', 'intro-install_plan.json')

# Meson has a tag of its own for typelibs.
KNOWN = {'runtime', 'devel', 'i18n', 'doc', 'typelib'}


def files():
    plan = json.loads(plan_file.read_text(encoding='utf-8'))
    return {entry['destination']: entry['tag'] for kind in plan.values() for entry in kind.values()}


def test_all_have_one():
    wrong = {name: tag for name, tag in files().items() if tag not in KNOWN}
    assert not wrong, f'Give these an install_tag: {wrong}'


def test_the_right_one():
    installed = files()
    assert len(installed) > 25, installed
    for name, tag in installed.items():
        if name.endswith(('.h', '.pc', '.gir', '.vapi', '.deps')):
            assert tag == 'devel', (name, tag)
        elif name.startswith(('{bindir}', '{libexecdir}', '{libdir_shared}')):
            assert tag == 'runtime', (name, tag)
        elif name.endswith('.mo'):
            assert tag == 'i18n', (name, tag)


tap.run(test_all_have_one, test_the_right_one)
