#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-3.0-or-later

"""What the shells complete, asked of the shells themselves.

Usage: completion.py COMPLETIONS LUMINALCTL [LUMINAL]
"""

import os
import pathlib
import re
import shutil
import subprocess
import sys
import tempfile

import tap

completions, luminalctl, *luminal = sys.argv[1:]
completions = pathlib.Path(completions).resolve()

COMMANDS = {'watch', 'load', 'inspect', 'new', 'build'}

BASH = r'''
source "$1"
shift
COMP_WORDS=("$@")
COMP_CWORD=$(($# - 1))
_"$1"
printf '%s\n' "${COMPREPLY[@]}"
'''

# A terminal of its own, in which a key is pressed: completion is nothing else. What can
# follow is listed below the line, and a mark tells that it is all there.
ZSH = r'''
zmodload zsh/zpty
zpty shell zsh -f -i
say() { zpty -w shell "$1" }
say "PS1=; fpath=(${(q)1} \$fpath); autoload -Uz compinit; compinit -D -u; cd ${(q)3}"
say 'LISTMAX=1000 COLUMNS=200 LINES=100'
say 'finish() { print -n "<ALL>" }; zle -N finish; bindkey "^I" list-choices; bindkey "^X" finish'
say 'print -r -- "<""BEGIN>"'
zpty -r -m shell text '*<BEGIN>*' || exit 1
zpty -w -n shell "$2"$'\t\x18'
zpty -r -m shell text '*<ALL>*' || exit 1
zpty -d shell
# Not the line itself, which is shown as it is typed.
print -r -- ${text#*$2}
'''


def output(*command, **more):
    return subprocess.run([str(part) for part in command], check=True, stdin=subprocess.DEVNULL,
                          stdout=subprocess.PIPE, text=True, timeout=60, **more).stdout


def options_of(*command):
    """As --help tells them, without arguments."""
    return set(re.findall(r'(--[a-z-]+)', '\n'.join(
        re.findall(r'^  (?:-\w, )?--[a-z-]+', output(*command), re.MULTILINE))))


def wanted_options():
    yield 'luminalctl', [], options_of(luminalctl, '--help')
    for command in sorted(COMMANDS):
        yield 'luminalctl', [command], options_of(luminalctl, command, '--help')
    if luminal:
        yield 'luminal', [], options_of(luminal[0], '--help-all')


def in_folder(check):
    with tempfile.TemporaryDirectory(prefix='luminal ') as folder:
        for name in ('blur.so', 'edge.c', 'with blank.c', 'notes.txt'):
            pathlib.Path(folder, name).touch()
        pathlib.Path(folder, 'package').mkdir()
        check(folder)


def check_all(complete):
    """complete (words, folder): what can follow."""
    def check(folder):
        assert COMMANDS <= complete(['luminalctl', ''], folder), complete(['luminalctl', ''], folder)
        assert complete(['luminalctl', 'wa'], folder) == {'watch'}
        for program, words, wanted in wanted_options():
            found = {word.rstrip('=') for word in complete([program, *words, '--'], folder)}
            assert found == wanted, (program, words, found, wanted)
        files = {'watch': {'package'}, 'load': {'blur.so', 'edge.c', 'with blank.c', 'package'},
                 'build': {'edge.c', 'with blank.c', 'package'}, 'new': set()}
        for command, names in files.items():
            found = {name.rstrip('/').replace('\\', '') for name in
                     complete(['luminalctl', command, ''], folder)}
            assert found == names, (command, found, names)
    in_folder(check)


def test_bash():
    def complete(words, folder):
        file = completions / f'{words[0]}.bash'
        lines = output('bash', '--norc', '-c', BASH, 'bash', file, *words, cwd=folder).splitlines()
        return {line for line in lines if line}

    check_all(complete)
    # Options before the command, and the value of one.
    in_folder(lambda folder: check_order(complete, folder))


def check_order(complete, folder):
    assert complete(['luminalctl', '--json', 'bui'], folder) == {'build'}
    assert complete(['luminalctl', '--json', 'build', 'e'], folder) == {'edge.c'}
    assert complete(['luminalctl', 'watch', '--timeout', '='], folder) == set()


def test_fish():
    if shutil.which('fish') is None:
        raise tap.Skip('fish is not installed')

    def complete(words, folder):
        home = pathlib.Path(folder, '.home')
        home.mkdir(exist_ok=True)
        environment = {**os.environ, 'HOME': str(home), 'XDG_CONFIG_HOME': str(home),
                       'XDG_DATA_HOME': str(home)}
        lines = output('fish', '--no-config', '-c', 'source $argv[1]; complete -C $argv[2]',
                       completions / f'{words[0]}.fish', ' '.join(words), cwd=folder,
                       env=environment).splitlines()
        # Short options come too.
        return {word for word in (line.split('\t')[0] for line in lines)
                if not re.fullmatch(r'-\w', word)}

    check_all(complete)


def test_zsh():
    if shutil.which('zsh') is None:
        raise tap.Skip('zsh is not installed')

    with tempfile.TemporaryDirectory(prefix='luminal-') as functions:
        for name in ('luminalctl', 'luminal'):
            shutil.copy(completions / f'{name}.zsh', pathlib.Path(functions, f'_{name}'))

        def complete(words, folder):
            return output('zsh', '-f', '-c', ZSH, 'zsh', functions, ' '.join(words), folder,
                          env={**os.environ, 'TERM': 'vt100'})

        def check(folder):
            text = complete(['luminalctl', ''], folder)
            assert all(command in text for command in COMMANDS), text
            for program, words, wanted in wanted_options():
                text = complete([program, *words, '--'], folder)
                found = {word for word in re.findall(r'--[a-z][a-z-]*', text)}
                assert found == wanted, (program, words, found, wanted)
            text = complete(['luminalctl', 'build', ''], folder)
            assert 'edge.c' in text and 'blur.so' not in text, text
            text = complete(['luminalctl', 'watch', ''], folder)
            assert 'package' in text and 'edge.c' not in text, text

        in_folder(check)


tap.run(test_bash, test_fish, test_zsh)
