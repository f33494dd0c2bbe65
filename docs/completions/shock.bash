# Completion of shock for bash 4.4 or newer: as share/bash-completion/completions/shock, or sourced.

_shock() {
    local IFS=$'\n' typed
    # Bash takes `--format=html` apart at the `=`; the command wants it whole.
    typed="${COMP_WORDS[*]:0:COMP_CWORD+1}"
    typed=${typed//$'\n='/=}
    typed=${typed//$'=\n'/=}
    local breaks=${typed//[!$'\n']/}
    mapfile -t COMPREPLY < <(COMP_WORDS=$typed COMP_CWORD=${#breaks} \
        _SHOCK_COMPLETE=complete_bash "$1" 2>/dev/null)
    # What has no answer is a file's name (-o default); an empty line is no answer.
    [[ ${COMPREPLY[*]} ]] || COMPREPLY=()
}

complete -o default -F _shock shock
