import { assert, describe, it } from "@effect/vitest"
import { FastCheck } from "effect"
import { parseHttpDate } from "../../../src/internal/response/httpDate.js"

const days = ["Sunday", "Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday"]
const months = ["Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"]
const two = (value: number) => String(value).padStart(2, "0")
const now = Date.UTC(2026, 10, 26)

const formats: ReadonlyArray<(date: Date) => string> = [
  (date) => date.toUTCString(),
  (date) =>
    `${days[date.getUTCDay()]}, ${two(date.getUTCDate())}-${months[date.getUTCMonth()]}-${
      two(date.getUTCFullYear() % 100)
    }` +
    ` ${date.toISOString().slice(11, 19)} GMT`,
  (date) =>
    `${days[date.getUTCDay()]?.slice(0, 3)} ${months[date.getUTCMonth()]} ${String(date.getUTCDate()).padStart(2)}` +
    ` ${date.toISOString().slice(11, 19)} ${date.getUTCFullYear()}`
]

describe("parseHttpDate", () => {
  it.prop(
    "reads the three formats of a date",
    {
      // A year of two digits is at most 50 years in the future.
      seconds: FastCheck.integer({ min: Date.UTC(1977, 0, 1) / 1000, max: Date.UTC(2076, 11, 31) / 1000 }),
      format: FastCheck.constantFrom(...formats)
    },
    ({ format, seconds }) => assert.strictEqual(parseHttpDate(format(new Date(seconds * 1000)), now), seconds * 1000)
  )

  it.each([
    "",
    "now",
    "3",
    "2026-11-26T00:00:00Z",
    "Thu, 26 Nov 2026",
    "Thu, 26 Nov 2026 24:00:00 GMT",
    "Thu, 26 Nov 2026 12:60:00 GMT",
    "Tue, 30 Feb 2027 12:00:00 GMT",
    "Thu, 26 Nov 2026 12:00:00 PST",
    "26 Nov 2026 12:00:00 GMT"
  ])("reads nothing from %j", (text) => assert.isNull(parseHttpDate(text, now)))

  it.each(["Sun, 1 Nov 2026 12:00:00 GMT", "sun, 01 nov 2026 12:00:00 utc", "Sun, 01 Nov 2026 12:00:00 +0000"])(
    "tolerates %j",
    (text) => assert.strictEqual(parseHttpDate(text, now), Date.UTC(2026, 10, 1, 12))
  )
})
