#compdef layerscope
# Completion of layerscope for zsh: asks "layerscope complete" what may come next.
# File names are left to zsh, which knows how to quote them.

_layerscope() {
  local -a before answer candidates
  local paths prefix nothing_found=1
  if (( CURRENT > 2 )); then before=("${(@Q)words[2,CURRENT-1]}"); fi
  answer=("${(@f)$(layerscope complete -- "${before[@]}" "$PREFIX" 2>/dev/null)}")
  paths=${answer[1]%% *}
  prefix=${answer[1]#* }
  # A colon is what separates a word from its description here.
  candidates=("${(@)answer[2,-1]//:/\\:}")
  candidates=("${(@)candidates/$'\t'/:}")

  compset -p ${#prefix}
  if (( ${#answer} > 1 )); then _describe -t words 'layerscope' candidates && nothing_found=0; fi
  case $paths in
    directories) _files -/ && nothing_found=0 ;;
    files) _files && nothing_found=0 ;;
  esac
  return nothing_found
}

# In a directory of $fpath this file is the function itself; elsewhere it says what the function is for.
if [[ $funcstack[1] == _layerscope ]]; then
  _layerscope "$@"
else
  compdef _layerscope layerscope
fi
