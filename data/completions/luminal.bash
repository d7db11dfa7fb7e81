# SPDX-License-Identifier: GPL-3.0-or-later

_luminal() {
    local current=${COMP_WORDS[COMP_CWORD]} suffix

    COMPREPLY=()
    if [[ $current == -* ]]; then
        mapfile -t COMPREPLY < <(
            compgen -W '--new-window --open-folder --version --help --help-all --help-gapplication
                        --gapplication-service' -- "$current")
        return
    fi

    compopt -o filenames 2>/dev/null
    mapfile -t COMPREPLY < <(compgen -d -- "$current")
    for suffix in so c; do
        mapfile -t -O "${#COMPREPLY[@]}" COMPREPLY < <(compgen -f -X "!*.$suffix" -- "$current")
    done
}

complete -F _luminal luminal
