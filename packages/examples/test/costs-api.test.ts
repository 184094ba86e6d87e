// The tests of an application, as its authors would write them: with mocks, with the emulator in memory under the clock of the
// test, with the emulator on a socket, and with the spans that are exported.
import { OpenRouterClient } from "@effect-openrouter/client"
import { Generation, OpenRouterDefaultError } from "@effect-openrouter/core"
import { OpenRouterEmulator } from "@effect-openrouter/emulator"
import { GenerationNotVisibleError, Generations } from "@effect-openrouter/generations"
import * as NodeSdk from "@effect/opentelemetry/NodeSdk"
import { FetchHttpClient, HttpApiClient, HttpClient, HttpServer } from "@effect/platform"
import { NodeHttpServer } from "@effect/platform-node"
import { assert, describe, it } from "@effect/vitest"
import { InMemorySpanExporter, SimpleSpanProcessor } from "@opentelemetry/sdk-trace-base"
import { Duration, Effect, Fiber, Layer, Logger, Redacted, TestClock } from "effect"
import { createServer } from "node:http"
import { Api, Cost, CostsServer, getCost } from "../src/costs-api.js"
import { emulated } from "./harness.js"

const generation = Generation.make({ id: "gen-1", model: "openai/gpt-4o", totalCost: 0.1, isByok: false })

const notVisible = Layer.mock(Generations, {
  await: (id) => new GenerationNotVisibleError({ id, attempts: 5, elapsed: Duration.seconds(5) })
})

describe("getCost, with mocks", () => {
  it.effect("returns exact digits, with a service whose calls are all given", () =>
    Effect.gen(function*() {
      const expected = Cost.make({ id: "gen-1", model: "openai/gpt-4o", usd: "0.1" })
      assert.deepStrictEqual(yield* getCost("gen-1"), expected)
    }).pipe(
      Effect.provide(Layer.succeed(Generations, {
        get: () => Effect.succeed(generation),
        await: () => Effect.succeed(generation),
        content: () => Effect.dieMessage("not used"),
        submitFeedback: () => Effect.void
      }))
    ))

  it.effect("returns null for an unknown cost, with a service of which one call is given", () =>
    Effect.gen(function*() {
      assert.isNull((yield* getCost("gen-1")).usd)
    }).pipe(
      Effect.provide(Layer.mock(Generations, { await: (id) => Effect.succeed(Generation.make({ id })) }))
    ))

  it.effect("fails with Pending while the record is not visible", () =>
    Effect.gen(function*() {
      const error = yield* Effect.flip(getCost("gen-1"))
      assert.deepInclude(error, { _tag: "Pending", id: "gen-1" })
    }).pipe(
      Effect.provide(notVisible)
    ))

  it.effect("fails with Unavailable for any other error, and logs it without the body", () => {
    const logged: Array<string> = []
    return Effect.gen(function*() {
      const error = yield* Effect.flip(getCost("gen-1"))
      assert.deepInclude(error, { _tag: "Unavailable", id: "gen-1" })
      assert.lengthOf(logged, 1)
      assert.include(logged[0], "No credits")
      assert.notInclude(logged[0], "a private word")
    }).pipe(
      Effect.provide([
        Logger.replace(Logger.defaultLogger, Logger.map(Logger.stringLogger, (text) => logged.push(text))),
        Layer.mock(Generations, {
          await: () =>
            new OpenRouterDefaultError({
              status: 402,
              reason: "PaymentRequired",
              message: "No credits",
              body: "a private word"
            })
        })
      ])
    )
  })
})

describe("getCost, with the emulator in memory under TestClock", () => {
  it.effect("waits for a record that becomes visible in time", () =>
    Effect.gen(function*() {
      const emulator = yield* OpenRouterEmulator
      yield* emulator.add({ id: "gen-1", totalCost: 0.0015 }, { visibleAfter: "2 seconds" })
      const fiber = yield* Effect.fork(getCost("gen-1"))
      yield* TestClock.adjust("5 seconds")
      assert.strictEqual((yield* Fiber.join(fiber)).usd, "0.0015")
    }).pipe(Effect.provide(emulated)))

  it.effect("fails with Pending if it does not", () =>
    Effect.gen(function*() {
      const emulator = yield* OpenRouterEmulator
      yield* emulator.add({ id: "gen-1" }, { visibleAfter: "6 seconds" })
      const fiber = yield* Effect.fork(Effect.flip(getCost("gen-1")))
      yield* TestClock.adjust("5 seconds")
      assert.strictEqual((yield* Fiber.join(fiber))._tag, "Pending")
    }).pipe(Effect.provide(emulated)))

  it.effect("gets the cost in spite of a 503 and a 429", () =>
    Effect.gen(function*() {
      const emulator = yield* OpenRouterEmulator
      yield* emulator.add({ id: "gen-1", totalCost: 0.0015 })
      yield* emulator.faults([{ status: 503 }, { status: 429, headers: { "retry-after": "1" } }])
      const fiber = yield* Effect.fork(getCost("gen-1"))
      yield* TestClock.adjust("5 seconds")
      assert.strictEqual((yield* Fiber.join(fiber)).usd, "0.0015")
      assert.lengthOf(yield* emulator.requests, 3)
    }).pipe(Effect.provide(emulated)))
})

/** The emulator on a socket of its own, and the service that sends its requests there. */
const overSocket = Layer.unwrapEffect(
  HttpServer.addressFormattedWith((origin) =>
    Effect.succeed(OpenRouterClient.layer({ apiKey: Redacted.make("sk-or-v1-example"), baseUrl: `${origin}/api/v1` }))
  )
).pipe(
  (client) => Layer.provide(Generations.layer, client),
  Layer.provide(FetchHttpClient.layer),
  Layer.provide(OpenRouterEmulator.serve),
  Layer.provideMerge(OpenRouterEmulator.layer),
  Layer.provide(NodeHttpServer.layer(createServer, { host: "127.0.0.1", port: 0 }))
)

const served = CostsServer.pipe(Layer.provideMerge(NodeHttpServer.layerTest), Layer.provideMerge(overSocket))

describe("the API, with a mock", () => {
  it.scopedLive("responds with 404 while the record is not visible", () =>
    Effect.gen(function*() {
      assert.strictEqual((yield* HttpClient.get("/generations/gen-1")).status, 404)
      assert.strictEqual((yield* HttpClient.get("/costs/gen-1")).status, 404)
    }).pipe(
      Effect.provide(CostsServer.pipe(Layer.provideMerge(NodeHttpServer.layerTest), Layer.provide(notVisible)))
    ))
})

describe("the API, with the emulator on a socket", () => {
  it.scopedLive("returns records and costs", () =>
    Effect.gen(function*() {
      const emulator = yield* OpenRouterEmulator
      yield* emulator.add({
        id: "gen-1",
        model: "openai/gpt-4o",
        totalCost: 0.1,
        upstreamInferenceCost: 0.2,
        isByok: true
      })
      const { generations } = yield* HttpApiClient.make(Api)
      const record = yield* generations.record({ path: { id: "gen-1" } })
      assert.deepInclude(record, { id: "gen-1", totalCost: 0.1, upstreamInferenceCost: 0.2 })
      const cost = yield* generations.cost({ path: { id: "gen-1" } })
      assert.deepInclude(cost, { id: "gen-1", model: "openai/gpt-4o", usd: "0.3" })
    }).pipe(Effect.provide(served)))

  it.scopedLive("gives each error its status", () =>
    Effect.gen(function*() {
      const emulator = yield* OpenRouterEmulator
      yield* emulator.add({ id: "gen-1" })
      const statusAfter = (status: number, path: string) =>
        Effect.zipRight(emulator.faults([{ status }]), Effect.map(HttpClient.get(path), (response) => response.status))
      assert.strictEqual(yield* statusAfter(402, "/generations/gen-1"), 502)
      assert.strictEqual(yield* statusAfter(402, "/costs/gen-1"), 502)
      const invalid = encodeURIComponent("gen\n1")
      assert.strictEqual((yield* HttpClient.get(`/generations/${invalid}`)).status, 400)
      assert.strictEqual((yield* HttpClient.get(`/costs/${invalid}`)).status, 422)
    }).pipe(Effect.provide(served)))

  it.scopedLive("exports a span of the call within that of the request, with the cost", () => {
    const exporter = new InMemorySpanExporter()
    const tracing = NodeSdk.layer(() => ({
      resource: { serviceName: "billing" },
      spanProcessor: new SimpleSpanProcessor(exporter)
    }))
    return Effect.gen(function*() {
      const emulator = yield* OpenRouterEmulator
      yield* emulator.add({ id: "gen-1", model: "openai/gpt-4o", totalCost: 0.1, isByok: false })
      const { generations } = yield* HttpApiClient.make(Api)
      yield* generations.cost({ path: { id: "gen-1" } })
      const spans = exporter.getFinishedSpans()
      const call = spans.find(({ name }) => name === "Generations.await")
      const request = spans.find((span) => span.spanContext().spanId === call?.parentSpanContext?.spanId)
      assert.strictEqual(request?.attributes["http.route"], "/costs/:id")
      assert.deepInclude(call?.attributes, {
        "gen_ai.response.id": "gen-1",
        "gen_ai.response.model": "openai/gpt-4o",
        "gen_ai.usage.cost": 0.1
      })
    }).pipe(Effect.provide(Layer.provideMerge(served, tracing)))
  })
})
