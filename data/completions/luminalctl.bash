# SPDX-License-Identifier: GPL-3.0-or-later

_luminalctl() {
    local current=${COMP_WORDS[COMP_CWORD]} previous=${COMP_WORDS[COMP_CWORD - 1]}
    local command='' options='--json --version --help' suffix word

    # Options may stand before the command.
    for word in "${COMP_WORDS[@]:1:COMP_CWORD-1}"; do
        case $word in
            watch | load | inspect | new | build)
                command=$word
                break
                ;;
        esac
    done

    COMPREPLY=()
    case $command in
        '') options='--version --help' ;;
        watch | load) options+=' --recursive --in-process --timeout=' ;;
        inspect) options+=' --recursive' ;;
    esac

    # Bash takes the sign of equality for a word of its own.
    if [[ $previous == --timeout || ($previous == '=' && ${COMP_WORDS[COMP_CWORD - 2]} == --timeout) ]]; then
        return
    fi

    if [[ $current == -* ]]; then
        mapfile -t COMPREPLY < <(compgen -W "$options" -- "$current")
        if [[ ${COMPREPLY[*]} == *= ]]; then
            compopt -o nospace 2>/dev/null
        fi
    elif [[ $command == '' ]]; then
        mapfile -t COMPREPLY < <(compgen -W 'watch load inspect new build' -- "$current")
    elif [[ $command != new ]]; then
        compopt -o filenames 2>/dev/null
        mapfile -t COMPREPLY < <(compgen -d -- "$current")
        for suffix in so c; do
            case $command-$suffix in
                watch-* | build-so) continue ;;
            esac
            mapfile -t -O "${#COMPREPLY[@]}" COMPREPLY < <(compgen -f -X "!*.$suffix" -- "$current")
        done
    fi
}

complete -F _luminalctl luminalctl
