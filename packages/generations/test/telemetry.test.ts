// What arrives in a real OpenTelemetry SDK.
import { OpenRouterEmulator } from "@effect-openrouter/emulator"
import { Generations, GenerationsMetrics } from "@effect-openrouter/generations"
import * as NodeSdk from "@effect/opentelemetry/NodeSdk"
import { assert, describe, it } from "@effect/vitest"
import { SpanStatusCode } from "@opentelemetry/api"
import {
  AggregationTemporality,
  InMemoryMetricExporter,
  PeriodicExportingMetricReader
} from "@opentelemetry/sdk-metrics"
import { InMemorySpanExporter, SimpleSpanProcessor } from "@opentelemetry/sdk-trace-base"
import { Effect, Fiber, Layer, TestClock } from "effect"
import { inMemory } from "./harness.js"

const record = {
  id: "gen-1",
  model: "openai/gpt-4o-2024-08-06",
  providerName: "OpenAI",
  finishReason: "stop",
  nativeTokensPrompt: 1204,
  nativeTokensCompletion: 310,
  totalCost: 0.25,
  isByok: true,
  upstreamInferenceCost: 0.5,
  apiType: "completions",
  router: "openrouter/auto",
  nativeTokensCached: 1000,
  nativeTokensReasoning: 200,
  origin: "https://private.example",
  providerResponses: [{ providerName: "Azure", status: 503 }, { providerName: "OpenAI", status: 200 }]
}

const calls = Effect.gen(function*() {
  const emulator = yield* OpenRouterEmulator
  yield* emulator.add(record, { visibleAfter: "700 millis" })
  yield* emulator.add({ id: "gen-2", model: "openai/gpt-4o-2024-08-06", totalCost: 0.125 })
  yield* emulator.add({
    id: "gen-3",
    apiType: null,
    model: null,
    providerName: null,
    providerResponses: null,
    finishReason: null,
    nativeTokensPrompt: null,
    nativeTokensCompletion: null,
    nativeTokensReasoning: null,
    nativeTokensCached: null,
    totalCost: null
  })
  const fiber = yield* Effect.fork(Effect.gen(function*() {
    yield* Generations.await("gen-1")
    yield* emulator.faults([{ status: 503 }])
    yield* Generations.get("gen-2")
    yield* Generations.get("gen-3")
    yield* Effect.flip(Generations.get("gen-4"))
  }))
  yield* Effect.replicateEffect(TestClock.adjust("1 second"), 60)
  yield* Fiber.join(fiber)
})

const measured = Layer.provideMerge(GenerationsMetrics.layer, inMemory)

describe("telemetry", () => {
  it.effect("shows a span for each call, with the attributes that OpenTelemetry names", () =>
    Effect.gen(function*() {
      const exporter = new InMemorySpanExporter()
      const sdk = NodeSdk.layer(() => ({
        resource: { serviceName: "test" },
        spanProcessor: new SimpleSpanProcessor(exporter)
      }))
      // Read before the layer ends: the exporter forgets them when it is shut down.
      const spans = yield* Effect.as(calls, exporter).pipe(
        Effect.map((exporter) => exporter.getFinishedSpans().filter(({ name }) => name.startsWith("Generations."))),
        Effect.provide(Layer.merge(inMemory, sdk))
      )
      assert.deepStrictEqual(spans.map(({ name, status }) => [name, status.code]), [
        ["Generations.await", SpanStatusCode.OK],
        ["Generations.get", SpanStatusCode.OK],
        ["Generations.get", SpanStatusCode.OK],
        ["Generations.get", SpanStatusCode.ERROR]
      ])
      const { "gen_ai.response.finish_reasons": finishReasons, ...attributes } = spans[0]?.attributes ?? {}
      // A list by convention. A bridge to OpenTelemetry may make text of it.
      const isText = typeof finishReasons === "string"
      assert.deepStrictEqual(isText ? JSON.parse(finishReasons) : finishReasons, ["stop"])
      assert.deepStrictEqual(attributes, {
        "openrouter.generation.id": "gen-1",
        "gen_ai.operation.name": "chat",
        "gen_ai.provider.name": "OpenAI",
        "gen_ai.request.model": "openrouter/auto",
        "gen_ai.response.id": "gen-1",
        "gen_ai.response.model": "openai/gpt-4o-2024-08-06",
        "gen_ai.usage.cache_read.input_tokens": 1000,
        "gen_ai.usage.cost": 0.75,
        "gen_ai.usage.input_tokens": 1204,
        "gen_ai.usage.output_tokens": 310,
        "gen_ai.usage.reasoning.output_tokens": 200,
        "openrouter.provider_name": "OpenAI",
        "openrouter.cost": 0.75,
        "openrouter.failed_attempts": 1
      })
      assert.deepStrictEqual(spans[2]?.attributes, {
        "openrouter.generation.id": "gen-3",
        "gen_ai.response.id": "gen-3"
      })
    }))

  it.effect("counts requests by status, retries, waits and costs, if GenerationsMetrics is provided", () =>
    Effect.gen(function*() {
      const exporter = new InMemoryMetricExporter(AggregationTemporality.CUMULATIVE)
      const reader = new PeriodicExportingMetricReader({ exporter, exportIntervalMillis: 3_600_000 })
      const sdk = NodeSdk.layer(() => ({ resource: { serviceName: "test" }, metricReader: reader }))
      // The metrics are global: a tag tells those of this test from those of other files.
      const tagged = Effect.tagMetrics(calls, "test", "telemetry")
      const metrics = yield* Effect.zipRight(tagged, Effect.promise(() => reader.collect())).pipe(
        Effect.map(({ resourceMetrics }) => resourceMetrics.scopeMetrics.flatMap(({ metrics }) => metrics)),
        Effect.provide(Layer.merge(measured, sdk))
      )
      const points = (name: string) =>
        metrics.filter(({ descriptor }) => descriptor.name === name).flatMap(({ dataPoints }) =>
          dataPoints.flatMap(({ attributes, value }) =>
            attributes["test"] === "telemetry" ? [[attributes, value] as const] : []
          )
        )
      const byTag = (name: string, tag: string) =>
        Object.fromEntries(
          points(name).flatMap(([attributes, value]) => tag in attributes ? [[attributes[tag], value]] : [])
        )

      assert.deepStrictEqual(byTag("openrouter.requests", "status"), { "2XX": 3, "404": 3, "503": 1 })
      assert.deepStrictEqual(points("openrouter.retries").map(([, value]) => value), [1])
      assert.deepStrictEqual(byTag("openrouter.generation.cost", "model"), { "openai/gpt-4o-2024-08-06": 0.875 })
      const [[, waited] = []] = points("openrouter.generation.visible_after")
      assert.deepInclude(waited, { count: 1, sum: 1250 })
    }))
})
