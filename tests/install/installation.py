#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-3.0-or-later

"""Installs into prefixes of all kinds, and uses what is there as strangers would.

Usage: installation.py SOURCE_DIRECTORY BUILD_DIRECTORY MESON

SOURCE_DIRECTORY is built anew, without the window, for a prefix with blanks in its path;
BUILD_DIRECTORY is installed below a DESTDIR, and moved from there.
"""

import json
import os
import pathlib
import shlex
import shutil
import subprocess
import sys
import tempfile

import tap

source, build, meson = sys.argv[1:]
source, build = pathlib.Path(source).resolve(), pathlib.Path(build).resolve()

# What a person's own set-up, or the one of the other tests, must not lend.
LENT = ('CC', 'PKG_CONFIG_PATH', 'LD_LIBRARY_PATH', 'GI_TYPELIB_PATH', 'LUMINAL_WORKER',
        'CPATH', 'GSETTINGS_SCHEMA_DIR', 'XDG_DATA_DIRS', 'LD_PRELOAD', 'DESTDIR', 'MESONINTROSPECT')

PHOTON = '''
#include <luminal.h>

typedef struct { int unused; } Installed;

static gboolean
say (LuminalPhoton *photon, gpointer data, GError **error)
{
  luminal_photon_print (photon, "version %d", VERSION);
  return TRUE;
}

LUMINAL_PHOTON (Installed, say, NULL, LUMINAL_NAME ("From outside"), LUMINAL_TAGS ("one", "two"),
                LUMINAL_VERSION ("1.2.3"))
'''


class Installation:
    """A prefix, and the commands of somebody who knows only where it is."""

    def __init__(self, prefix):
        self.prefix = pathlib.Path(prefix)
        self.libdir = next(self.prefix.rglob('luminal-1.pc')).parent.parent

    def environment(self, **more):
        return own_environment(**more)

    def run(self, *command, good=True, **more):
        result = subprocess.run([str(part) for part in command], env=self.environment(**more),
                                stdin=subprocess.DEVNULL, stdout=subprocess.PIPE,
                                stderr=subprocess.STDOUT, text=True, timeout=120, check=False)
        assert not good or result.returncode == 0, (command, result.returncode, result.stdout)
        return result.stdout

    def flags(self, *options):
        """As a shell would take the answer of pkg-config apart."""
        answer = self.run('pkg-config', *options, 'luminal-1',
                          PKG_CONFIG_PATH=str(self.libdir / 'pkgconfig'))
        return shlex.split(answer)

    def variable(self, name):
        return self.run('pkg-config', f'--variable={name}', 'luminal-1',
                        PKG_CONFIG_PATH=str(self.libdir / 'pkgconfig')).strip().replace('\\ ', ' ')

    def build_photon(self, path, version):
        path.with_suffix('.c').write_text(PHOTON.replace('VERSION)', f'{version})'), encoding='utf-8')
        self.run('cc', '-shared', '-fPIC', '-Wall', '-Werror', *self.flags('--cflags'),
                 path.with_suffix('.c'), '-o', path, *self.flags('--libs'))
        return path

    def luminalctl(self, *arguments, **more):
        return self.run(self.variable('luminalctl'), *arguments, **more)

    def try_tools(self, scratch):
        """A module, a source, and what is said of them."""
        assert self.luminalctl('--version').startswith('luminalctl ')
        assert os.access(self.variable('worker'), os.X_OK)

        module = self.build_photon(scratch / 'module.so', 7)
        source_file = scratch / 'source.c'
        source_file.write_text(PHOTON.replace('VERSION)', '8)'), encoding='utf-8')
        cache = str(scratch / 'cache')
        for path, says in ((module, 'version 7'), (source_file, 'version 8')):
            for host in ((), ('--in-process',)):
                events = [json.loads(line) for line in
                          self.luminalctl('load', '--json', *host, path,
                                          XDG_CACHE_HOME=cache).splitlines()]
                texts = [event['text'] for event in events if event['event'] == 'output']
                assert texts == [says], events
                started = next(event for event in events if event['event'] == 'started')
                assert ('pid' in started) == (not host), started

        # A mistake that is told of in the library's header: by a path that a person can read.
        source_file.write_text(PHOTON.replace('VERSION)', '8)').replace('say, NULL', 'say, 1.5'),
                               encoding='utf-8')
        said = self.luminalctl('build', source_file, good=False, XDG_CACHE_HOME=cache)
        assert 'luminal-declare.h' in said and '..' not in said.split('luminal-declare.h')[0], said

    def try_embedders(self, scratch):
        module = self.build_photon(scratch / 'embedded.so', 9)
        rpath = f'-Wl,-rpath,{self.libdir}'
        for language, compiler, suffix in (('c', 'cc', 'c'), ('c++', 'c++', 'cc')):
            if shutil.which(compiler) is None:
                print(f'# no compiler for {language}')
                continue
            code = scratch / f'embed.{suffix}'
            shutil.copy(source / 'examples' / 'embed.c', code)
            program = scratch / f'embed-{suffix}'
            self.run(compiler, '-Wall', '-Werror', *self.flags('--cflags'), code, '-o', program,
                     *self.flags('--libs'), rpath)
            self.expect_watch([program], module)
        vapi = self.prefix / 'share' / 'vala' / 'vapi'
        if shutil.which('valac') is not None and vapi.is_dir():
            self.run('valac', '--vapidir', vapi, '--pkg', 'luminal-1', '--pkg', 'posix',
                     '--directory', scratch, '--ccode', source / 'examples' / 'embed.vala')
            self.run('cc', '-w', *self.flags('--cflags'), next(scratch.rglob('embed.c')),
                     '-o', scratch / 'embed-vala', *self.flags('--libs'), rpath)
            self.expect_watch([scratch / 'embed-vala'], module)
        python = python_with_gi()
        if python is not None and (self.libdir / 'girepository-1.0').is_dir():
            self.expect_watch([python, source / 'examples' / 'embed.py'], module,
                              GI_TYPELIB_PATH=str(self.libdir / 'girepository-1.0'),
                              LD_LIBRARY_PATH=str(self.libdir))

    def expect_watch(self, command, module, **more):
        """It tells what the photon says, and ends well when it is asked to."""
        folder = pathlib.Path(tempfile.mkdtemp(dir=module.parent))
        shutil.copy(module, folder)
        with subprocess.Popen([*map(str, command), str(folder)], env=self.environment(**more),
                              stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, text=True) as child:
            try:
                lines = []
                for line in child.stdout:
                    lines.append(line.strip())
                    if lines[-1].endswith('version 9'):
                        break
                assert lines and lines[-1] == 'From outside: version 9', lines
            finally:
                child.terminate()
            child.stdout.read()
            assert child.wait(60) == 0, child.returncode


def python_with_gi():
    for python in (sys.executable, '/usr/bin/python3'):
        if subprocess.run([python, '-c', 'import gi'], stderr=subprocess.DEVNULL,
                          check=False).returncode == 0:
            return python
    return None


def quietly(*command, **more):
    result = subprocess.run([str(part) for part in command], stdin=subprocess.DEVNULL,
                            stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True,
                            check=False, **more)
    assert result.returncode == 0, result.stdout


def own_environment(**more):
    return {**{name: value for name, value in os.environ.items() if name not in LENT}, **more}


def test_prefix_with_blanks():
    """Built for a path that nothing quotes by chance."""
    with tempfile.TemporaryDirectory(prefix='luminal ') as place:
        place = pathlib.Path(place)
        prefix = place / 'a prefix'
        quietly(meson, 'setup', place / 'build', source, f'--prefix={prefix}', '-Dapp=disabled',
                '-Dtests=false', '-Dintrospection=disabled', '-Doptimization=0', '-Ddebug=false',
                env=own_environment())
        quietly(meson, 'install', '-C', place / 'build', env=own_environment())
        # What works must not work because the build is still there.
        shutil.rmtree(place / 'build')

        installation = Installation(prefix)
        (place / 'work').mkdir()
        installation.try_tools(place / 'work')
        installation.try_embedders(place / 'work')


def test_staged_and_moved():
    """Installed below a DESTDIR, then found somewhere else, as from a package or an archive."""
    with tempfile.TemporaryDirectory(prefix='luminal ') as place:
        place = pathlib.Path(place)
        quietly(meson, 'install', '-C', build, '--no-rebuild',
                env=own_environment(DESTDIR=str(place / 'staged')))
        staged = next((place / 'staged').rglob('bin')).parent
        shutil.move(staged, place / 'moved here')
        assert not list((place / 'staged').rglob('bin/luminalctl'))

        installation = Installation(place / 'moved here')
        (place / 'work').mkdir()
        installation.try_tools(place / 'work')
        installation.try_embedders(place / 'work')
        names = {path.name for path in installation.prefix.rglob('*')}
        assert {'luminalctl.1', '_luminalctl', 'luminalctl.fish'} <= names, names

        window = installation.prefix / 'bin' / 'luminal'
        if window.exists():
            assert installation.run(window, '--version').startswith('luminal ')


def test_without_installing():
    """A shell of "meson devenv" has all that an installation has."""
    with tempfile.TemporaryDirectory(prefix='luminal-') as place:
        place = pathlib.Path(place)
        code = place / 'photon.c'
        code.write_text(PHOTON.replace('VERSION)', '10)'), encoding='utf-8')
        script = place / 'script'
        script.write_text('set -e\n'
                          'luminalctl load photon.c\n'
                          'cc -shared -fPIC photon.c -o photon.so $(pkg-config --cflags --libs luminal-1)\n'
                          '"$(pkg-config --variable=luminalctl luminal-1)" load photon.so\n'
                          'test -x "$(pkg-config --variable=worker luminal-1)"\n', encoding='utf-8')
        environment = own_environment(XDG_CACHE_HOME=str(place / 'cache'))
        quietly(meson, 'devenv', '-C', build, 'sh', '-c', f'cd {place} && sh script', env=environment)


def test_only_what_runs():
    """The tags: photons run, and nothing that only developers need is there."""
    with tempfile.TemporaryDirectory(prefix='luminal-') as place:
        place = pathlib.Path(place)
        quietly(meson, 'install', '-C', build, '--no-rebuild', '--tags', 'runtime',
                env=own_environment(DESTDIR=str(place)))
        names = {path.name for path in place.rglob('*')}
        assert {'luminalctl', 'luminal-worker', 'libluminal-1.so.0'} <= names, names
        assert not any(name.endswith(('.h', '.pc', '.gir', '.vapi')) for name in names), names

        photon = build / 'photons' / 'hello.so'
        luminalctl = next(place.rglob('bin/luminalctl'))
        quietly(luminalctl, 'load', photon, env=own_environment())


tap.run(test_prefix_with_blanks, test_staged_and_moved, test_without_installing, test_only_what_runs)
