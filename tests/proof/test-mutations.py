#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-3.0-or-later

"""Each mistake of mutations.py can still be made, and there are tests that are to notice it:
whether they do, mutants.py tells."""

import json
import os
import sys

import tap
from mutations import MUTATIONS

SOURCE, BUILD = sys.argv[1:3]


def test_each_has_its_place():
    stale = []
    for name, mutation in MUTATIONS.items():
        with open(os.path.join(SOURCE, "src/libluminal", mutation.file), encoding="utf-8") as file:
            text = file.read()
        stale += [f"{name}: {old.strip()}" for old, new in mutation.changes if text.count(old) != 1 or old == new]
    assert not stale, "these are not there once: " + "; ".join(stale)


def test_each_has_tests():
    with open(os.path.join(BUILD, "meson-info/intro-tests.json"), encoding="utf-8") as file:
        there = {test["name"] for test in json.load(file)}
    missing = {test for mutation in MUTATIONS.values() for test in mutation.tests.split()} - there
    assert not missing, missing


tap.run(test_each_has_its_place, test_each_has_tests)
