import { assert, it } from "@effect/vitest"
import { Effect } from "effect"
import { makeBoundedLog } from "../../src/internal/boundedLog.js"

it.effect("holds the last items, the oldest first", () =>
  Effect.gen(function*() {
    const log = yield* makeBoundedLog<number>(3)
    assert.deepStrictEqual(yield* log.all, [])
    yield* Effect.forEach([1, 2, 3, 4, 5], log.append)
    assert.deepStrictEqual(yield* log.all, [3, 4, 5])
  }))
