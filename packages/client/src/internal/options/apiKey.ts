import { type Checked, guard, rejectWith } from "@effect-openrouter/core/internal/check"
import * as Either from "effect/Either"
import type * as Predicate from "effect/Predicate"
import * as Redacted from "effect/Redacted"
import { withoutKeyPrefix } from "../redaction/secretPatterns.js"

/** Visible characters, latin-1 included: those that fetch and Node.js both put into a header. */
const credential = /^[\x21-\x7e\x80-\xff]+$/

/** The usual mistakes, which would otherwise be a 401 that does not name them. */
const mistakes: ReadonlyArray<readonly [pattern: RegExp, problem: string]> = [
  [/^$/, "must not be empty"],
  [/["'`\u00ab\u00bb\u2018-\u201f]/, "must not have quotes"],
  [
    /[\u00a0\u00ad\u2000-\u200f\u2028-\u202f\u2060\u3000\ufeff]/,
    "must not have a no-break space or an invisible character"
  ],
  [/^(?:export\s+)?[a-z_]\w*=[^=]/i, "must be the key alone, without the name of a variable in front"]
]

/** Accepts a key that a header can carry. The error does not quote it. */
export const checkApiKey = (apiKey: Redacted.Redacted | undefined): Checked<string> =>
  guard("apiKey", () => {
    const value: unknown = Redacted.isRedacted(apiKey) ? Redacted.value(apiKey) : undefined
    if (typeof value !== "string") return reject("must be a Redacted string")
    const mistake = mistakes.find(([pattern]) => pattern.test(value))
    if (mistake !== undefined) return reject(mistake[1])
    return credential.test(value)
      ? Either.right(value)
      : reject("has a character that a header cannot carry, such as a space or a line break")
  })

/** Removes blanks and line breaks around a text, which files and variables of the environment often have. */
export const trim = (text: string): string => text.replace(/^[\t\n\r ]+/, "").replace(/[\t\n\r ]+$/, "")

/** Removes the same around a key. */
export const trimApiKey = (apiKey: Redacted.Redacted<unknown>): Redacted.Redacted =>
  Redacted.make(trim(String(Redacted.value(apiKey))))

/** The length up to which a key may be a part of an ordinary id. */
const shortKey = 12

/**
 * Returns a test for texts that contain a key, with or without the beginning that all keys have, in any letter case; for a short
 * key, for texts that are the key.
 */
export const containsKey = (key: string): Predicate.Predicate<string> => {
  const secret = [withoutKeyPrefix(key), key].find(({ length }) => length > shortKey)
  if (secret === undefined) return (text) => text === key
  const lowerCase = secret.toLowerCase()
  return (text) => text.toLowerCase().includes(lowerCase)
}

const reject = (problem: string) => rejectWith("apiKey", `apiKey ${problem}`)
