#compdef luminalctl
# SPDX-License-Identifier: GPL-3.0-or-later

_luminalctl() {
  local context state state_descr line
  typeset -A opt_args
  local -a commands=(
    'watch:run the photons of a folder, and every change of them'
    'load:load and start photons, show what they say, then unload them'
    'inspect:tell what module files hold, or why they are of no use'
    'new:write a small photon to begin with'
    'build:compile a photon as it is when it is loaded'
  )
  local -a general=(
    '--json[report as JSON, one object per line]'
    '(- *)--version[print the version and exit]'
    '(- *)'{-h,--help}'[show help and exit]'
  )
  local -a running=(
    '--in-process[run photons in this process]'
    '--timeout=[how long a photon may take]:seconds: '
  )
  local recursive='--recursive[descend into the folders of a folder]'

  _arguments -C \
    '(- *)--version[print the version and exit]' \
    '(- *)'{-h,--help}'[show help and exit]' \
    '1:command:->command' \
    '*::argument:->argument'

  case $state in
    command) _describe -t commands command commands ;;
    argument)
      case $words[1] in
        watch) _arguments $general $running $recursive '1:folder:_files -/' ;;
        load) _arguments $general $running $recursive '*:module or folder:_files -g "*.(so|c)"' ;;
        inspect) _arguments $general $recursive '*:module or folder:_files -g "*.(so|c)"' ;;
        new) _arguments $general '1:name: ' ;;
        build) _arguments $general '1:source:_files -g "*.c"' ;;
      esac
      ;;
  esac
}

_luminalctl "$@"
