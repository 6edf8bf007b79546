export const shells = ["bash", "zsh", "fish"] as const;
export type Shell = (typeof shells)[number];

const ask = "denyscope completion words --";

/** Each asks the program for the words that fit, and completes files where there are none. */
export const completionScripts: Readonly<Record<Shell, string>> = {
  bash: `# source <(denyscope completion bash)
_denyscope() {
  mapfile -t COMPREPLY < <(${ask} "\${COMP_WORDS[@]:1:COMP_CWORD}" 2>/dev/null)
}
complete -o default -F _denyscope denyscope
`,
  zsh: `#compdef denyscope
# source <(denyscope completion zsh)
_denyscope() {
  local -a found
  found=(\${(f)"$(${ask} "\${(@)words[2,CURRENT]}" 2>/dev/null)"})
  if (( \${#found} )); then compadd -- $found; else _files; fi
}
compdef _denyscope denyscope
`,
  fish: `# denyscope completion fish | source
function __denyscope_words
  set -l words (commandline -opc) (commandline -ct)
  set -l found (${ask} $words[2..-1] 2>/dev/null)
  if test (count $found) -gt 0
    printf '%s\\n' $found
  else
    __fish_complete_path (commandline -ct)
  end
end
complete -c denyscope -f -a '(__denyscope_words)'
`,
};
