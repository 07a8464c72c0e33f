# Completion of layerscope for bash: asks "layerscope complete" what may come next.
# File names are left to bash, which knows how to quote them.

_layerscope() {
  local rest=${COMP_LINE:0:COMP_POINT} words=() piece index
  COMPREPLY=()
  # After > and < comes a file, whatever the command is.
  if ((COMP_CWORD > 0)) && [[ ${COMP_WORDS[COMP_CWORD - 1]} == *[\<\>] ]]; then return; fi
  # Bash splits words at = and : as well, so what no blank separates is put together again.
  for ((index = 0; index <= COMP_CWORD; index++)); do
    if ((index == 0)) || [[ $rest == [[:space:]]* ]]; then words[${#words[@]}]=; fi
    rest=${rest#"${rest%%[![:space:]]*}"}
    piece=${COMP_WORDS[index]}
    if ((index == COMP_CWORD)); then piece=$rest; fi
    words[${#words[@]} - 1]+=$piece
    rest=${rest#"$piece"}
  done

  local answer
  answer=$(layerscope complete -- "${words[@]:1}" 2>/dev/null) || return

  # What is replaced is only the part after the last = or :, which is the second argument.
  local word=${words[${#words[@]} - 1]} paths prefix candidate
  local kept=${word%"$2"}
  {
    IFS=' ' read -r paths prefix
    while IFS=$'\t' read -r candidate _; do
      candidate=$prefix$candidate
      if [[ $candidate == "$word"* ]]; then COMPREPLY+=("${candidate#"$kept"}"); fi
    done
  } <<<"$answer"

  # Before version 4 there is no compopt, and file names are offered where nothing else is.
  if ! type compopt &>/dev/null; then return; fi
  case $paths in
    none) compopt +o bashdefault +o default ;;
    directories) compopt +o bashdefault +o default -o dirnames ;;
    files)
      if ((${#COMPREPLY[@]} == 0)); then return; fi
      # Bash adds no file names to other words by itself.
      compopt -o filenames
      while IFS= read -r candidate; do
        if [[ -n $candidate ]]; then COMPREPLY+=("$candidate"); fi
      done < <(compgen -f -- "$2")
      ;;
  esac
}

complete -o bashdefault -o default -F _layerscope layerscope
