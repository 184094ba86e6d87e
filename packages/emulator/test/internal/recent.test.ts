import { assert, it } from "@effect/vitest"
import { Effect } from "effect"
import { makeRecent } from "../../src/internal/recent.js"

it.effect("keeps the last items, the oldest first", () =>
  Effect.gen(function*() {
    const recent = yield* makeRecent<number>(3)
    assert.deepStrictEqual(yield* recent.all, [])
    yield* Effect.forEach([1, 2, 3, 4, 5], recent.append)
    assert.deepStrictEqual(yield* recent.all, [3, 4, 5])
  }))
