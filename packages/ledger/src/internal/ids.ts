import type { Ids } from "./contract.js"

/** Returns `true` for an iterable of ids. A string is an iterable of characters, and is not one. */
export const isIds = (value: unknown): value is Ids =>
  typeof value === "object" && value !== null && Symbol.iterator in value

/** Returns `true` for text that every database can store and compare. */
export const isStorable = (text: unknown): text is string => typeof text === "string" && !/[\0\p{Cs}]/u.test(text)
