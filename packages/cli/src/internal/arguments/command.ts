import type * as Effect from "effect/Effect"
import * as Either from "effect/Either"
import { parseArgs } from "node:util"
import type { Stop } from "../output/exit.js"
import type { Stdio } from "../output/stdio.js"
import * as Option from "./option.js"
import { didYouMean } from "./suggest.js"

/** The name of the program, as the help shows it. */
export const program = "openrouter-generations"

/** The part of a subcommand that its help, the completions and the manual show. */
export interface Description {
  readonly name: string
  /** One sentence. */
  readonly summary: string
  /** More paragraphs for its help. */
  readonly details?: ReadonlyArray<string>
  readonly examples: ReadonlyArray<readonly [comment: string, argumentsText: string]>
  readonly options: Readonly<Record<string, Option.Option<unknown>>>
  readonly operands: Option.Operands<unknown>
}

/** A subcommand. */
export interface Command extends Description {
  /** Returns the effect that runs it with these arguments, or what is wrong with them. */
  readonly start: (args: ReadonlyArray<string>) => Option.Parsed<Effect.Effect<void, Stop, Stdio>>
}

type Options = Readonly<Record<string, Option.Option<unknown>>>

type Values<O extends Options> = { readonly [Name in keyof O]: O[Name] extends Option.Option<infer A> ? A : never }

/** Options of every subcommand. */
export const commonOptions = {
  help: Option.flag("Show this help"),
  logLevel: Option.choice(
    "LEVEL",
    ["trace", "debug", "info", "warning", "error", "fatal", "none", "all"],
    "Log to standard error; debug shows each failed attempt"
  )
}

/** Returns the name of an option as it is typed: `--base-url` for `baseUrl`. */
export const optionName = (key: string): string =>
  `--${key.replaceAll(/[A-Z]/g, (letter) => `-${letter.toLowerCase()}`)}`

/** Makes a subcommand from what it accepts and what it does. */
export const make = <const O extends Options, A>(
  { run, ...description }: Omit<Description, "options" | "operands"> & {
    readonly options: O
    readonly operands: Option.Operands<A>
    readonly run: (values: Values<O>, operands: A) => Effect.Effect<void, Stop, Stdio>
  }
): Command => ({
  ...description,
  start: (args) =>
    Either.gen(function*() {
      const { given, operands } = yield* readArguments(args, { ...description.options, ...commonOptions })
      const values = Object.fromEntries(
        yield* Either.all(
          Object.entries(description.options).map(([key, option]) => readOption(key, option, given.get(key)))
        )
      ) as Values<O>
      return run(values, yield* description.operands.parse(operands))
    })
})

const readOption = (key: string, option: Option.Option<unknown>, text: string | undefined) =>
  (text === undefined ? option.whenMissing : option.parse(text)).pipe(
    Either.map((value) => [key, value] as const),
    Either.mapLeft((problem) => text === undefined ? `${optionName(key)} ${problem}` : `${optionName(key)}: ${problem}`)
  )

interface Arguments {
  /** The texts of the given options by key; a flag has the text "". */
  readonly given: ReadonlyMap<string, string>
  readonly operands: ReadonlyArray<string>
}

/** Splits arguments into options and operands. An option that is not known is an error that does not quote its value. */
export const readArguments = (args: ReadonlyArray<string>, options: Options): Option.Parsed<Arguments> => {
  const keys = new Map(Object.keys(options).map((key) => [optionName(key), key]))
  const { tokens } = parseArgs({
    args: [...args],
    strict: false,
    tokens: true,
    options: Object.fromEntries(
      Object.entries(options).map(([key, { placeholder }]) => [
        optionName(key).slice(2),
        { type: placeholder === null ? "boolean" : "string" }
      ])
    )
  })
  const given = new Map<string, string>()
  const operands: Array<string> = []
  for (const token of tokens) {
    if (token.kind === "positional") operands.push(token.value)
    if (token.kind !== "option") continue
    const key = keys.get(token.rawName)
    if (key === undefined) {
      return Either.left(
        `There is no option '${token.rawName}'. ${didYouMean(token.rawName, [...keys.keys()])}`.trim()
      )
    }
    if (options[key]?.placeholder === null) {
      if (token.value !== undefined) return Either.left(`${token.rawName} takes no value`)
    } else if (token.value === undefined) return Either.left(`${token.rawName} needs a value`)
    const earlier = options[key]?.isRepeatable === true ? given.get(key) : undefined
    given.set(key, earlier === undefined ? token.value ?? "" : `${earlier}\0${token.value}`)
  }
  return Either.right({ given, operands })
}
