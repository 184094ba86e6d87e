/**
 * Effect metrics of what is asked: requests by status, retries, how long records take to become visible, cost by model.
 */
import type { TransformAttempt } from "@effect-openrouter/client/RequestOptions"
import type { Generation } from "@effect-openrouter/core/Generation"
import { effectiveCost } from "@effect-openrouter/core/GenerationUsage"
import type { OpenRouterError } from "@effect-openrouter/core/OpenRouterError"
import * as Duration from "effect/Duration"
import * as Effect from "effect/Effect"
import { identity } from "effect/Function"
import * as Layer from "effect/Layer"
import * as Metric from "effect/Metric"
import * as MetricBoundaries from "effect/MetricBoundaries"
import { type AwaitOptions, Generations, type GenerationsService } from "./Generations.js"
import { isNotFound } from "./internal/poll.js"

/** Requests that were sent, by `status`: `2XX`, a failing status such as `404`, or the `_tag` of an error without one. */
export const requests: Metric.Metric.Counter<number> = Metric.counter("openrouter.requests", {
  description: "Requests sent to OpenRouter, by status",
  incremental: true
})

/** Requests that were sent again after a failure; what `await` asks again after a 404 is none. */
export const retries: Metric.Metric.Counter<number> = Metric.counter("openrouter.retries", {
  description: "Requests sent to OpenRouter again after a failure",
  incremental: true
})

/** How long `await` took to see a record, in milliseconds. */
export const visibleAfter: Metric.Metric.Histogram<number> = Metric.histogram(
  "openrouter.generation.visible_after",
  MetricBoundaries.fromIterable([0, 100, 250, 500, 1000, 2500, 5000, 10_000, 30_000, 60_000, 300_000, 600_000]),
  "How long records took to become visible"
).pipe(Metric.tagged("unit", "ms"))

/**
 * What was really spent by the records that were given, in USD, by `model`. A record that is given twice counts twice, an
 * unknown cost not at all.
 */
export const cost: Metric.Metric.Counter<number> = Metric.counter("openrouter.generation.cost", {
  description: "What the generations asked for cost",
  incremental: true
}).pipe(Metric.tagged("unit", "USD"))

/**
 * Keeps these metrics for every call to the `Generations` that it is given: `get`, `await`, `content` and
 * `submitFeedback`, and what is built on them. Without this layer no metric is kept, and nothing is paid for it.
 *
 * @example
 * ```ts
 * import { OpenRouterClient } from "@effect-openrouter/client"
 * import { Generations, GenerationsMetrics } from "@effect-openrouter/generations"
 * import { FetchHttpClient } from "@effect/platform"
 * import { Layer } from "effect"
 *
 * const OpenRouter = GenerationsMetrics.layer.pipe(
 *   Layer.provide(Generations.layer),
 *   Layer.provide(OpenRouterClient.layerConfig()),
 *   Layer.provide(FetchHttpClient.layer)
 * )
 * ```
 */
export const layer: Layer.Layer<Generations, never, Generations> = Layer.effect(
  Generations,
  Effect.map(Generations, (generations): GenerationsService => ({
    get: (id, options) => Effect.tap(Effect.suspend(() => generations.get(id, counting(options))), addCost),
    await: (id, options) =>
      Effect.timed(Effect.suspend(() => generations.await(id, counting(options)))).pipe(
        Effect.tap(([waited]) => Metric.update(visibleAfter, Duration.toMillis(waited))),
        Effect.map(([, generation]) => generation),
        Effect.tap(addCost)
      ),
    content: (id, options) => Effect.suspend(() => generations.content(id, counting(options))),
    submitFeedback: (feedback, options) => Effect.suspend(() => generations.submitFeedback(feedback, counting(options)))
  }))
)

/** The options of one run of a call, with every attempt of it counted. */
const counting = (options?: AwaitOptions): AwaitOptions => {
  const outer = options?.transformAttempt ?? identity
  let hasFailed = false
  const before = Effect.suspend(() => hasFailed ? Metric.increment(retries) : Effect.void)
  const after = (error: OpenRouterError) => {
    hasFailed = !isNotFound(error)
    return increment(statusOf(error))
  }
  const count: TransformAttempt = (attempt) =>
    Effect.zipRight(before, Effect.tapBoth(attempt, { onFailure: after, onSuccess: () => increment("2XX") }))
  return { ...options, transformAttempt: (attempt) => outer(count(attempt)) }
}

const increment = (status: string) => Metric.increment(Metric.tagged(requests, "status", status))

const statusOf = (error: OpenRouterError): string => {
  switch (error._tag) {
    case "OpenRouterDefaultError":
      return error.status >= 200 && error.status < 300 ? "2XX" : String(error.status)
    case "ResponseValidationError":
      return "2XX"
    default:
      return error._tag
  }
}

const addCost = (generation: Generation) => {
  const spent = effectiveCost(generation)
  return spent === null
    ? Effect.void
    : Metric.incrementBy(Metric.tagged(cost, "model", generation.model ?? "unknown"), spent)
}
