import { type Checked, reject } from "@effect-openrouter/core/internal/check"
import * as Either from "effect/Either"
import type { Ids } from "../Ledger.js"

const maxLength = 512

/** Returns `true` for an iterable of ids. A string is an iterable of characters, and is not one. */
export const isIds = (value: unknown): value is Ids =>
  typeof value === "object" && value !== null && Symbol.iterator in value

/** Accepts an id that every database can store. */
export const checkId = (id: unknown): Checked<string> =>
  typeof id === "string" && id.length >= 1 && id.length <= maxLength && !/[\0\p{Cs}]/u.test(id)
    ? Either.right(id)
    : reject("id", `text of 1 to ${maxLength} characters without NUL and lone surrogates`)
