/**
 * A record that did not become visible in time.
 */
import * as Duration from "effect/Duration"
import * as Schema from "effect/Schema"

/**
 * `Generations.await` ran out of time: every answer so far was that there is no such record, or none came in time. It may
 * appear later, may never have been recorded, or may belong to another key: the API does not tell these apart. It does not
 * mean that the cost is 0.
 */
export class GenerationNotVisibleError extends Schema.TaggedError<GenerationNotVisibleError>(
  "@effect-openrouter/generations/GenerationNotVisibleError"
)("GenerationNotVisibleError", {
  /** The generation that was asked for. */
  id: Schema.String,
  /** How many times it was asked for, the last one perhaps still in flight. */
  attempts: Schema.Int,
  /** How long it was waited for. */
  elapsed: Schema.DurationFromMillis
}) {
  /** Says which generation, and how long and how often it was asked for. */
  override get message(): string {
    const times = this.attempts === 1 ? "once" : `${this.attempts} times`
    return `${this.id} was not visible within ${Duration.format(this.elapsed)}, asked ${times}`
  }
}
