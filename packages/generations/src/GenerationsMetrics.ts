/**
 * Effect metrics of the calls: requests by status, retries, time until records are visible, cost by model.
 */
import type { TransformAttempt } from "@effect-openrouter/client/RequestOptions"
import type { Generation } from "@effect-openrouter/core/Generation"
import { effectiveCost } from "@effect-openrouter/core/GenerationUsage"
import { isInvalidRequest, isNotFound, type OpenRouterError } from "@effect-openrouter/core/OpenRouterError"
import * as Cause from "effect/Cause"
import * as Context from "effect/Context"
import * as Effect from "effect/Effect"
import * as Exit from "effect/Exit"
import * as Layer from "effect/Layer"
import * as Metric from "effect/Metric"
import * as MetricBoundaries from "effect/MetricBoundaries"
import * as Option from "effect/Option"
import { type AwaitOptions, Generations, type GenerationsService } from "./Generations.js"
import { makeLru } from "./internal/cache/lru.js"
import { IsRetry } from "./internal/isRetry.js"
import { monotonicMillis } from "./internal/poll.js"

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
      get: (id, options) => Effect.tap(withRunState(generations.get(id, counting(options))), addCost),
      await: (id, options) =>
        Effect.clockWith((clock) => {
          const start = monotonicMillis(clock)
          return withRunState(generations.await(id, counting(options))).pipe(
            Effect.tap(() => Metric.update(visibleAfter, monotonicMillis(clock) - start)),
            Effect.tap(addCost)
          )
        }),
      content: (id, options) => withRunState(generations.content(id, counting(options))),
      submitFeedback: (feedback, options) => withRunState(generations.submitFeedback(feedback, counting(options)))
    }
  })
))

/** The state of one run of a call: whether its last attempt failed. */
class RunState extends Context.Reference<RunState>()("@effect-openrouter/generations/RunState", {
  defaultValue: (): { hasFailed: boolean } => ({ hasFailed: false })
}) {}

const withRunState = <A, E>(call: Effect.Effect<A, E>): Effect.Effect<A, E> =>
  Effect.provideServiceEffect(call, RunState, Effect.map(IsRetry, (isRetry) => ({ hasFailed: isRetry })))

/** Counts an attempt. It is the same function for all calls: a cache shares a request between calls with equal options. */
const count: TransformAttempt = (attempt) =>
  Effect.flatMap(RunState, (state) => {
    const before = state.hasFailed ? Metric.increment(retries) : Effect.void
    const after = (exit: Exit.Exit<unknown, OpenRouterError>) => {
      if (Exit.isSuccess(exit)) return increment("2XX")
      const error = Option.getOrUndefined(Cause.failureOption(exit.cause))
      if (error === undefined) return increment("Interrupted")
      if (isInvalidRequest(error)) return Effect.void
      state.hasFailed = !isNotFound(error)
      return increment(statusTag(error))
    }
    return Effect.zipRight(before, Effect.onExit(attempt, after))
  })

/** Returns the options of a call that counts its attempts. */
const counting = (options?: AwaitOptions): AwaitOptions | undefined => {
  try {
    const outer = options?.transformAttempt ?? undefined
    return { ...options, transformAttempt: outer === undefined ? count : (attempt) => outer(count(attempt)) }
  } catch {
    // Options that cannot be read go to the service, which rejects them.
    return options
  }
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
