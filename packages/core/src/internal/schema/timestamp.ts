import * as DateTime from "effect/DateTime"
import * as codec from "./codec.js"

// The forms that OpenRouter and its proxies send: any number of fraction digits or none, a space for the `T`, an offset
// of hours alone, and no zone at all, which means UTC.
const iso8601 =
  /^((?:\d{4}|[+-]\d{6})-\d\d-\d\d)[Tt ](\d\d:\d\d:\d\d)(?:[.,](\d+))?(?: ?(?:([Zz]|UTC)|([+-]\d\d)(?::?(\d\d))?))?$/

// The form of nearly every record, which JavaScript reads as it is.
const usual = /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d+(?:Z|[+-]\d\d:\d\d)$/

/** Reads a time as milliseconds since 1970, or as `NaN` if it is not one. */
const parse = (input: unknown): number => {
  if (typeof input === "number") return fromNumber(input)
  if (typeof input !== "string") return Number.NaN
  if (usual.test(input)) return Date.parse(input)
  const parts = iso8601.exec(input)
  if (parts === null) return Number.NaN
  const [, date, time, fraction = "0", , hours, minutes = "00"] = parts
  return Date.parse(`${date}T${time}.${fraction}${hours === undefined ? "Z" : `${hours}:${minutes}`}`)
}

/** The first second that is more likely to be a millisecond: 1e11 seconds are the year 5138, as milliseconds 1973. */
const firstMillisecond = 1e11

const fromNumber = (value: number): number => {
  const milliseconds = Math.abs(value) < firstMillisecond ? value * 1000 : value
  return Math.abs(milliseconds) < firstMillisecond * 1000 ? Math.floor(milliseconds) : Number.NaN
}

const expected = "an ISO 8601 timestamp"

/**
 * Decodes times as `DateTime.Utc`, which counts milliseconds: further digits are dropped. It reads ISO 8601 and seconds or
 * milliseconds since 1970. No other code reads a date of a record.
 */
export const decodeTimestamp: codec.Decode<DateTime.Utc> = (input) => {
  const milliseconds = parse(input)
  return Number.isNaN(milliseconds) ? codec.problem(expected, input) : DateTime.unsafeMake(milliseconds)
}

/** A codec of times, which writes ISO 8601. */
export const timestamp: codec.Codec<DateTime.Utc, string> = /* @__PURE__ */ codec.make(
  decodeTimestamp,
  (value) =>
    DateTime.isDateTime(value) && DateTime.isUtc(value) && !Number.isNaN(value.epochMillis)
      ? DateTime.formatIso(value)
      : codec.problem("a DateTime.Utc", value)
)

/** Checks that a value is a time in a form that `timestamp` reads. */
export const isTimestamp = (input: unknown): input is string => !Number.isNaN(parse(input))
