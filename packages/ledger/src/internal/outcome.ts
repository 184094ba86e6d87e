/**
 * The meaning of the end of a request for the entry and for the fleet.
 */
import {
  affectsEveryId,
  effectiveStatus,
  isNotFound,
  isRateLimited,
  isTransient,
  type OpenRouterError,
  retryAfter
} from "@effect-openrouter/core/OpenRouterError"
import * as Duration from "effect/Duration"
import type { Pause } from "../Ledger.js"
import type { Outcome } from "./store.js"

/** The outcome for the entry, and the reason and length of a pause of the fleet, if the error asks for one. */
export interface Verdict {
  readonly kind: Exclude<Outcome["kind"], "settled">
  readonly pause: { readonly reason: Pause["reason"]; readonly duration: Duration.Duration } | null
}

const maxPause = Duration.hours(1)

/** Returns the verdict on an error. `probeInterval` is the length of a pause that ends with a successful probe. */
export const verdict = (error: OpenRouterError, probeInterval: Duration.Duration): Verdict => {
  const held = (reason: Pause["reason"], duration = probeInterval): Verdict => ({
    kind: "held",
    pause: { reason, duration }
  })
  if (isNotFound(error)) return { kind: "notFound", pause: null }
  const wait = retryAfter(error)
  if (isRateLimited(error) && wait !== null) return held("TooManyRequests", Duration.min(wait, maxPause))
  switch (effectiveStatus(error)) {
    case 401:
      return held("Unauthorized")
    case 402:
      return held("PaymentRequired")
    // A 404 that is not OpenRouter's: the base URL is wrong.
    case 404:
      return held("InvalidRequest")
  }
  if (affectsEveryId(error)) return held(error._tag === "InvalidRequestError" ? "InvalidRequest" : "Unavailable")
  return { kind: isTransient(error) ? "transient" : "failed", pause: null }
}
