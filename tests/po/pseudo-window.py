#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-3.0-or-later

"""The window in a language that nobody speaks: nothing that it shows is left in English.

Usage: pseudo-window.py TOP-OF-THE-SOURCE LIBRARY LUMINAL PHOTONS UNRULY
"""

import pathlib
import shutil
import subprocess
import sys
import tempfile
import time

import gi

import pseudo
import tap

gi.require_version('Atspi', '2.0')
from gi.repository import Atspi, GLib  # noqa: E402

top, library, luminal, photons, unruly = sys.argv[1:]
DEADLINE = 60

# What GTK and libadwaita say in their own language, and the names of things.
KNOWN = [
    r'/\S+', r'\b\w+\.(?:so|c)\b', r'\b[0-9a-f]{6,64}…?', r'^(?:Close|Minimize|Maximize|Restore|Menu|Back)(?: the window)?$',
    r'\b[Ll]uminal\b', r'\b(?:Gtk|Adw|Luminal)[A-Z]\w+',
    r'luminalctl new hello', r'\bSIG[A-Z]+\b', r'\((?:Aborted|Segmentation fault)\)',
    r'\b(?:ms|µs|kB|MB|KiB|MiB)\b', r'\b(?:Ctrl|Shift|Alt|Control|Delete|Return|Up|Down|Page)\b',
    r'\bF\d+\b', r'SHA-256', r'^(?:Escape|KP_\w+|Tab|Shortcuts|Search Results|No Results Found)$',
    r'^Try a different search$',
]


# What the photons are called, and what they and the compiler say.
NAMES = [r'\b(?:Counter|Simple|Crasher|Twin)\b', r'^(?:demo|state|test|unruly)$', r'^count \d+$',
         r'^Unknown$', r'‘nothing’ undeclared.*', r'each undeclared identifier.*', r'^no luck today$',
         r'^Counts its starts$', r'.*crash.*']


class Window:
    def __init__(self, *arguments, direction='LTR'):
        self.scratch = pathlib.Path(tempfile.mkdtemp())
        environment = {**pseudo.make_locale(pathlib.Path(top), library, self.scratch, direction),
                       'G_DEBUG': 'fatal-warnings'}
        self.program = subprocess.Popen([luminal, *map(str, arguments)], env=environment,
                                        stdin=subprocess.DEVNULL)

    def close(self):
        """Ends the program, which has to have been there all the time and to end well."""
        try:
            self.program.terminate()
            status = self.program.wait(DEADLINE)
        finally:
            self.program.kill()
            shutil.rmtree(self.scratch)
        assert status == 0, f'the program ended with {status}'

    def application(self):
        desktop = Atspi.get_desktop(0)
        for index in range(desktop.get_child_count()):
            child = desktop.get_child_at_index(index)
            if child is not None and child.get_process_id() == self.program.pid:
                return child
        return None

    def things(self):
        application = self.application()
        waiting = [application] if application is not None else []
        while waiting:
            thing = waiting.pop()
            try:
                waiting.extend(child for child in map(thing.get_child_at_index, range(thing.get_child_count()))
                               if child is not None)
                yield thing
            except GLib.Error:
                continue  # it went away while it was looked at

    def left_edge(self, words):
        for thing in self.things():
            if words in (thing.get_name() or '') and 'Component' in thing.get_interfaces():
                return Atspi.Component.get_extents(thing, Atspi.CoordType.WINDOW).x
        raise AssertionError(f'there is no “{words}”')

    def texts(self):
        """All that a screen reader could read out, with the role of what says it."""
        for thing in self.things():
            try:
                role = thing.get_role_name()
                yield role, thing.get_name() or ''
                yield role, thing.get_description() or ''
                if role not in ('terminal', 'text') and 'Text' in thing.get_interfaces():
                    yield role, Atspi.Text.get_text(thing, 0, -1)
            except GLib.Error:
                continue

    def wait_for(self, text):
        """Until somewhere something says so."""
        end = time.monotonic() + DEADLINE
        while not any(text in said for _, said in self.texts()):
            assert self.program.poll() is None, 'the program ended'
            assert time.monotonic() < end, f'nothing says “{text}”'

    def act(self, name, role='frame', words=''):
        """Does what an action of the window does, or what a button is for."""
        end = time.monotonic() + DEADLINE
        while True:
            for thing in self.things():
                if thing.get_role_name() == role and words in (thing.get_name() or ''):
                    for index in range(Atspi.Action.get_n_actions(thing)):
                        if Atspi.Action.get_action_name(thing, index) == name:
                            Atspi.Action.do_action(thing, index)
                            return
            assert time.monotonic() < end, f'there is no {role} “{words}” with an action “{name}”'

    def expect_translated(self, known=()):
        texts = {(role, said) for role, said in self.texts() if said}
        assert self.program.poll() is None, 'the program ended'
        assert any(pseudo.BEGIN in said for _, said in texts), 'nothing is said in that language'
        left = {(role, said) for role, said in texts if pseudo.untranslated(said, [*KNOWN, *known])}
        assert not left, '\n'.join(f'{role}: {said}' for role, said in sorted(left))


def test_no_folder():
    window = Window()
    try:
        window.wait_for(pseudo.BEGIN)
        window.expect_translated()
    finally:
        window.close()


def test_photons_in_all_states():
    folder = pathlib.Path(tempfile.mkdtemp())
    for name in ('counter_v1', 'start_fails', 'twins', 'no_photon', 'undefined_symbol'):
        shutil.copy(pathlib.Path(photons) / f'{name}.so', folder)
    shutil.copy(pathlib.Path(unruly) / 'crasher.so', folder)
    (folder / 'broken.c').write_text('#include <luminal.h>\nint f (void) { return nothing; }\n'
                                     'LUMINAL_PHOTON (Broken, NULL, NULL)\n', encoding='utf-8')
    window = Window(folder)
    try:
        window.wait_for('Counter')
        window.wait_for('broken.c')
        window.expect_translated([*NAMES, folder.name])
        for action in ('win.next-problem', 'win.details', 'win.next-problem', 'win.output', 'win.choose',
                       'win.find', 'win.row-menu', 'win.show-help-overlay'):
            window.act(action)
            window.expect_translated([*NAMES, folder.name])
    finally:
        window.close()
        shutil.rmtree(folder)


def test_written_from_right_to_left():
    for direction, is_there in (('LTR', lambda edge: edge < 100), ('RTL', lambda edge: edge > 100)):
        window = Window(direction=direction)
        try:
            window.wait_for('Open a Folder')
            # It begins the header bar, once that is laid out.
            end = time.monotonic() + DEADLINE
            while not is_there(window.left_edge('Open Folder' + pseudo.END)):
                assert time.monotonic() < end, window.left_edge('Open Folder' + pseudo.END)
        finally:
            window.close()


tap.run(test_no_folder, test_photons_in_all_states, test_written_from_right_to_left)
