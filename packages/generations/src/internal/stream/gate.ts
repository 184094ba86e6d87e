/**
 * The pause and the circuit breaker that the requests of a stream share.
 */
import { isThrottled, isUnavailable, type OpenRouterError } from "@effect-openrouter/core/OpenRouterError"
import * as Cause from "effect/Cause"
import type * as Clock from "effect/Clock"
import * as Deferred from "effect/Deferred"
import * as Duration from "effect/Duration"
import * as Effect from "effect/Effect"
import * as Exit from "effect/Exit"
import * as FiberId from "effect/FiberId"
import * as Option from "effect/Option"
import { monotonicMillis, pauseAfter, type Pauses, requestedPause } from "../poll.js"

/**
 * Lets requests through while the server responds. A throttled request, or `maxFailures` failures of the server in a row, close it:
 * after a pause one request at a time goes through as a probe. A response to a probe opens the gate; a failure makes the pause longer.
 */
export interface Gate {
  /** Runs a request as soon as the gate lets it through. `undefined` is the result of a request that was given up. */
  readonly pass: <A>(request: Effect.Effect<A | undefined, OpenRouterError>) => typeof request
  /** Notes that the server handled a request. */
  readonly responded: () => void
  /** Notes that a request was throttled or found no server. Returns `true` if there has been no server for too long. */
  readonly failed: (error: OpenRouterError) => boolean
  /** Returns the number of requests that the server handled. */
  readonly responses: () => number
}

/** The failures of the server in a row that close the gate. Fewer may be the fault of single records. */
const maxFailures = 3

/** The longest pause between two probes in milliseconds, unless a poll pauses longer. */
const maxProbePause = 30_000

/** Makes a gate that reports an outage of `maxOutage` or more. Its probes come no faster than the requests of a poll of `pauses`. */
export const makeGate = (clock: Clock.Clock, maxOutage: Duration.Duration, { max }: Pauses): Gate => {
  const pauses: Pauses = { initial: 500, max: Math.max(maxProbePause, max) }
  const now = () => monotonicMillis(clock)
  const outageLimit = Duration.toMillis(maxOutage)
  let responses = 0
  let failures = 0
  let outageStart: number | undefined
  let closed: { resumeAt: number; probes: number; probe: Deferred.Deferred<void> | undefined } | undefined

  const close = (error: OpenRouterError) => {
    closed ??= { resumeAt: 0, probes: 0, probe: undefined }
    // The last probe is sent at the end of the time, not after it.
    const left = outageStart === undefined ? Infinity : outageStart + outageLimit - now()
    const pause = Math.min(pauseAfter(pauses, closed.probes), Math.max(left, pauses.initial))
    closed.resumeAt = Math.max(closed.resumeAt, now() + Math.max(pause, requestedPause(error)))
  }

  const endProbe = (probe: Deferred.Deferred<void>, exit: Exit.Exit<unknown, OpenRouterError>) => {
    const error = Exit.isFailure(exit) ? Option.getOrUndefined(Cause.failureOption(exit.cause)) : undefined
    if (closed === undefined) return
    closed.probe = undefined
    if (error !== undefined && (isThrottled(error) || isUnavailable(error))) {
      closed.probes++
      close(error)
    } else if (error !== undefined || (Exit.isSuccess(exit) && exit.value !== undefined)) {
      closed = undefined
    }
    Deferred.unsafeDone(probe, Exit.void)
  }

  const waitAndRun = <A>(
    request: Effect.Effect<A | undefined, OpenRouterError>
  ): Effect.Effect<A | undefined, OpenRouterError> =>
    Effect.suspend(() => {
      if (closed === undefined) return request
      // A timer counts whole milliseconds, and must not end too early.
      const left = Math.ceil(closed.resumeAt - now())
      if (left > 0) return Effect.zipRight(clock.sleep(Duration.millis(left)), waitAndRun(request))
      if (closed.probe !== undefined) return Effect.zipRight(Deferred.await(closed.probe), waitAndRun(request))
      const probe = Deferred.unsafeMake<void>(FiberId.none)
      closed.probe = probe
      return Effect.onExit(request, (exit) => Effect.sync(() => endProbe(probe, exit)))
    })

  return {
    pass: (request) => closed === undefined ? request : waitAndRun(request),
    responded: () => {
      responses++
      failures = 0
      outageStart = undefined
    },
    failed: (error) => {
      if (isThrottled(error)) {
        // A server that throttles is up.
        failures = 0
        outageStart = undefined
        close(error)
        return false
      }
      failures++
      outageStart ??= now()
      if (failures >= maxFailures) close(error)
      return now() - outageStart >= outageLimit
    },
    responses: () => responses
  }
}
