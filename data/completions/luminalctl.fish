# SPDX-License-Identifier: GPL-3.0-or-later

function __luminalctl_has_command
    __fish_seen_subcommand_from watch load inspect new build
end

function __luminalctl_files
    __fish_complete_path (commandline -ct) | string match -r -- '.*(?:/|\.'(string join '|\.' $argv)')(?:\t.*)?$'
end

complete -c luminalctl -f

complete -c luminalctl -n 'not __luminalctl_has_command' -a watch -d 'Run the photons of a folder, and every change of them'
complete -c luminalctl -n 'not __luminalctl_has_command' -a load -d 'Load and start photons, show what they say, then unload them'
complete -c luminalctl -n 'not __luminalctl_has_command' -a inspect -d 'Tell what module files hold, or why they are of no use'
complete -c luminalctl -n 'not __luminalctl_has_command' -a new -d 'Write a small photon to begin with'
complete -c luminalctl -n 'not __luminalctl_has_command' -a build -d 'Compile a photon as it is when it is loaded'

complete -c luminalctl -s h -l help -d 'Show help and exit'
complete -c luminalctl -l version -d 'Print the version and exit'
complete -c luminalctl -n __luminalctl_has_command -l json -d 'Report as JSON, one object per line'
complete -c luminalctl -n '__fish_seen_subcommand_from watch load inspect' -l recursive -d 'Descend into the folders of a folder'
complete -c luminalctl -n '__fish_seen_subcommand_from watch load' -l in-process -d 'Run photons in this process'
complete -c luminalctl -n '__fish_seen_subcommand_from watch load' -l timeout -x -d 'How many seconds a photon may take'

complete -c luminalctl -n '__fish_seen_subcommand_from watch' -a '(__fish_complete_directories)'
complete -c luminalctl -n '__fish_seen_subcommand_from load inspect' -a '(__luminalctl_files so c)'
complete -c luminalctl -n '__fish_seen_subcommand_from build' -a '(__luminalctl_files c)'
