/**
 * One attempt took too long.
 */
import * as Duration from "effect/Duration"
import * as Schema from "effect/Schema"

/** One attempt, its body included, took longer than `timeout`. */
export class RequestTimeoutError extends Schema.TaggedError<RequestTimeoutError>(
  "@effect-openrouter/core/RequestTimeoutError"
)("RequestTimeoutError", {
  /** How long the attempt was given. */
  timeout: Schema.DurationFromMillis
}) {
  /** Says how long the attempt was given. */
  override get message(): string {
    return `OpenRouter did not answer within ${Duration.format(this.timeout)}`
  }
}
