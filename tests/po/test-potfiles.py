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

import pseudo
import tap

top = pathlib.Path(sys.argv[1])

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


def has_texts(path):
    text = path.read_text(encoding='utf-8')
    if path.suffix == '.c':
        return bool(CALL.search(C_COMMENT.sub('', text)))
    if path.suffix == '.ui':
        return bool(XML.search(text))
    # Their formats say what is to be translated.
    return path.suffix in {'.in', '.xml'} and re.search(
        r'\.(desktop\.in|gschema\.xml|metainfo\.xml\.in|mime\.xml\.in)$', path.name) is not None


def find_files():
    found = [path for folder in ('data', 'src') for path in (top / folder).rglob('*')
             if path.is_file() and has_texts_safely(path)]
    return sorted(path.relative_to(top).as_posix() for path in found)


def has_texts_safely(path):
    return path.suffix in {'.c', '.ui', '.in', '.xml'} and has_texts(path)


def xgettext(pot):
    command = ['xgettext', '--from-code=UTF-8', '--add-comments', f'--directory={top}', '-o', pot,
               *(f'--keyword={keyword}' for keyword in pseudo.KEYWORDS), *names]
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


def unmarked():
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


names = pseudo.listed(top / 'po/POTFILES.in')
files = find_files()


def expect_none(problems):
    problems = list(problems)
    assert not problems, '\n'.join(problems)


def test_files_are_listed():
    expect_none(f'{name} is missing' for name in files if name not in names)


def test_no_other_files_are_listed():
    expect_none(f'{name} has no texts' for name in names if name not in files)


def test_files_are_in_order():
    assert names == sorted(names)


def test_texts_are_marked():
    expect_none(unmarked())


def test_xgettext():
    said = xgettext(pathlib.Path('/dev/null'))
    assert said.returncode == 0 and 'warning' not in said.stderr, said.stderr


def translation_test(language):
    def test():
        with tempfile.TemporaryDirectory() as scratch:
            pot = pathlib.Path(scratch) / 'luminal.pot'
            xgettext(pot)
            expect_none(check_translation(top / f'po/{language}.po', pot))

    test.__name__ = f'test_translation_{language}'
    return test


tap.run(test_files_are_listed, test_no_other_files_are_listed, test_files_are_in_order, test_texts_are_marked,
        test_xgettext, *map(translation_test, pseudo.listed(top / 'po/LINGUAS')))
