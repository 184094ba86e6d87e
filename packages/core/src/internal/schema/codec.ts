/**
 * Decoding and encoding in plain TypeScript. Nothing here is a type of Effect, so that it is the same for every major of
 * Effect; `recordSchema.ts` makes a Schema of it.
 */
import { isJson, maxDepth } from "./json.js"

/** A value that does not fit: where it is, what was expected there, and what was found. */
export interface Problem {
  readonly path: ReadonlyArray<string | number>
  readonly expected: string
  readonly actual: unknown
}

/** The result of a codec that failed. */
export class Problems {
  readonly list: ReadonlyArray<Problem>

  constructor(list: ReadonlyArray<Problem>) {
    this.list = list
  }

  /** The same problems, seen from the object or array that holds the value. */
  inside(key: string | number): Problems {
    return new Problems(this.list.map((problem) => ({ ...problem, path: [key, ...problem.path] })))
  }
}

/** Both functions return a value or `Problems`: the first problem, or with `all` every one. */
export interface Codec<A, I = A> {
  readonly decode: (input: unknown, all: boolean) => A | Problems
  readonly encode: (value: unknown, all: boolean) => I | Problems
  /** Adds to a value that a program writes what it may leave out. */
  readonly complete: (value: unknown) => unknown
}

export const problem = (expected: string, actual: unknown): Problems => new Problems([{ path: [], expected, actual }])

const unchanged = (value: unknown): unknown => value

/** A codec of values that look the same on both sides. */
const leaf = <A>(check: (input: unknown) => A | Problems): Codec<A> => ({
  decode: check,
  encode: check,
  complete: unchanged
})

export const string: Codec<string> = leaf((input) => typeof input === "string" ? input : problem("a string", input))

export const boolean: Codec<boolean> = leaf((input) => typeof input === "boolean" ? input : problem("a boolean", input))

export const finite: Codec<number> = leaf((input) =>
  typeof input !== "number"
    ? problem("a number", input)
    : Number.isFinite(input)
    ? input
    : problem("a finite number", input)
)

export const json: Codec<unknown> = leaf((input) =>
  isJson(input) ? input : problem(`JSON of at most ${maxDepth} levels`, input)
)

/** A codec of values that have another form on the wire. */
export const make = <A, I>(
  decode: (input: unknown) => A | Problems,
  encode: (value: unknown) => I | Problems
): Codec<A, I> => ({ decode, encode, complete: unchanged })

/** A codec of arrays whose elements all have the same codec. */
export const array = <A, I>(element: Codec<A, I>): Codec<ReadonlyArray<A>, ReadonlyArray<I>> => ({
  decode: each(element.decode),
  encode: each(element.encode),
  complete: (value) => Array.isArray(value) ? value.map(element.complete) : value
})

const each =
  <B>(convert: (input: unknown, all: boolean) => B | Problems) =>
  (input: unknown, all: boolean): ReadonlyArray<B> | Problems => {
    if (!Array.isArray(input)) return problem("an array", input)
    // A copy has room for its elements and no more; an array that grows has room for 17 elements and more.
    const output: Array<B> = input.slice()
    const problems: Array<Problem> = []
    for (const [index, value] of input.entries()) {
      const converted = convert(value, all)
      if (converted instanceof Problems) {
        problems.push(...converted.inside(index).list)
        if (!all) break
      } else output[index] = converted
    }
    return problems.length === 0 ? output : new Problems(problems)
  }
