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

/** Returns a value or `Problems`: the first problem, or with `all` every one. */
export interface Decode<A> {
  (input: unknown, all: boolean): A | Problems
}

/** Decoding and its inverse. */
export interface Codec<A, I = A> {
  readonly decode: Decode<A>
  readonly encode: Decode<I>
  /** Adds to a value that a program writes what it may leave out. */
  readonly complete: (value: unknown) => unknown
}

export const problem = (expected: string, actual: unknown): Problems => new Problems([{ path: [], expected, actual }])

export const decodeString: Decode<string> = (input) => typeof input === "string" ? input : problem("a string", input)

export const decodeBoolean: Decode<boolean> = (input) =>
  typeof input === "boolean" ? input : problem("a boolean", input)

export const decodeFinite: Decode<number> = (input) =>
  typeof input !== "number"
    ? problem("a number", input)
    : Number.isFinite(input)
    ? input
    : problem("a finite number", input)

export const decodeJson: Decode<unknown> = (input) =>
  isJson(input) ? input : problem(`JSON of at most ${maxDepth} levels`, input)

/** Decodes arrays whose elements are all decoded in the same way. */
export const decodeArray = <A>(decode: Decode<A>): Decode<ReadonlyArray<A>> => (input, all) => {
  if (!Array.isArray(input)) return problem("an array", input)
  // A copy has room for its elements and no more; an array that grows has room for 17 elements and more.
  const output: Array<A> = input.slice()
  const problems: Array<Problem> = []
  for (const [index, value] of input.entries()) {
    const decoded = decode(value, all)
    if (decoded instanceof Problems) {
      problems.push(...decoded.inside(index).list)
      if (!all) break
    } else output[index] = decoded
  }
  return problems.length === 0 ? output : new Problems(problems)
}

const unchanged = (value: unknown): unknown => value

/** Returns a codec of values that have another form on the wire. */
export const make = <A, I>(decode: Decode<A>, encode: Decode<I>): Codec<A, I> => ({
  decode,
  encode,
  complete: unchanged
})

export const string: Codec<string> = /* @__PURE__ */ make(decodeString, decodeString)

export const boolean: Codec<boolean> = /* @__PURE__ */ make(decodeBoolean, decodeBoolean)

export const finite: Codec<number> = /* @__PURE__ */ make(decodeFinite, decodeFinite)

export const json: Codec<unknown> = /* @__PURE__ */ make(decodeJson, decodeJson)

/** Returns a codec of arrays whose elements all have the same codec. */
export const array = <A, I>(element: Codec<A, I>): Codec<ReadonlyArray<A>, ReadonlyArray<I>> => ({
  decode: decodeArray(element.decode),
  encode: decodeArray(element.encode),
  complete: (value) => Array.isArray(value) ? value.map(element.complete) : value
})
