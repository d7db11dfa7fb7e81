# SPDX-License-Identifier: GPL-3.0-or-later

complete -c luminal -f
complete -c luminal -l new-window -d 'Open a new window'
complete -c luminal -l open-folder -d 'Choose a folder to open'
complete -c luminal -l gapplication-service -d 'Wait until something is asked for by D-Bus'
complete -c luminal -l version -d 'Print the version and exit'
complete -c luminal -s h -l help -d 'Show help and exit'
complete -c luminal -l help-all -d 'Show help of all options and exit'
complete -c luminal -l help-gapplication -d 'Show help of the options for services and exit'
complete -c luminal -a '(__fish_complete_path (commandline -ct) | string match -r -- ".*(?:/|\.so|\.c)(?:\t.*)?\$")'
