# SPDX-License-Identifier: GPL-3.0-or-later

"""A language that nobody speaks: every text that is marked is put between ⟦ and ⟧, so that one
which was forgotten shows."""

import os
import pathlib
import re
import shutil
import subprocess

BEGIN, END = '⟦', '⟧'
LANGUAGE = 'xx'
KEYWORDS = ['_', 'N_', 'C_:1c,2', 'NC_:1c,2', 'ngettext:1,2', 'g_dngettext:2,3', 'g_dpgettext2:2c,3']
TRANSLATION = re.compile(r'^msgstr(?:\[\d\])? (".*"(?:\n".*")*)', re.MULTILINE)
PIECE = re.compile(r'"(.*)"')


def bracket(match):
    """Line breaks at the edges stay there, as the format asks for."""
    text = ''.join(PIECE.findall(match[1]))
    head = re.match(r'(?:\\n)*', text)[0]
    tail = re.search(r'(?:\\n)*$', text[len(head):])[0]
    middle = text[len(head):len(text) - len(tail)]
    words = match[0].split(' ', 1)[0]
    return f'{words} "{head}{BEGIN}{middle}{END}{tail}"'


def listed(path):
    lines = path.read_text(encoding='utf-8').splitlines()
    return [line for line in lines if line and not line.startswith('#')]


def find_locale():
    """Newer C libraries do not look for translations where the locale is C, whatever its letters."""
    names = subprocess.run(['locale', '-a'], capture_output=True, text=True, check=True).stdout.split()
    real = [name for name in names
            if re.search(r'\.utf-?8$', name, re.IGNORECASE) and not name.startswith('C.')]

    return min(real, key=lambda name: (not name.startswith('en_'), name), default='C.UTF-8')


def make_locale(top, library, scratch, direction='LTR'):
    """Puts a copy of the library beside translations as the build has them. Returns the
    environment in which programs use both."""
    po = scratch / 'po'
    messages = po / LANGUAGE / 'LC_MESSAGES'
    messages.mkdir(parents=True)
    subprocess.run(['xgettext', '--from-code=UTF-8', f'--directory={top}', '-o', po / 'luminal.pot',
                    *(f'--keyword={keyword}' for keyword in KEYWORDS),
                    *listed(top / 'po/POTFILES.in')], check=True)
    subprocess.run(['msgen', '--no-wrap', '-o', po / 'same.po', po / 'luminal.pot'], check=True)
    head, blank, rest = (po / 'same.po').read_text(encoding='utf-8').partition('\n\n')
    head = head.replace('charset=CHARSET', 'charset=UTF-8')
    head = re.sub(r'"Plural-Forms: .*"', r'"Plural-Forms: nplurals=2; plural=(n != 1);\\n"', head)
    translated = TRANSLATION.sub(bracket, rest).replace(f'{BEGIN}default:LTR{END}', f'default:{direction}')
    (po / 'xx.po').write_text(head + blank + translated, encoding='utf-8')
    subprocess.run(['msgfmt', '--check-format', '-o', messages / 'luminal.mo', po / 'xx.po'], check=True)

    # The library looks for them from its own folder on.
    folder = scratch / 'src/libluminal'
    folder.mkdir(parents=True)
    shutil.copy(library, folder / pathlib.Path(library).resolve().name)
    (folder / 'libluminal-1.so.0').symlink_to(pathlib.Path(library).resolve().name)
    return {**os.environ, 'LD_LIBRARY_PATH': str(folder), 'LC_ALL': find_locale(),
            'LANGUAGE': LANGUAGE}


def untranslated(text, known):
    """What is left of a text without those that were translated, and without what is known not to
    be one: names, paths, and what other libraries say."""
    before = None
    while text != before:
        before = text
        text = re.sub(f'{BEGIN}[^{BEGIN}{END}]*{END}', ' ', text)
    for pattern in known:
        text = re.sub(pattern, ' ', text)
    return ' '.join(word for word in text.split() if re.search(r'[A-Za-z]{2,}', word))
