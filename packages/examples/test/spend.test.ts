import { OpenRouterEmulator } from "@effect-openrouter/emulator"
import { HttpServer } from "@effect/platform"
import { NodeHttpServer } from "@effect/platform-node"
import { assert, describe, layer } from "@effect/vitest"
import { Effect, Layer } from "effect"
import { createServer } from "node:http"
import { connect, describeSpend, getRecords } from "../src/spend.js"

const emulated = OpenRouterEmulator.serve.pipe(
  Layer.provideMerge(OpenRouterEmulator.layer),
  Layer.provideMerge(NodeHttpServer.layer(createServer, { host: "127.0.0.1", port: 0 }))
)

const account = HttpServer.addressFormattedWith((origin) =>
  Effect.succeed({ apiKey: "sk-or-v1-example", serverURL: `${origin}/api/v1` })
)

const never = new AbortController().signal

/** Returns a signal that is aborted by the request for which a fault asks `when`. */
const abortByRequest = () => {
  const controller = new AbortController()
  const reason = new Error("the user has left")
  const when = () => {
    controller.abort(reason)
    return true
  }
  return { reason, signal: controller.signal, when }
}

const getRejection = (promise: Promise<unknown>): Promise<unknown> =>
  promise.then(() => null, (error: unknown) => error)

describe("the spend of many generations", () => {
  layer(emulated, { excludeTestServices: true })((it) => {
    it.scoped("is exact by model, in spite of a 503, and leaves out an id without a record", () =>
      Effect.gen(function*() {
        const emulator = yield* OpenRouterEmulator
        yield* emulator.add({ id: "gen-1", model: "openai/gpt-4o", totalCost: 0.1, isByok: false })
        yield* emulator.add({ id: "gen-2", model: "openai/gpt-4o", totalCost: 0.2, isByok: false })
        yield* emulator.add({ id: "gen-3", model: "openai/gpt-4o", totalCost: null, usage: null })
        yield* emulator.faults([{ status: 503 }])
        const openRouter = connect(yield* account)
        const ids = ["gen-1", "gen-2", "gen-3", "gen-1", "gen-none"]
        const spend = yield* Effect.promise(() => getRecords(openRouter, ids, never))
        const [total, missing, ...more] = describeSpend(spend)
        assert.strictEqual(total, "openai/gpt-4o: 3 for $0.3, 1 unknown")
        assert.match(missing ?? "", /^gen-none: /)
        assert.isEmpty(more)
        assert.lengthOf(yield* emulator.requests, 5)
      }))

    it.scoped("says which id took too long", () =>
      Effect.gen(function*() {
        const emulator = yield* OpenRouterEmulator
        yield* emulator.faults([{ delay: "1 minute" }])
        const openRouter = connect({ ...(yield* account), timeoutMs: 50, retryConfig: { strategy: "none" } })
        const { failures, records } = yield* Effect.promise(() => getRecords(openRouter, ["gen-slow"], never))
        assert.isEmpty(records)
        assert.strictEqual(failures.get("gen-slow")?._tag, "RequestTimeoutError")
      }))

    it.scoped("rejects with the reason of an abort while a call is in flight", () =>
      Effect.gen(function*() {
        const emulator = yield* OpenRouterEmulator
        const { reason, signal, when } = abortByRequest()
        yield* emulator.faults([{ delay: "1 minute", when }])
        const openRouter = connect(yield* account)
        const error = yield* Effect.promise(() => getRejection(getRecords(openRouter, ["gen-1"], signal)))
        assert.strictEqual(error, reason)
      }))
  })
})
