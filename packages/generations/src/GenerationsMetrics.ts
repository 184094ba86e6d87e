/**
 * Effect metrics of the calls: requests by status, retries, time until records are visible, cost by model.
 */
import type { TransformAttempt } from "@effect-openrouter/client/RequestOptions"
import type { Generation } from "@effect-openrouter/core/Generation"
import { effectiveCost } from "@effect-openrouter/core/GenerationUsage"
import { isInvalidRequest, isNotFound, type OpenRouterError } from "@effect-openrouter/core/OpenRouterError"
import * as Cause from "effect/Cause"
import * as Duration from "effect/Duration"
import * as Effect from "effect/Effect"
import * as Exit from "effect/Exit"
import { identity } from "effect/Function"
import * as Layer from "effect/Layer"
import * as Metric from "effect/Metric"
import * as MetricBoundaries from "effect/MetricBoundaries"
import * as Option from "effect/Option"
import { type AwaitOptions, Generations, type GenerationsService } from "./Generations.js"
import { makeLru } from "./internal/cache/lru.js"
import { IsRetry } from "./internal/isRetry.js"

/**
 * Counts the requests that were sent, by `status`: `2XX`, a failure's status such as `404`, the `_tag` of an error without one, or
 * `Interrupted` for a request that was ended by an interruption or by `within`.
 */
export const requests: Metric.Metric.Counter<number> = Metric.counter("openrouter.requests", {
  description: "Requests sent to OpenRouter, by status",
  incremental: true
})

/** Counts the requests that were sent again after a failure, by `await` and `Settlement.stream` too; a 404 is no failure here. */
export const retries: Metric.Metric.Counter<number> = Metric.counter("openrouter.retries", {
  description: "Requests sent to OpenRouter again after a failure",
  incremental: true
})

/** Distribution of the time until `await` returned a record, in milliseconds. */
export const visibleAfter: Metric.Metric.Histogram<number> = Metric.histogram(
  "openrouter.generation.visible_after",
  MetricBoundaries.fromIterable([0, 100, 250, 500, 1000, 2500, 5000, 10_000, 30_000, 60_000, 300_000, 600_000]),
  "How long records took to become visible"
).pipe(Metric.tagged("unit", "ms"))

/**
 * Sums the effective cost of the records that were returned, in USD, by `model`. A refund, which is negative, reduces it. A record
 * counts once, however often it is returned, as long as it is among the last 10,000; an unknown cost does not count.
 */
export const cost: Metric.Metric.Counter<number> = Metric.counter("openrouter.generation.cost", {
  description: "Effective cost of the generations",
  incremental: false
}).pipe(Metric.tagged("unit", "USD"))

/** The records whose cost has been counted. */
const maxCounted = 10_000

/**
 * Decorates `Generations`: counts every call to it, `get`, `await`, `content` and `submitFeedback`, and what is built on them. Without
 * this layer there are no metrics, and they cost nothing. The layer is fresh.
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
export const layer: Layer.Layer<Generations, never, Generations> = Layer.fresh(Layer.effect(
  Generations,
  Effect.map(Generations, (generations): GenerationsService => {
    const counted = makeLru<true>(maxCounted, Infinity)

    const addCost = (generation: Generation) => {
      const spent = effectiveCost(generation)
      if (spent === null || counted.get(generation.id, 0) === true) return Effect.void
      counted.set(generation.id, true, 0)
      return Metric.incrementBy(Metric.tagged(cost, "model", generation.model ?? "unknown"), spent)
    }

    return {
      get: (id, options) => Effect.tap(Effect.suspend(() => generations.get(id, counting(options))), addCost),
      await: (id, options) =>
        Effect.timed(Effect.suspend(() => generations.await(id, counting(options)))).pipe(
          Effect.tap(([waited]) => Metric.update(visibleAfter, Duration.toMillis(waited))),
          Effect.map(([, generation]) => generation),
          Effect.tap(addCost)
        ),
      content: (id, options) => Effect.suspend(() => generations.content(id, counting(options))),
      submitFeedback: (feedback, options) =>
        Effect.suspend(() => generations.submitFeedback(feedback, counting(options)))
    }
  })
))

/** Returns the options of one run of a call, with a count of every attempt. */
const counting = (options?: AwaitOptions): AwaitOptions => {
  const outer = options?.transformAttempt ?? identity
  let hasFailed: boolean | undefined
  const before = Effect.flatMap(IsRetry, (isRetry) => hasFailed ?? isRetry ? Metric.increment(retries) : Effect.void)
  const after = (exit: Exit.Exit<unknown, OpenRouterError>) => {
    if (Exit.isSuccess(exit)) return increment("2XX")
    const error = Option.getOrUndefined(Cause.failureOption(exit.cause))
    if (error === undefined) return increment("Interrupted")
    if (isInvalidRequest(error)) return Effect.void
    hasFailed = !isNotFound(error)
    return increment(statusTag(error))
  }
  const count: TransformAttempt = (attempt) => Effect.zipRight(before, Effect.onExit(attempt, after))
  return { ...options, transformAttempt: (attempt) => outer(count(attempt)) }
}

const increment = (status: string) => Metric.increment(Metric.tagged(requests, "status", status))

const statusTag = (error: OpenRouterError): string => {
  switch (error._tag) {
    case "OpenRouterDefaultError":
      return error.status >= 200 && error.status < 300 ? "2XX" : String(error.status)
    case "ResponseValidationError":
      return "2XX"
    default:
      return error._tag
  }
}
