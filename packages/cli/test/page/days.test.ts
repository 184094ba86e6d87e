import { assert, describe, it } from "@effect/vitest"
import { FastCheck } from "effect"
import { dayText, parseDay, periodIndex, periods } from "../../page/days.js"

const day = (text: string): number => {
  const day = parseDay(text)
  assert(day !== null)
  return day
}

const labels = (from: string, to: string) => periods(day(from), day(to), 120).map(({ label }) => label)

describe("days", () => {
  it("reads and prints days", () => {
    for (const text of ["2026-11-03", "1970-01-01", "2024-02-29", "0001-01-01", "9999-12-31", "12026-01-01"]) {
      assert.strictEqual(dayText(day(text)), text)
    }
    for (const text of ["", "2026-02-30", "2026-13-01", "3", "2026-11-3", "2026-11-03T00:00:00Z"]) {
      assert.isNull(parseDay(text))
    }
  })

  it("has days, weeks, months or years by the length of the range", () => {
    assert.deepStrictEqual(labels("2026-10-31", "2026-11-02"), ["2026-10-31", "2026-11-01", "2026-11-02"])
    assert.strictEqual(labels("2026-01-01", "2026-06-30")[0], "2025-12-29 to 2026-01-04")
    assert.deepStrictEqual(labels("2020-01-15", "2026-11-03").slice(0, 2), ["2020-01", "2020-02"])
    assert.deepStrictEqual(labels("1970-05-01", "2026-11-03").slice(0, 2), ["1970", "1971"])
    assert.strictEqual(labels("1500-01-01", "2026-01-01").at(-1), "2020 to 2029")
  })

  const range = FastCheck.tuple(
    FastCheck.integer({ min: -719_000, max: 2_900_000 }),
    FastCheck.integer({ min: 0, max: 3_600_000 })
  )

  it.prop("covers every day once, with at most 120 periods", [range], ([[first, length]]) => {
    const found = periods(first, first + length, 120)
    assert.isAtLeast(found.length, 1)
    assert.isAtMost(found.length, 120)
    assert.isAtMost(found[0]?.from ?? Infinity, first)
    assert.isAtLeast(found.at(-1)?.to ?? -Infinity, first + length)
    found.slice(1).forEach(({ from }, index) => assert.strictEqual(from, (found[index]?.to ?? NaN) + 1))
    assert.strictEqual(new Set(found.map(({ label }) => label)).size, found.length)
    assert.strictEqual(periodIndex(found, first), 0)
    assert.strictEqual(periodIndex(found, first + length), found.length - 1)
  })
})
