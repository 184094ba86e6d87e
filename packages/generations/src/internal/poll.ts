import type { OpenRouterError } from "@effect-openrouter/core/OpenRouterError"
import * as Duration from "effect/Duration"

/** Whether there is no such record: not yet, or not at all. */
export const isNotFound = (error: OpenRouterError): boolean =>
  error._tag === "OpenRouterDefaultError" && error.reason === "NotFound"

/** How long to wait for a record that was not there so many times before: 0.5 s, growing by half, 5 s at the most. */
export const pollPause = (timesBefore: number): Duration.Duration =>
  Duration.min(Duration.millis(500 * 1.5 ** timesBefore), "5 seconds")
