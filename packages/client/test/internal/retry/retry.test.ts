import { isNotFound, type OpenRouterError } from "@effect-openrouter/core"
import { OpenRouterEmulator } from "@effect-openrouter/emulator"
import { assert, describe, it } from "@effect/vitest"
import { Effect, Logger, LogLevel } from "effect"
import { client, get, timed } from "../../harness.js"

describe("an error that the caller expects", () => {
  const run = (isExpected: (error: OpenRouterError) => boolean) =>
    Effect.gen(function*() {
      const emulator = yield* OpenRouterEmulator
      yield* emulator.faults([{ status: 503 }, { status: 404 }])
      const logged: Array<unknown> = []
      const logger = Logger.make(({ message }) => logged.push(message))
      const { instants } = yield* timed(get({ isExpected })).pipe(
        Effect.provide(Logger.replace(Logger.defaultLogger, logger)),
        Logger.withMinimumLogLevel(LogLevel.Debug)
      )
      return { instants, failed: logged.filter((message) => String(message).includes("OpenRouter request failed")) }
    })

  it.effect("ends the call at once, without a retry", () =>
    Effect.gen(function*() {
      const { failed, instants } = yield* run(() => true)
      assert.deepStrictEqual(instants, [0])
      assert.lengthOf(failed, 1)
    }).pipe(Effect.provide(client())))

  it.effect("is not logged if it is a 404", () =>
    Effect.gen(function*() {
      const { failed, instants } = yield* run(isNotFound)
      assert.deepStrictEqual(instants, [0, 500])
      assert.lengthOf(failed, 1)
    }).pipe(Effect.provide(client())))
})
