#compdef luminal
# SPDX-License-Identifier: GPL-3.0-or-later

_arguments \
  '--new-window[open a new window]' \
  '--open-folder[choose a folder to open]' \
  '--gapplication-service[wait until something is asked for by D-Bus]' \
  '(- *)--version[print the version and exit]' \
  '(- *)'{-h,--help}'[show help and exit]' \
  '(- *)--help-all[show help of all options and exit]' \
  '(- *)--help-gapplication[show help of the options for services and exit]' \
  '*:folder or module:_files -g "*.(so|c)"'
