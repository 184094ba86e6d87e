/**
 * The check of a generation's id, before a URL, a span or an error holds it.
 */
import { type Checked, rejectWith } from "@effect-openrouter/core/internal/check"
import * as Either from "effect/Either"

/**
 * Accepts a generation's id. Any prefix is accepted: `gen-`, `gen-batch-`, `gen-vid-` and `gen-emb-` are known, and the next kind
 * will come without notice. Rejects what a mistake puts there: an API key, a URL, text with blanks, quotes or braces, and a missing
 * value as text. The error never quotes the id, because it may be a secret.
 */
export const checkGenerationId = (id: unknown, field = "id"): Checked<string> => {
  if (typeof id !== "string") return reject(field, `must be a string, got ${id === null ? "null" : typeof id}`)
  if (id === "") return reject(field, "must have at least 1 character")
  const rule = rules.find(([pattern]) => pattern.test(id))
  if (rule !== undefined) return reject(field, rule[1])
  if (id.length > maxLength) return reject(field, `must have at most ${maxLength} characters, got ${id.length}`)
  return Either.right(id)
}

/** Returns `true` if text looks like an API key, which must not be shown. */
export const isKeyLike = (text: string): boolean => key.test(text)

const maxLength = 512

const key = /sk-or-|(?:^|[^a-z\d])sk-|^bearer\b/i

const missing = /^(?:(?:gen-)?(?:undefined|null|nan|\[object .*\])|none|nil|true|false|[+-]?infinity)$/i

const rules: ReadonlyArray<readonly [pattern: RegExp, problem: string]> = [
  [key, "must be the id of a generation, got what looks like an API key"],
  [missing, "must be the id of a generation, got a missing value as text"],
  [/:\/\/|^\/\/|^(?:www\.|https?:|[\w-]+(?:\.[\w-]+)+\/)/i, "must be the id alone, got a URL"],
  [/[\p{Cc}\p{Cs}]/u, "must not have control characters or lone surrogates"],
  [/[\p{Z}\p{Cf}"'`{}\p{Pi}\p{Pf}]/u, "must not have blanks, invisible characters, quotes or braces"]
]

const reject = (field: string, problem: string) => rejectWith(field, `${field} ${problem}`)
