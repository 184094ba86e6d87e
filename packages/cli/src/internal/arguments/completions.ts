import { type Command, commonOptions, optionName, program } from "./command.js"

/** The shells that completions can be printed for. */
export const shells = ["bash", "zsh", "fish"] as const

/** Returns the completions of the program for a shell, as a script to evaluate. */
export const completions = (shell: typeof shells[number], commands: ReadonlyArray<Command>): string =>
  ({ bash, zsh, fish })[shell](commands)

const options = (command: Command) => Object.entries({ ...command.options, ...commonOptions })

const optionNames = (command: Command): string => options(command).map(([key]) => optionName(key)).join(" ")

/** The options with a fixed list of values. */
const choices = (command: Command) =>
  options(command).flatMap(([key, { choices }]) => choices.length === 0 ? [] : [[optionName(key), choices] as const])

const bash = (commands: ReadonlyArray<Command>): string =>
  `_openrouter_generations() {
  local word=\${COMP_WORDS[COMP_CWORD]} previous=\${COMP_WORDS[COMP_CWORD-1]}
  COMPREPLY=()
  if [ "$COMP_CWORD" -eq 1 ]; then
    COMPREPLY=($(compgen -W "${commands.map(({ name }) => name).join(" ")}" -- "$word"))
    return
  fi
  case "\${COMP_WORDS[1]} $previous" in
${
    commands.flatMap((command) =>
      choices(command).map(([name, values]) =>
        `    "${command.name} ${name}") COMPREPLY=($(compgen -W "${values.join(" ")}" -- "$word")); return ;;`
      )
    ).join("\n")
  }
  esac
  case "$word" in
    -*)
      case "\${COMP_WORDS[1]}" in
${
    commands.map((command) =>
      `        ${command.name}) COMPREPLY=($(compgen -W "${optionNames(command)}" -- "$word")) ;;`
    ).join("\n")
  }
      esac ;;
    *) COMPREPLY=($(compgen -f -- "$word")) ;;
  esac
}
complete -o filenames -F _openrouter_generations ${program}
`

const zsh = (commands: ReadonlyArray<Command>): string =>
  `#compdef ${program}
_openrouter_generations() {
  if (( CURRENT == 2 )); then
    local -a subcommands=(${commands.map(({ name, summary }) => quote(`${name}:${summary}`)).join(" ")})
    _describe subcommand subcommands
    return
  fi
  case $words[2] in
${
    commands.map((command) =>
      `    ${command.name}) _arguments ${
        options(command).map(([key, { choices, description, placeholder }]) =>
          quote(
            `${optionName(key)}[${description.replaceAll(/[[\]:]/g, " ")}]` +
              (placeholder === null
                ? ""
                : `:${placeholder}:${choices.length > 0 ? `(${choices.join(" ")})` : "_files"}`)
          )
        ).join(" ")
      } '*:file:_files' ;;`
    ).join("\n")
  }
  esac
}
compdef _openrouter_generations ${program}
`

const fish = (commands: ReadonlyArray<Command>): string =>
  commands.flatMap((command) => [
    `complete -c ${program} -n __fish_use_subcommand -a ${command.name} -d ${quote(command.summary)}`,
    ...options(command).map(([key, { choices, description, placeholder }]) =>
      `complete -c ${program} -n '__fish_seen_subcommand_from ${command.name}' -l ${optionName(key).slice(2)} -d ${
        quote(description)
      }` + (placeholder === null ? "" : " -r") + (choices.length === 0 ? "" : ` -a '${choices.join(" ")}'`)
    )
  ]).join("\n") + "\n"

/** Quotes a text for a shell. */
const quote = (text: string): string => `'${text.replaceAll("'", "’")}'`
