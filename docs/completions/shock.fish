# Completion of shock for fish: as share/fish/vendor_completions.d/shock.fish.

function __shock_complete
    set -l word (commandline -ct)
    # Fish wants the whole of `--format=html` back.
    set -l before (string match -r -- '^--[^=]+=' $word; or echo)
    set -l found (env _SHOCK_COMPLETE=complete_fish _TYPER_COMPLETE_FISH_ACTION=get-args \
        _TYPER_COMPLETE_ARGS=(commandline -cp | string collect) shock 2>/dev/null | string match -rv '^$')
    if set -q found[1]
        string join \n -- $before$found
    else
        __fish_complete_path $word
    end
end

complete --command shock --no-files --arguments '(__shock_complete)'
