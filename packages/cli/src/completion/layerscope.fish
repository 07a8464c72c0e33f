# Completion of layerscope for fish: asks "layerscope complete" what may come next.
# File names are left to fish, which knows how to quote them.

# Sets what may come next; asks once for every state of the command line.
function __layerscope_ask
    set -l line (commandline -cp | string collect)
    if test "$line" = "$__layerscope_line"
        return
    end
    set -g __layerscope_line $line
    set -l before (commandline -cpo)
    set -l word (commandline -ct)
    set -l answer (layerscope complete -- $before[2..-1] "$word" 2>/dev/null)
    set -l first (string split -m 1 ' ' -- "$answer[1]")
    set -g __layerscope_paths $first[1]
    set -g __layerscope_words $first[2]$answer[2..-1]
end

function __layerscope_words
    __layerscope_ask
    printf '%s\n' $__layerscope_words
end

function __layerscope_takes
    __layerscope_ask
    test "$argv" = "$__layerscope_paths"
end

complete -c layerscope -e
complete -c layerscope -f -a '(__layerscope_words)'
complete -c layerscope -n '__layerscope_takes files' -F
complete -c layerscope -n '__layerscope_takes directories' -a '(__fish_complete_directories)'
