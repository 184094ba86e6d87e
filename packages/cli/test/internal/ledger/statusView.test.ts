import { LedgerError } from "@effect-openrouter/ledger"
import type { Counts } from "@effect-openrouter/ledger"
import { assert, describe, it } from "@effect/vitest"
import { DateTime, Effect, Fiber, TestClock } from "effect"
import { printOnce, watch } from "../../../src/internal/ledger/statusView.js"
import { Stdio } from "../../../src/internal/output/stdio.js"

const since = DateTime.unsafeMake("2026-11-26T12:00:00Z")

const counts = (pending: number, settled: number, more: Partial<Counts> = {}): Counts => ({
  pending,
  settled,
  notVisible: 0,
  failed: 0,
  oldestPending: pending === 0 ? null : since,
  paused: null,
  ...more
})

const unreachable = new LedgerError({
  reason: "Unavailable",
  operation: "counts",
  message: "The database cannot be reached"
})

/** Returns an effect with another result for each run, and then always the last one. */
const scripted = (...results: ReadonlyArray<Counts | LedgerError>) => {
  let index = 0
  return Effect.suspend(() => {
    const result = results[Math.min(index++, results.length - 1)] ?? unreachable
    return result instanceof LedgerError ? Effect.fail(result) : Effect.succeed(result)
  })
}

/** Runs a view for some seconds, and returns what is written and the exit, or `null` if it still runs. */
const show = (
  view: typeof watch,
  results: ReadonlyArray<Counts | LedgerError>,
  { columns = 80, seconds = 1 }: { readonly columns?: number; readonly seconds?: number } = {}
) =>
  Effect.gen(function*() {
    const stdio = Stdio.memory({ columns, isTerminal: true })
    const { stdout } = yield* Effect.provide(Stdio, stdio.layer)
    const fiber = yield* Effect.fork(view(scripted(...results), stdout))
    yield* TestClock.adjust(`${seconds} seconds`)
    const exit = yield* Fiber.poll(fiber)
    yield* Fiber.interrupt(fiber)
    // Each frame begins where the last one is erased.
    return {
      frames: stdio.stdout().split(/\p{Cc}\[\d+A\r\p{Cc}\[J/u),
      text: stdio.stdout(),
      ended: exit._tag === "Some"
    }
  })

describe("the status of a ledger in a terminal", () => {
  it.effect("is drawn over the last one each second, with the rate and the time left, until nothing is pending", () =>
    Effect.gen(function*() {
      const { ended, frames } = yield* show(watch, [
        counts(100, 0),
        counts(90, 8, { failed: 2 }),
        counts(0, 98, { failed: 2 })
      ], {
        seconds: 2
      })
      assert.isTrue(ended)
      assert.deepStrictEqual(frames, [
        "pending      100, the oldest since 2026-11-26T12:00:00.000Z\nsettled      0\nnot visible  0\nfailed       0\n",
        "pending      90, the oldest since 2026-11-26T12:00:00.000Z\nsettled      8\nnot visible  0\nfailed       2\n" +
        "rate         10.0/s, 9 s left\n",
        "pending      0\nsettled      98\nnot visible  0\nfailed       2\n"
      ])
    }))

  it.effect("erases as many lines as it has drawn", () =>
    Effect.gen(function*() {
      const { text } = yield* show(watch, [counts(2, 0), counts(2, 0)], { seconds: 2 })
      assert.deepStrictEqual(text.match(/(?<=\[)\d+(?=A)/g), ["4", "5"])
      assert.include(text, "rate         0.0/s, time left unknown")
    }))

  it.effect("shows the pause and its reason, and cuts lines to the width", () =>
    Effect.gen(function*() {
      const paused = {
        reason: "Unauthorized" as const,
        since,
        until: since,
        message: `User not found\u001b[2J${"x".repeat(200)}`
      }
      const { frames } = yield* show(watch, [counts(1, 0, { paused })], { columns: 60 })
      assert.match(frames[0] ?? "", /^paused {7}Unauthorized: User not found�\[2Jx+…$/m)
      assert.match(frames[0] ?? "", /^ +since 2026-11-26T12:00:00.000Z, next request /m)
      for (const line of (frames[0] ?? "").split("\n")) assert.isBelow(line.length, 60)
    }))

  it.effect("goes on after the database was down, and says that meanwhile", () =>
    Effect.gen(function*() {
      const { ended, frames } = yield* show(watch, [counts(1, 0), unreachable, counts(0, 1)], { seconds: 2 })
      assert.isTrue(ended)
      assert.include(frames[1], "problem      The database cannot be reached\n")
      assert.notInclude(frames[2], "problem")
    }))

  it.effect("computes the rate of the last 10 seconds", () =>
    Effect.gen(function*() {
      const fast = Array.from({ length: 5 }, (_, index) => counts(1000 - 100 * index, 100 * index))
      const slow = Array.from({ length: 15 }, (_, index) => counts(600 - index, 400 + index))
      const { frames } = yield* show(watch, [...fast, ...slow], { seconds: 19 })
      assert.include(frames.at(-1), "rate         1.0/s, 9 min 46 s left")
    }))
})

describe("the status of a ledger in a pipe", () => {
  it.effect("is printed once, after a second in which the rate is measured", () =>
    Effect.gen(function*() {
      const { ended, frames } = yield* show(printOnce, [counts(100, 0), counts(90, 10)])
      assert.isTrue(ended)
      assert.lengthOf(frames, 1)
      assert.include(frames[0], "settled      10\nnot visible  0\nfailed       0\nrate         10.0/s, 9 s left\n")
    }))

  it.effect("is printed at once if nothing is pending", () =>
    Effect.gen(function*() {
      const { ended, frames } = yield* show(printOnce, [counts(0, 3)], { seconds: 0 })
      assert.isTrue(ended)
      assert.notInclude(frames[0], "rate")
    }))
})
