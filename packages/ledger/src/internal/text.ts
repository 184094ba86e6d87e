import type * as DateTime from "effect/DateTime"

/** Returns text that a column can hold: NUL and lone surrogates become U+FFFD. */
export const storable = (text: string | null): string | null =>
  text === null ? null : text.replaceAll(/\0|\p{Cs}/gu, "\ufffd")

/** Returns a time as text that both databases can read and compare: in the years 1 to 9999. */
export const iso = (time: DateTime.Utc): string =>
  new Date(Math.min(Math.max(time.epochMillis, minTime), maxTime)).toISOString()

const minTime = Date.parse("0001-01-01T00:00:00.000Z")
const maxTime = Date.parse("9999-12-31T23:59:59.999Z")
