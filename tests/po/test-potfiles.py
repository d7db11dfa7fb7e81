#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-3.0-or-later

"""Every file with texts for people is in po/POTFILES.in, no other one is, in the order of their
paths; xgettext takes all of them without a warning, and every translation is whole.

Usage: test-potfiles.py TOP-OF-THE-SOURCE
"""

import pathlib
import re
import subprocess
import sys
import tempfile

# A call that marks a text in C, not the definition of a macro of that name.
CALL = re.compile(r'(?<![\w"])(?:_|N_|C_|NC_|ngettext|g_dngettext)\s?\(\s*(?:NULL,\s*)?"', re.MULTILINE)
XML = re.compile(r'translatable="(?:yes|true)"')
C_COMMENT = re.compile(r'/\*.*?\*/', re.DOTALL)
# Of what these are given, all that is words is for people.
FOR_PEOPLE = re.compile(r'\b(?:luminal_error_new|luminal_error_explain|luminal_worker_error_\w+|'
                        r'g_set_error(?:_literal)?|g_task_return_new_error)\s*\(')
LITERAL = re.compile(r'"((?:\\.|[^"\\])*)"')
BETWEEN_PIECES = re.compile(r'"\s*\n\s*"')
# Wherever three words follow each other they are for people too, but for what goes to the log, and
# what is compared with the texts of others.
SENTENCE = re.compile(r'[a-z]{2,},? [a-z]+,? [a-z]{2,}')
NOT_FOR_PEOPLE = re.compile(r'\b(?:g_(?:message|info|debug|warning|critical)|g_task_set_name|\w+_set_static_name|'
                            r'strstr|g_str_has_(?:prefix|suffix))\s*\(')
NAME_OF_SOURCE = '[luminal] '
TEXTS_OF_OTHERS = {
    'No space left on device', 'Disk quota exceeded', 'internal compiler error', 'internal compiler error: ',
    'out of memory', 'virtual memory exhausted', 'cannot allocate memory', 'Cannot allocate memory',
    'Too many open files', 'frontend command failed', 'undefined reference to ', 'multiple definition of ',
    'final link failed', 'file not recognized', 'file format not recognized',
}
TEXTS_OF_LOG = {'%s is looked at every 2 s: %s', '%s tells of its changes again'}
KEYWORDS = ['_', 'N_', 'C_:1c,2', 'NC_:1c,2', 'ngettext:1,2', 'g_dngettext:2,3',
            'g_dpgettext2:2c,3']


def has_texts(path):
    text = path.read_text(encoding='utf-8')
    if path.suffix == '.c':
        return bool(CALL.search(C_COMMENT.sub('', text)))
    if path.suffix == '.ui':
        return bool(XML.search(text))
    # Their formats say what is to be translated.
    return path.suffix in {'.in', '.xml'} and re.search(
        r'\.(desktop\.in|gschema\.xml|metainfo\.xml\.in|mime\.xml\.in)$', path.name) is not None


def find_files(top):
    found = [path for folder in ('data', 'src') for path in (top / folder).rglob('*')
             if path.is_file() and has_texts_safely(path)]
    return sorted(path.relative_to(top).as_posix() for path in found)


def has_texts_safely(path):
    return path.suffix in {'.c', '.ui', '.in', '.xml'} and has_texts(path)


def listed(path):
    lines = path.read_text(encoding='utf-8').splitlines()
    return [line for line in lines if line and not line.startswith('#')]


def xgettext(top, files, pot):
    command = ['xgettext', '--from-code=UTF-8', '--add-comments', f'--directory={top}', '-o', pot,
               *(f'--keyword={keyword}' for keyword in KEYWORDS), *files]
    return subprocess.run(command, capture_output=True, text=True, check=False)


def end_of_call(text, start):
    """Where the bracket that was opened before start is closed."""
    depth = 1
    for match in re.compile(r'"(?:\\.|[^"\\])*"|[()]').finditer(text, start):
        depth += {'(': 1, ')': -1}.get(match[0], 0)
        if depth == 0:
            return match.start()
    return len(text)


def without(calls, text):
    while match := calls.search(text):
        start = text.index('(', match.start()) + 1
        text = text[:match.start()] + text[end_of_call(text, start) + 1:]
    return text


def is_sentence(text):
    return (SENTENCE.search(text) and not text.startswith(NAME_OF_SOURCE) and '#include' not in text
            and text not in TEXTS_OF_OTHERS and text not in TEXTS_OF_LOG)


def unmarked(top):
    """What people would see in English only."""
    for path in sorted((top / 'src').rglob('*.c')):
        text = C_COMMENT.sub('', path.read_text(encoding='utf-8'))
        for match in FOR_PEOPLE.finditer(text):
            call = without(CALL, text[match.end():end_of_call(text, match.end())])
            for literal in LITERAL.findall(call):
                if re.search(r'[a-z]{2,} [a-z%]|[a-z] [a-z]{2,}', literal):
                    yield f'{path.relative_to(top)}: “{literal}” is not marked'

        said = BETWEEN_PIECES.sub('', without(NOT_FOR_PEOPLE, without(CALL, text)))
        for literal in filter(is_sentence, LITERAL.findall(said)):
            yield f'{path.relative_to(top)}: “{literal}” is not marked'


class Tap:
    def __init__(self):
        self.number = 0
        self.failed = False

    def check(self, name, problems):
        self.number += 1
        self.failed = self.failed or bool(problems)
        for problem in problems:
            print(f'# {problem}')
        print(f'{"not " if problems else ""}ok {self.number} {name}', flush=True)

    def end(self):
        print(f'1..{self.number}')
        return self.failed


def check_translation(po, pot):
    problems = []
    said = subprocess.run(['msgfmt', '--check', '--statistics', '-o', '/dev/null', po],
                          capture_output=True, text=True, check=False,
                          env={'LC_ALL': 'C', 'PATH': '/usr/bin:/bin:/usr/local/bin'})
    if said.returncode != 0 or re.search(r'fuzzy|untranslated', said.stderr):
        problems += said.stderr.splitlines()
    said = subprocess.run(['msgcmp', po, pot], capture_output=True, text=True, check=False)
    if said.returncode != 0:
        problems += said.stderr.splitlines()[:20]
    return problems


def main():
    top = pathlib.Path(sys.argv[1])
    tap = Tap()
    names = listed(top / 'po/POTFILES.in')
    files = find_files(top)

    tap.check('potfiles/complete', [f'{name} is missing' for name in files if name not in names])
    tap.check('potfiles/nothing-else', [f'{name} has no texts' for name in names if name not in files])
    tap.check('potfiles/order', [] if names == sorted(names) else ['not in the order of paths'])

    tap.check('texts-are-marked', list(unmarked(top)))

    with tempfile.TemporaryDirectory() as scratch:
        pot = pathlib.Path(scratch) / 'luminal.pot'
        said = xgettext(top, names, pot)
        tap.check('xgettext', said.stderr.splitlines() if said.returncode or 'warning' in said.stderr else [])
        for language in listed(top / 'po/LINGUAS'):
            tap.check(f'translation/{language}', check_translation(top / f'po/{language}.po', pot))

    return tap.end()


if __name__ == '__main__':
    sys.exit(main())
