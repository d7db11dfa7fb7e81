#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-3.0-or-later

"""What the shared library exports, beside what its headers declare and what is written down.

Usage: symbols.py LIBRARY LIST WORKER_HEADER COMPILER...

The list is what programs that were linked with an earlier release may rely on. A new function
is added to it; one that is taken out, or changed, asks for another soname.
"""

import re
import shlex
import subprocess
import sys

import tap

library, symbol_list, worker_header, *command = sys.argv[1:]

EXPORTED = re.compile(r'visibility\s*\(\s*"default"\s*\)[^;{]*?\b(luminal_\w+)\s*\(')


def output(*command):
    return subprocess.run(command, check=True, stdout=subprocess.PIPE, text=True).stdout


def exported():
    lines = output('nm', '--dynamic', '--defined-only', library).splitlines()
    return {line.split()[-1].split('@')[0] for line in lines}


def declared(header):
    flags = shlex.split(output('pkg-config', '--cflags', 'luminal-1'))
    text = subprocess.run([*command, *flags, '-E', '-P', '-x', 'c', '-'], check=True, text=True,
                          input=f'#include "{header}"\n', stdout=subprocess.PIPE).stdout
    return set(EXPORTED.findall(text))


def listed():
    with open(symbol_list, encoding='utf-8') as lines:
        return [line.strip() for line in lines if line.strip() and not line.startswith('#')]


def same(got, wanted, advice):
    got, wanted = set(got), set(wanted)
    assert got == wanted, (f'{advice}\n  only in the first: {sorted(got - wanted)}\n'
                           f'  only in the second: {sorted(wanted - got)}')


def test_headers():
    public = declared('luminal.h')
    assert len(public) > 100, public
    same(exported(), public | declared(worker_header),
         'The library does not export what its headers declare. LUMINAL_PUBLIC marks what it does')


def test_list():
    same(exported(), listed(),
         f'The library does not export what {symbol_list} says. Add what is new there')


def test_list_is_in_order():
    assert listed() == sorted(set(listed())), 'The list is not in order'


def test_soname():
    dynamic = output('readelf', '--dynamic', '--wide', library)
    assert 'Library soname: [libluminal-1.so.0]' in dynamic, dynamic


def test_needs():
    needed = re.findall(r'NEEDED.*\[(.*)\]', output('readelf', '--dynamic', '--wide', library))
    strangers = [name for name in needed
                 if not re.match(r'lib(glib|gobject|gio|gmodule)-2\.0|libelf|libc\.|ld-linux|libasan|'
                                 r'libubsan|libtsan', name)]
    assert not strangers, strangers


tap.run(test_headers, test_list, test_list_is_in_order, test_soname, test_needs)
