import { Settlement } from "@effect-openrouter/generations"
import { assert, describe, it } from "@effect/vitest"
import { Effect, Stream } from "effect"
import { inMemory } from "../../harness.js"

describe("a source", () => {
  it.effect("that is an Effect, which is both an iterable and a Stream, is a Stream", () =>
    Effect.gen(function*() {
      const settled = yield* Stream.runCollect(Settlement.stream(Effect.succeed("gen-1")))
      assert.deepStrictEqual(Array.from(settled, ({ id }) => id), ["gen-1"])
    }).pipe(Effect.provide(inMemory)))
})
