// Measures what decoding adds to whole calls over client/node, in a process of its own: node decode-client.js RECORD.
// The responses come from memory. RECORD is `decoded`, or `parsed` for a call that returns the JSON as it is.
import * as NodeClient from "@effect-openrouter/client/node"
import { OpenRouterClient } from "@effect-openrouter/client/OpenRouterClient"
import { Generation } from "@effect-openrouter/core/Generation"
import type { OpenRouterError } from "@effect-openrouter/core/OpenRouterError"
import * as HttpClient from "@effect/platform/HttpClient"
import * as Effect from "effect/Effect"
import * as Layer from "effect/Layer"
import * as Redacted from "effect/Redacted"
import * as Schema from "effect/Schema"
import { Dispatcher } from "undici"
import { recordText } from "./record.js"

const body = Buffer.from(recordText("gen-1"))
const controller = { aborted: false, paused: false, reason: null, abort() {}, pause() {}, resume() {} }

class MemoryDispatcher extends Dispatcher {
  override dispatch(_: Dispatcher.DispatchOptions, handler: Dispatcher.DispatchHandler): boolean {
    setImmediate(() => {
      handler.onRequestStart?.(controller, null)
      handler.onResponseStart?.(controller, 200, { "content-type": "application/json" })
      handler.onResponseData?.(controller, body)
      handler.onResponseEnd?.(controller, {})
    })
    return true
  }
}

const calls = 20_000
const request = { method: "GET", path: "/generation?id=gen-1" } as const

const main = Effect.gen(function*() {
  const client = yield* OpenRouterClient
  const call = process.argv[2] === "decoded"
    ? () => client.execute({ ...request, schema: Generation })
    : () => client.execute({ ...request, schema: Schema.Unknown })
  const run = () => {
    let next = 0
    const worker = Effect.whileLoop({
      while: () => next++ < calls,
      body: (): Effect.Effect<unknown, OpenRouterError> => call(),
      step: () => {}
    })
    return Effect.all(Array.from({ length: 16 }, () => worker), { concurrency: "unbounded", discard: true })
  }
  yield* run()
  const before = process.cpuUsage()
  yield* run()
  const { system, user } = process.cpuUsage(before)
  return { microseconds: (system + user) / calls }
}).pipe(Effect.provide(
  OpenRouterClient.layer({ apiKey: Redacted.make("sk-or-v1-bench") }).pipe(
    Layer.provide(Layer.scoped(HttpClient.HttpClient, NodeClient.make(new MemoryDispatcher())))
  )
))

console.log(JSON.stringify(await Effect.runPromise(main)))
process.exit()
