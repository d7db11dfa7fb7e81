#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-3.0-or-later

"""Whether all that is public is documented, and gi-docgen has no complaint.

Usage: reference.py GIR CONFIGURATION PAGES [GI_DOCGEN]
"""

import pathlib
import re
import subprocess
import sys
import tempfile
import xml.etree.ElementTree as ElementTree

import tap

gir, configuration, pages, *gi_docgen = sys.argv[1:]

CORE = '{http://www.gtk.org/introspection/core/1.0}'
GLIB = '{http://www.gtk.org/introspection/glib/1.0}'
C = '{http://www.gtk.org/introspection/c/1.0}'

CALLABLES = {CORE + name for name in ('function', 'method', 'constructor', 'callback', 'function-macro')}
OTHERS = {CORE + name for name in ('class', 'constant', 'enumeration', 'bitfield', 'property')}
SIGNAL = GLIB + 'signal'

namespace = ElementTree.parse(gir).getroot().find(CORE + 'namespace')


def is_documented(element):
    doc = element.find(CORE + 'doc')
    return doc is not None and doc.text.strip()


def is_public(element):
    # What G_DECLARE_FINAL_TYPE makes, and fields of structs that are nobody's business.
    return not element.get(C + 'identifier', '').endswith(('_get_type', '_quark'))


def walk(element, path=''):
    name = f'{path}.{element.get("name")}' if path else element.get('name', '')
    if element.tag in CALLABLES | OTHERS | {SIGNAL}:
        yield name, element
    if element.tag == CORE + 'record' and element.get(GLIB + 'is-gtype-struct-for'):
        return
    for child in element:
        if child.tag not in (CORE + 'parameters', CORE + 'return-value'):
            yield from walk(child, name)


def complaints():
    for name, element in walk(namespace):
        if not is_public(element):
            continue
        if not is_documented(element):
            yield f'{name} is not documented'
        if element.get('version') is None:
            yield f'{name} does not say since when it is there'
        if element.tag in CALLABLES | {SIGNAL}:
            for parameter in element.findall(f'{CORE}parameters/{CORE}parameter'):
                if not is_documented(parameter):
                    yield f'{name}: {parameter.get("name")} is not documented'
            result = element.find(CORE + 'return-value')
            if result is not None and element.tag != CORE + 'function-macro':
                kind = result.find(CORE + 'type')
                if (kind is None or kind.get('name') != 'none') and not is_documented(result):
                    yield f'{name}: what it returns is not documented'
        if element.tag in (CORE + 'enumeration', CORE + 'bitfield'):
            for member in element.findall(CORE + 'member'):
                if not is_documented(member):
                    yield f'{name}: {member.get("name")} is not documented'


def dead_links(folder):
    there = {path.name for path in folder.iterdir()}
    for page in folder.glob('*.html'):
        for target in re.findall(r'href="([^":#?]+)["#?]', page.read_text(encoding='utf-8')):
            if target not in there:
                yield f'{page.name}: {target} is not there'


def test_everything_is_documented():
    found = [name for name, _ in walk(namespace)]
    assert len(found) > 250, len(found)
    bad = list(complaints())
    assert not bad, '\n'.join(bad)


def test_asynchronous_pairs():
    names = {name for name, _ in walk(namespace)}
    starts = {name for name in names if name.endswith('_async')}
    assert starts
    lonely = [name for name in starts if name.removesuffix('_async') + '_finish' not in names]
    assert not lonely, lonely


def test_errors_by_code():
    """Each code is told of somewhere beside the list of them."""
    text = ' '.join(doc.text for doc in namespace.iter(CORE + 'doc'))
    codes = [member.get(C + 'identifier')
             for enumeration in namespace.findall(CORE + 'enumeration')
             if enumeration.get('name') == 'Error'
             for member in enumeration.findall(CORE + 'member')]
    assert len(codes) > 20, codes
    silent = [code for code in codes if '%' + code not in text]
    assert not silent, silent


def test_generator_has_no_complaint():
    if not gi_docgen:
        raise tap.Skip('gi-docgen is not installed')
    with tempfile.TemporaryDirectory(prefix='luminal-') as folder:
        result = subprocess.run([*gi_docgen, 'generate', '--quiet', '--no-namespace-dir',
                                 f'--config={configuration}', f'--content-dir={pages}',
                                 f'--output-dir={folder}', gir],
                                stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True, check=False)
        assert result.returncode == 0 and not result.stdout.strip(), result.stdout
        for page in pathlib.Path(pages).glob('*.md'):
            assert (pathlib.Path(folder) / f'{page.stem}.html').is_file(), page
        bad = list(dead_links(pathlib.Path(folder)))
        assert not bad, '\n'.join(bad)


tap.run(test_everything_is_documented, test_asynchronous_pairs, test_errors_by_code,
        test_generator_has_no_complaint)
