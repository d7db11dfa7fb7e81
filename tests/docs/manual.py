#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-3.0-or-later

"""Whether the pages of the manual are well formed, and tell what the programs tell.

Usage: manual.py REPORTER PAGES LUMINALCTL [LUMINAL]

REPORTER is the source that writes JSON, PAGES the folder of the finished pages.
"""

import pathlib
import re
import shutil
import subprocess
import sys

import tap

reporter, pages, luminalctl, *luminal = sys.argv[1:]
pages = pathlib.Path(pages)

PROGRAMS = {'luminalctl': luminalctl, **({'luminal': luminal[0]} if luminal else {})}
COMMANDS = ('watch', 'load', 'inspect', 'new', 'build')


def run(*command):
    result = subprocess.run([str(part) for part in command], stdin=subprocess.DEVNULL,
                            stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True, timeout=60,
                            check=False)
    return result.returncode, result.stdout


def page_of(program):
    return (pages / f'{program}.1').read_text(encoding='utf-8')


def words_of(program):
    """The page as people read it."""
    text = re.sub(r'^\.\\".*$', '', page_of(program), flags=re.MULTILINE)
    return text.replace('\\-', '-')


def options_in_help(program, *command):
    status, text = run(PROGRAMS[program], *command, '--help-all' if program == 'luminal' else '--help')
    assert status == 0, text
    return set(re.findall(r'^  (?:-\w, )?(--[a-z-]+)', text, re.MULTILINE))


def options_in_page(program):
    section = words_of(program).split('.SH OPTIONS')[1].split('.SH ')[0]
    # Only what is a tag is told of; other mentions are references.
    tags = re.findall(r'^\.TP\n(.*)$', section, re.MULTILINE)
    return set(re.findall(r'--[a-z][a-z-]*', '\n'.join(tags)))


def test_lint():
    if shutil.which('mandoc') is None:
        raise tap.Skip('mandoc is not installed')
    for program in PROGRAMS:
        status, text = run('mandoc', '-T', 'lint', pages / f'{program}.1')
        assert status == 0 and not text, text


def test_typesets_without_a_warning():
    if shutil.which('groff') is None:
        raise tap.Skip('groff is not installed')
    for program in PROGRAMS:
        for device in ('utf8', 'ascii'):
            status, text = run('groff', '-man', '-ww', '-K', 'utf8', f'-T{device}', '-z',
                               pages / f'{program}.1')
            assert status == 0 and not text, (device, text)


def test_version():
    for program, file in PROGRAMS.items():
        _, text = run(file, '--version')
        version = text.split()[-1]
        assert f'"Luminal {version}"' in page_of(program), (program, version)


def test_options():
    for program in PROGRAMS:
        in_help = options_in_help(program)
        if program == 'luminalctl':
            for command in COMMANDS:
                in_help |= options_in_help(program, command)
        in_page = options_in_page(program)
        assert in_help == in_page, (program, in_help ^ in_page)


def test_commands():
    _, text = run(luminalctl, '--help')
    in_help = re.findall(r'^  ([a-z]+) [A-Z]', text, re.MULTILINE)
    assert sorted(in_help) == sorted(COMMANDS), in_help
    section = words_of('luminalctl').split('.SH COMMANDS')[1].split('.SH ')[0]
    in_page = re.findall(r'^\.BI "([a-z]+) ', section, re.MULTILINE)
    assert in_page == in_help, (in_page, in_help)


def test_members_of_json():
    """Each name that the reporter writes."""
    code = pathlib.Path(reporter).read_text(encoding='utf-8')
    members = set(re.findall(r'add_\w+ \(builder, "([a-z_]+)"', code))
    members |= set(re.findall(r'json_builder_set_member_name \(builder, "([a-z_]+)"', code))
    assert len(members) > 30, members
    section = words_of('luminalctl').split('.SH JSON')[1].split('.SH ')[0]
    silent = {member for member in members if not re.search(rf'\b{member}\b', section)}
    assert not silent, silent


tap.run(test_lint, test_typesets_without_a_warning, test_version, test_options, test_commands,
        test_members_of_json)
