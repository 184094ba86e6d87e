import { checkDurationOrZero, type Checked, checkFiniteDuration, reject } from "@effect-openrouter/core/internal/check"
import * as Duration from "effect/Duration"
import * as Either from "effect/Either"

/** A time plus a longer duration is not a time that every database can store. */
const longest = Duration.days(36_525)

const limit = (field: string) => (duration: Duration.Duration): Checked<Duration.Duration> =>
  Duration.greaterThan(duration, longest) ? reject(field, "a duration of at most 100 years") : Either.right(duration)

/** Accepts a duration of more than 0 and at most 100 years. */
export const checkSpan = (field: string, duration: Duration.DurationInput): Checked<Duration.Duration> =>
  Either.flatMap(checkFiniteDuration(field, duration), limit(field))

/** Accepts a duration of at most 100 years. */
export const checkDelay = (field: string, duration: Duration.DurationInput): Checked<Duration.Duration> =>
  Either.flatMap(checkDurationOrZero(field, duration), limit(field))
