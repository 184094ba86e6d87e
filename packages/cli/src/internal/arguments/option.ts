import * as Either from "effect/Either"

/** A value read from an argument, or what is wrong with the argument. */
export type Parsed<A> = Either.Either<A, string>

/** A named option of a subcommand. */
export interface Option<out A> {
  readonly description: string
  /** The name of its value in the help, or `null` for a flag, which has none. */
  readonly placeholder: string | null
  /** The values that it accepts, if they can be listed. */
  readonly choices: ReadonlyArray<string>
  /** `true` if it may be given more than once; `parse` gets the texts joined with NUL, which no argument can have. */
  readonly isRepeatable?: boolean
  /** Returns the value when the option is not given. */
  readonly whenMissing: Parsed<A>
  readonly parse: (text: string) => Parsed<A>
}

/** A flag: `true` if it is given. */
export const flag = (description: string): Option<boolean> => ({
  description,
  placeholder: null,
  choices: [],
  whenMissing: Either.right(false),
  parse: () => Either.right(true)
})

/** An option with a value of a format of its own. */
export const value = <A, B>(
  placeholder: string,
  description: string,
  { fallback, parse }: { readonly parse: (text: string) => Parsed<A>; readonly fallback: B }
): Option<A | B> => ({ description, placeholder, choices: [], whenMissing: Either.right(fallback), parse })

/** An option with any text as its value. */
export const text = (placeholder: string, description: string): Option<string | undefined> =>
  value(placeholder, description, { parse: Either.right, fallback: undefined })

/** An option with one of a few values. */
export const choice = <const A extends string>(
  placeholder: string,
  choices: ReadonlyArray<A>,
  description: string
): Option<A | undefined> => ({
  description: `${description}: ${choices.join(", ")}`,
  placeholder,
  choices,
  whenMissing: Either.right(undefined),
  parse: (text) =>
    Either.fromNullable(
      choices.find((choice) => choice === text),
      () => `Expected one of ${choices.join(", ")}, received: '${text}'`
    )
})

/** An option with a whole number as its value. */
export const integer = <B>(
  description: string,
  { fallback, max, min }: { readonly min: number; readonly max: number; readonly fallback: B }
): Option<number | B> =>
  value("N", description, {
    fallback,
    parse: (text) =>
      /^\d{1,15}$/.test(text) && Number(text) >= min && Number(text) <= max
        ? Either.right(Number(text))
        : Either.left(`Expected a whole number from ${min} to ${max}, received: '${text}'`)
  })

/** The same option, which must be given. */
export const required = <A>(option: Option<A>): Option<Exclude<A, undefined>> => ({
  ...option,
  whenMissing: Either.left("is required"),
  parse: (text) => Either.flatMap(option.parse(text), Either.liftPredicate(isGiven<A>, () => "is required"))
})

const isGiven = <A>(value: A): value is Exclude<A, undefined> => value !== undefined

/** The arguments of a subcommand that are not options. */
export interface Operands<out A> {
  /** Their names in the usage line: `ID…`. */
  readonly usage: string
  readonly description: string
  readonly parse: (texts: ReadonlyArray<string>) => Parsed<A>
}

/** No operands. */
export const none: Operands<undefined> = {
  usage: "",
  description: "",
  parse: ([first]) => first === undefined ? Either.right(undefined) : Either.left(`Unexpected argument '${first}'`)
}

/** A file to read, or `undefined` without one; `-` is standard input. */
export const file = (description: string): Operands<string | undefined> => ({
  usage: "[FILE|-]",
  description: `${description} Without a file, or for -, standard input.`,
  parse: ([first, second]) =>
    second === undefined ? Either.right(first) : Either.left(`Unexpected argument '${second}': expected one FILE`)
})
