import type { Generation } from "@effect-openrouter/core/Generation"
import * as Usage from "@effect-openrouter/core/Usage"
import * as DateTime from "effect/DateTime"
import * as Duration from "effect/Duration"
import * as Either from "effect/Either"
import { type Parsed, value } from "../arguments/option.js"
import { parseDuration } from "../input/time.js"

/** One end of a period: a day in the time zone of the report, an instant, or a time before now. */
type Bound =
  | { readonly _tag: "Day"; readonly day: string }
  | { readonly _tag: "Instant"; readonly millis: number }
  | { readonly _tag: "Ago"; readonly duration: Duration.Duration }

const formats = "a day such as 2026-11-03, an instant such as 2026-11-03T08:00:00Z, or a time ago such as 7d"

/** `--since 7d`: the beginning of the period. */
export const sinceOption = value("TIME", `Only generations from then on: ${formats}`, {
  fallback: null,
  parse: (text) => parseBound(text)
})

/** `--until 2026-11-03`: the end of the period. */
export const untilOption = value("TIME", "Only generations before then; a day is included. The same formats", {
  fallback: null,
  parse: (text) => parseBound(text)
})

const parseBound = (text: string): Parsed<Bound> => {
  if (/^\d{4}-\d\d-\d\d$/.test(text)) {
    return isoDate(`${text}T00:00:00Z`)?.startsWith(text) === true
      ? Either.right({ _tag: "Day", day: text })
      : rejectBound(text)
  }
  if (/^\d{4}-\d\d-\d\dT\d\d:\d\d(?::\d\d(?:\.\d+)?)?(?:Z|[+-]\d\d:?\d\d)$/.test(text)) {
    const millis = Date.parse(text)
    return Number.isNaN(millis) ? rejectBound(text) : Either.right({ _tag: "Instant", millis })
  }
  return Either.match(parseDuration(text), {
    onLeft: () => rejectBound(text),
    onRight: (duration): Parsed<Bound> => Either.right({ _tag: "Ago", duration })
  })
}

const isoDate = (text: string): string | null => {
  const millis = Date.parse(text)
  return Number.isNaN(millis) ? null : new Date(millis).toISOString()
}

const rejectBound = (text: string): Parsed<never> => Either.left(`Expected ${formats}, received: '${text}'`)

/** The period of a report. */
export interface Period {
  readonly since: Bound | null
  readonly until: Bound | null
  readonly timeZone: string
  /** Milliseconds since 1970. */
  readonly now: number
}

/** Returns a function that tells if a generation is in a period, or `null` if it has no date and so cannot be placed. */
export const makeFilter = ({ now, since, timeZone, until }: Period) => {
  if (since === null && until === null) return () => true
  const toDay = Usage.day(timeZone)
  const isFrom = (generation: Generation, millis: number, bound: Bound): boolean =>
    bound._tag === "Day" ? (toDay(generation) ?? "") >= bound.day : millis >= instant(bound, now)
  const isBefore = (generation: Generation, millis: number, bound: Bound): boolean =>
    bound._tag === "Day" ? (toDay(generation) ?? "") <= bound.day : millis < instant(bound, now)
  return (generation: Generation): boolean | null => {
    const millis = generation.createdAt?.epochMillis
    if (millis === undefined) return null
    return (since === null || isFrom(generation, millis, since)) &&
      (until === null || isBefore(generation, millis, until))
  }
}

/** Returns the instants of a period in milliseconds, the first included, the second excluded; `null` where it is open. */
export const instants = ({ now, since, timeZone, until }: Period) => ({
  since: since === null ? null : since._tag === "Day" ? startOfDay(since.day, timeZone, 0) : instant(since, now),
  until: until === null ? null : until._tag === "Day" ? startOfDay(until.day, timeZone, 1) : instant(until, now)
})

/** Returns the time at which a day, or one that comes `later` days after it, begins in a time zone. */
const startOfDay = (day: string, timeZone: string, later: number): number =>
  DateTime.unsafeMakeZoned(day, { timeZone, adjustForTimeZone: true }).pipe(
    DateTime.add({ days: later }),
    DateTime.toEpochMillis
  )

const instant = (bound: Exclude<Bound, { readonly _tag: "Day" }>, now: number): number =>
  bound._tag === "Instant" ? bound.millis : now - Duration.toMillis(bound.duration)

/** `--timezone Europe/Berlin`: the time zone of days. */
export const timeZoneOption = value("ZONE", "The time zone of days, such as Europe/Berlin. Default: UTC", {
  fallback: "UTC",
  parse: (text): Parsed<string> =>
    Either.mapBoth(Either.try(() => Usage.day(text)), {
      onLeft: () => `Expected the name of a time zone such as Europe/Berlin, received: '${text}'`,
      onRight: () => text
    })
})
