/**
 * A record that did not become visible in time.
 */
import { printStack } from "@effect-openrouter/core/internal/error/hidden"
import { httpStatus } from "@effect-openrouter/core/internal/error/httpStatus"
import * as Duration from "effect/Duration"
import * as Schema from "effect/Schema"

/**
 * `Generations.await` ran out of time: the last response said that there is no such record, or no response came in time.
 * The record may appear later, may never have been written, or may belong to another key: the API does not tell these
 * apart. It does not mean that the cost is 0.
 *
 * In an HttpApi its status is 404.
 */
export class GenerationNotVisibleError extends Schema.TaggedError<GenerationNotVisibleError>()(
  "GenerationNotVisibleError",
  {
    /** The id of the generation. */
    id: Schema.String,
    /** The number of requests, including one that was still in flight at the end. */
    attempts: Schema.Int,
    /** The time that `await` waited. */
    elapsed: Schema.DurationFromMillis
  },
  httpStatus(404)
) {
  static {
    printStack(this.prototype)
  }

  /** Names the generation, the time and the number of requests. */
  override get message(): string {
    const times = this.attempts === 1 ? "once" : `${this.attempts} times`
    return `${this.id} was not visible within ${Duration.format(this.elapsed)}, asked ${times}`
  }
}
