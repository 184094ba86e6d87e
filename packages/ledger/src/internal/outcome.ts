/**
 * The meaning of the end of a request for its entry and for all workers.
 */
import {
  affectsEveryId,
  effectiveStatus,
  isForeignNotFound,
  isInvalidRequest,
  isNotFound,
  isRateLimited,
  isThrottled,
  isTransient,
  isUnavailable,
  type OpenRouterError,
  retryAfter
} from "@effect-openrouter/core/OpenRouterError"
import * as Duration from "effect/Duration"
import type { Pause } from "./contract.js"

/** A pause of all workers that an error asks for. */
export interface NewPause {
  readonly reason: Pause["reason"]
  readonly message: string
  readonly duration: Duration.Duration
}

/** The meaning of an error. `held` leaves the entry due, because the error says nothing about it. */
export interface Verdict {
  readonly kind: "notFound" | "transient" | "failed" | "held"
  /** The pause of all workers, or `null`. */
  readonly pause: NewPause | null
  /** `true` if OpenRouter handled the request, which ends a pause. */
  readonly isUp: boolean
}

const maxPause = Duration.hours(1)

/** Returns the verdict on an error. `probeInterval` is the length of a pause that ends with a successful probe. */
export const verdict = (error: OpenRouterError, probeInterval: Duration.Duration): Verdict => {
  const held = (reason: Pause["reason"], duration: Duration.Duration): Verdict => ({
    kind: "held",
    pause: { reason, message: error.message, duration },
    isUp: false
  })
  const wait = retryAfter(error)
  if (isNotFound(error)) return { kind: "notFound", pause: null, isUp: true }
  if (isThrottled(error) && wait !== null) {
    return held(isRateLimited(error) ? "TooManyRequests" : "PaymentRequired", Duration.min(wait, maxPause))
  }
  // A 404 that is not OpenRouter's: the base URL is wrong.
  if (affectsEveryId(error) || isForeignNotFound(error)) return held(pauseReason(error), probeInterval)
  const isPending = isTransient(error) || isUnavailable(error)
  return { kind: isPending ? "transient" : "failed", pause: null, isUp: !isPending && !isInvalidRequest(error) }
}

/** Returns the reason of a pause after an error that every id would get: a status, or else the key or the base URL. */
const pauseReason = (error: OpenRouterError): Pause["reason"] => {
  switch (effectiveStatus(error)) {
    case 401:
      return "Unauthorized"
    case 402:
      return "PaymentRequired"
    default:
      return "InvalidRequest"
  }
}
