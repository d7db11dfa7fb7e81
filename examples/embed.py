#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-3.0-or-later

"""Runs the photons of a folder, each change of them too, and tells what they say."""

import signal
import sys

import gi
gi.require_version("Luminal", "1")
from gi.repository import Gio, GLib, Luminal


def on_event(loader, event):
    if event.get_kind() == Luminal.EventKind.OUTPUT:
        print(f"{event.get_photon()}: {event.get_text()}", flush=True)
    elif event.get_error():
        print(event.get_error().message, file=sys.stderr)


def on_watching(loader, result):
    try:
        loader.watch_photons_finish(result)
    except GLib.Error as error:
        print(error.message, file=sys.stderr)
        loop.quit()


loop = GLib.MainLoop()
loader = Luminal.Loader.new(False, True)
folder = Gio.File.new_for_path(sys.argv[1] if len(sys.argv) > 1 else "photons")

loader.connect("event", on_event)
loader.watch_photons_async(folder, Luminal.Photon, None, True, None, on_watching)
for number in signal.SIGINT, signal.SIGTERM:
    GLib.unix_signal_add(GLib.PRIORITY_DEFAULT, number, loop.quit)
loop.run()

loader.unload_photons_async(list(loader), False, None, lambda *_: loop.quit())
loop.run()
