#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-3.0-or-later

"""Whether the code in the documents is what it looks like.

Usage: code.py SOURCE_DIRECTORY LUMINALCTL COMPILER...

Each block of C is compiled as a file of its own; a photon is loaded and has to run, a program
is linked. Blocks of other languages are parsed. A block without a language is an error: nobody
would know what to do with it.
"""

import json
import os
import pathlib
import re
import shlex
import shutil
import subprocess
import sys
import tempfile

import tap

source, luminalctl, *compiler = sys.argv[1:]
source = pathlib.Path(source)

BLOCK = re.compile(r'^```(?P<language>[^\n]*)\n(?P<code>.*?)^```$', re.MULTILINE | re.DOTALL)
COMMENT = re.compile(r'^ *\* ?(.*)$')

# What a fragment may do that a whole file should not.
WARNINGS = ['-Wall', '-Wextra', '-Werror', '-Wno-unused-parameter', '-Wno-unused-function',
            '-Wno-missing-field-initializers']

flags = shlex.split(subprocess.run(['pkg-config', '--cflags', '--libs', 'luminal-1', 'gio-unix-2.0'],
                                   check=True, stdout=subprocess.PIPE, text=True).stdout)


def documents():
    yield source / 'README.md'
    yield source / 'CONTRIBUTING.md'
    yield from sorted((source / 'docs').rglob('*.md'))
    yield from sorted((source / 'src' / 'libluminal').rglob('*.[ch]'))


def text_of(document):
    """Of a source file its comments, without what makes them comments."""
    text = document.read_text(encoding='utf-8')
    if document.suffix == '.md':
        return text
    if '```' not in text:
        return ''
    return '\n'.join(match[1] for match in map(COMMENT.match, text.splitlines()) if match)


def blocks(*languages):
    for document in documents():
        text = text_of(document)
        for match in BLOCK.finditer(text):
            if not languages or match['language'] in languages:
                line = text[:match.start()].count('\n') + 1
                yield f'{document.relative_to(source)}, block at {line}', match['language'], match['code']


def run(where, *command):
    result = subprocess.run([str(part) for part in command], stdin=subprocess.DEVNULL,
                            stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True, check=False)
    assert result.returncode == 0, f'{where}:\n{result.stdout}'
    return result.stdout


def is_photon(code):
    return re.search(r'^LUMINAL_PHOTON \(', code, re.MULTILINE)


def compile_block(where, command, suffix, code, folder):
    """Returns how many photons it has that were seen running."""
    if '#include <luminal.h>' not in code:
        code = '#include <luminal.h>\n' + code
    file = folder / f'block{suffix}'
    file.write_text(code, encoding='utf-8')
    needs = re.search(r'luminal: packages', code)
    if is_photon(code) and 'LUMINAL_BASE' not in code:
        if not needs:
            run(where, *command, *WARNINGS, '-shared', '-fPIC', file, '-o', folder / 'block.so', *flags)
            file = folder / 'block.so'
        events = [json.loads(line) for line in
                  run(where, luminalctl, 'load', '--json', file).splitlines()]
        started = [event for event in events if event['event'] == 'started']
        assert started, (where, events)
        return len(started)
    if re.search(r'^main \(', code, re.MULTILINE):
        run(where, *command, *WARNINGS, file, '-o', folder / 'block', *flags)
    else:
        run(where, *command, *WARNINGS, '-fsyntax-only', file, *flags)
    return 0


def compile_all(language, command, suffix):
    compiled = photons = 0
    with tempfile.TemporaryDirectory(prefix='luminal-') as folder:
        for where, _, code in blocks(language):
            photons += compile_block(where, command, suffix, code, pathlib.Path(folder))
            compiled += 1
    return compiled, photons


def test_c():
    compiled, photons = compile_all('c', compiler, '.c')
    assert compiled >= 10 and photons >= 5, (compiled, photons)


def test_cpp():
    if shutil.which('c++') is None:
        raise tap.Skip('there is no C++ compiler')
    compiled, photons = compile_all('cpp', ['c++'], '.cc')
    assert compiled and photons, (compiled, photons)


def test_services_of_a_program():
    """The program of "Services of your own", and the photon that uses them."""
    page = [code for where, _, code in blocks('c') if where.startswith('docs/pages/embed.md')]
    program, = [code for code in page if 'G_DEFINE_TYPE' in code]
    photon, = [code for code in page if 'LUMINAL_BASE' in code]
    with tempfile.TemporaryDirectory(prefix='luminal-') as folder:
        folder = pathlib.Path(folder)
        (folder / 'program.c').write_text(program, encoding='utf-8')
        (folder / 'photons').mkdir()
        (folder / 'photons' / 'circle.c').write_text(photon, encoding='utf-8')
        run('the program', *compiler, '-rdynamic', folder / 'program.c', '-o', folder / 'program', *flags)
        with subprocess.Popen([folder / 'program', folder / 'photons'], stdin=subprocess.DEVNULL,
                              stdout=subprocess.PIPE, text=True) as child:
            try:
                said = child.stdout.readline()
            finally:
                child.kill()
        assert said == 'Circle draws a circle\n', said


def test_python():
    found = list(blocks('python'))
    assert found
    for where, _, code in found:
        compile(code, where, 'exec')


def test_shell():
    for where, _, code in blocks('sh'):
        run(where, 'bash', '-n', '-c', code)


def fill(folder):
    """With the files that the commands in the documents are about."""
    page = (source / 'docs' / 'pages' / 'photon.md').read_text(encoding='utf-8')
    first = next(match for match in BLOCK.finditer(page) if match['language'] == 'c')
    (folder / 'ticker.c').write_text(first['code'], encoding='utf-8')
    for name in ('embed.c', 'program.c'):
        shutil.copy(source / 'examples' / 'embed.c', folder / name)


def test_commands():
    """Those that compile something are run."""
    done = 0
    with tempfile.TemporaryDirectory(prefix='luminal-') as folder:
        folder = pathlib.Path(folder)
        fill(folder)
        (folder / 'photons').mkdir()
        path = f'{pathlib.Path(luminalctl).parent}:{os.environ["PATH"]}'
        for where, _, code in blocks('sh'):
            if code.startswith('cc '):
                run(where, 'env', f'PATH={path}', 'sh', '-e', '-c', f'cd {folder}\n{code}')
                done += 1
        assert done >= 3 and (folder / 'embed').exists() and (folder / 'ticker.so').exists(), done


def test_meson():
    meson = shutil.which('meson')
    if meson is None:
        raise tap.Skip('there is no Meson to run')
    (_, _, code), = blocks('meson')
    with tempfile.TemporaryDirectory(prefix='luminal-') as folder:
        folder = pathlib.Path(folder)
        fill(folder)
        (folder / 'meson.build').write_text(f"project('documented', 'c')\n{code}", encoding='utf-8')
        run('setup', 'env', '-u', 'CC', meson, 'setup', folder / 'build', folder)
        run('compile', meson, 'compile', '-C', folder / 'build')
        run('load', luminalctl, 'load', folder / 'build' / 'ticker.so')


def test_json():
    for where, _, code in blocks('json'):
        for line in code.splitlines():
            assert isinstance(json.loads(line), dict), where


def test_languages():
    known = {'c', 'cpp', 'python', 'sh', 'json', 'meson', 'text'}
    strange = [where for where, language, _ in blocks() if language not in known]
    assert not strange, strange


def test_examples_are_in_the_reference():
    page = (source / 'docs' / 'pages' / 'embed.md').read_text(encoding='utf-8')
    for name in ('embed.c', 'embed.py'):
        code = (source / 'examples' / name).read_text(encoding='utf-8')
        assert code.strip() in page, f'docs/pages/embed.md has another version of examples/{name}'


tap.run(test_c, test_cpp, test_services_of_a_program, test_python, test_shell,
        test_commands, test_meson, test_json, test_languages,
        test_examples_are_in_the_reference)
