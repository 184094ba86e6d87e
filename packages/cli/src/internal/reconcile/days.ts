import type { Range } from "./noted.js"

/** The length of a UTC day in milliseconds. */
const dayLength = 86_400_000

/** OpenRouter's activity has this number of completed days. */
const activityDays = 30

/** The UTC days of a period, by where OpenRouter has their totals. */
export interface Days {
  /** The days that OpenRouter's activity has. */
  readonly completed: ReadonlyArray<Range>
  /** The current day, or `null` if it is not in the period. */
  readonly today: Range | null
  /** The part of the period before the days that OpenRouter has, or `null`. */
  readonly older: Range | null
}

/** Returns the UTC day of a time: `2026-11-03`. */
export const isoDay = (time: number): string => new Date(time).toISOString().slice(0, 10)

/** Returns the whole UTC days that have a part in the period. Without a start it is open. */
export const splitDays = (
  { now, since, until }: { readonly now: number; readonly since: number | null; readonly until: number | null }
): Days => {
  const today = startOfDay(now)
  const first = today - activityDays * dayLength
  const start = since === null ? null : startOfDay(since)
  const end = until ?? today + dayLength
  const isIn = (day: Range) => (start === null || day.since >= start) && day.since < end
  const dayAt = (since: number): Range => ({ since, until: since + dayLength })
  return {
    completed: Array.from({ length: activityDays }, (_, index) => dayAt(first + index * dayLength)).filter(isIn),
    today: isIn(dayAt(today)) ? dayAt(today) : null,
    older: start === null || start < first
      ? { since: start ?? Number.NEGATIVE_INFINITY, until: Math.min(first, end) }
      : null
  }
}

const startOfDay = (time: number): number => Math.floor(time / dayLength) * dayLength
