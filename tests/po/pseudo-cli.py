#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-3.0-or-later

"""luminalctl in a language that nobody speaks: nothing that it says is left in English.

Usage: pseudo-cli.py TOP-OF-THE-SOURCE LIBRARY LUMINALCTL PHOTONS UNRULY
"""

import pathlib
import shutil
import subprocess
import sys
import tempfile

import pseudo
import tap

top, library, luminalctl, photons, unruly = sys.argv[1:]
scratch = pathlib.Path(tempfile.mkdtemp())
environment = pseudo.make_locale(pathlib.Path(top), library, scratch)
folder = scratch / 'photons'
folder.mkdir()

# Names, and what GLib, the C library and the compiler say in their own language.
KNOWN = [
    r'(?m)^Usage:.*$', r'Help Options:', r'Application Options:', r'Show help options', r'-h, --help',
    r'--[a-z-]+(?:=\S+)?', r'-[a-z], ', r'\bluminalctl\b', r'https?://\S+', r'/\S+', r'\bSIG[A-Z]+\b',
    r'\((?:Aborted|Segmentation fault)\)', r'(?m)^\s+(?:watch|load|inspect|new|build)\b',
    r'\[OPTION…\]', r'\b\w+\.(?:so|c)\b', r'\b[0-9a-f]{64}\b', r'\bx86_64\b|\baarch64\b', r'\b\d+(?:[.,]\d+)? (?:ms|s|µs|kB|KiB|MiB|bytes)\b',
]


def call(*arguments, known=()):
    said = subprocess.run([luminalctl, *map(str, arguments)], env=environment, text=True,
                          stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, stderr=subprocess.STDOUT,
                          timeout=60, check=False, cwd=folder).stdout
    assert pseudo.BEGIN in said, said
    left = pseudo.untranslated(said, [*KNOWN, *known])
    assert not left, f'{left}\n--- of:\n{said}'


def photon(name):
    return shutil.copy(pathlib.Path(photons) / f'{name}.so', folder)


def source(name, text):
    path = folder / name
    path.write_text(text, encoding='utf-8')
    return path


def test_help():
    call('--help')
    for command in ('watch', 'load', 'inspect', 'new', 'build'):
        call(command, '--help')


def test_wrong_usage():
    call('nonsense', known=['nonsense'])
    call('load', '--nonsense', known=['Unknown option', 'nonsense'])
    call('load')
    call('new', 'no-identifier!', known=['no-identifier!'])


def test_errors():
    call('load', folder / 'none.so')
    call('load', source('text.so', 'no ELF file'))
    call('inspect', source('empty.so', ''))
    call('load', source('plain.c', 'int x;'))


def test_what_a_photon_does():
    call('load', photon('counter_v1'), known=['Counter', '│ count'])
    call('inspect', folder / 'counter_v1.so', known=['Counts its starts', 'test, state', r'lib\S+', 'kB'])


def test_a_worker_words_errors_too():
    call('load', photon('start_fails'), known=['Simple'])
    call('load', pathlib.Path(unruly) / 'crasher.so', known=['Crasher', r'(?m) ⟦.*?⟧ .*crash.*$'])


def test_build():
    call('build', source('declared.c', '/* luminal: nonsense = words */\n#include <luminal.h>\n'),
         known=['error:', 'packages, sources, defines', r'(?m)^.* \|.*$'])


try:
    tap.run(test_help, test_wrong_usage, test_errors, test_what_a_photon_does,
            test_a_worker_words_errors_too, test_build)
finally:
    shutil.rmtree(scratch)
