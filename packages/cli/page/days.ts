/**
 * Calendar days as numbers of days since 1970-01-01, and the periods that a chart has bars for.
 */

const dayMillis = 86_400_000

/** Returns `2026-11-03`. */
export const dayText = (day: number): string => {
  const date = new Date(day * dayMillis)
  const year = date.getUTCFullYear()
  const digits = String(Math.abs(year)).padStart(4, "0")
  return `${year < 0 ? "-" : ""}${digits}-${two(date.getUTCMonth() + 1)}-${two(date.getUTCDate())}`
}

const two = (value: number): string => String(value).padStart(2, "0")

/** Returns the day of a text such as `2026-11-03`, or `null` if there is no such day. */
export const parseDay = (text: string): number | null => {
  const [, year, month, date] = /^(\d{4,6})-(\d\d)-(\d\d)$/.exec(text) ?? []
  if (year === undefined) return null
  const day = toDay(Number(year), Number(month) - 1, Number(date))
  return dayText(day) === text ? day : null
}

/** `Date.UTC` without its special treatment of the years 0 to 99. */
const toDay = (year: number, month: number, date: number): number =>
  new Date(0).setUTCFullYear(year, month, date) / dayMillis

/** A bar of a chart over time. Both days are included. */
export interface Period {
  readonly label: string
  readonly from: number
  readonly to: number
}

interface Unit {
  /** The first day of the period that a day is in. */
  readonly start: (day: number) => number
  /** The first day of the next period. */
  readonly next: (start: number) => number
  readonly label: (from: number, to: number) => string
}

const day: Unit = { start: (day) => day, next: (start) => start + 1, label: dayText }

/** Weeks begin on Monday; day 4 was the first Monday. */
const week: Unit = {
  start: (day) => day - (((day - 4) % 7) + 7) % 7,
  next: (start) => start + 7,
  label: (from, to) => `${dayText(from)} to ${dayText(to)}`
}

const month: Unit = {
  start: (day) => monthStart(day, 0),
  next: (start) => monthStart(start, 1),
  label: (from) => dayText(from).slice(0, -3)
}

const monthStart = (day: number, add: number): number => {
  const date = new Date(day * dayMillis)
  return toDay(date.getUTCFullYear(), date.getUTCMonth() + add, 1)
}

const years = (step: number): Unit => ({
  start: (day) => toDay(Math.floor(toYear(day) / step) * step, 0, 1),
  next: (start) => toDay(toYear(start) + step, 0, 1),
  label: (from, to) =>
    step === 1 ? dayText(from).slice(0, -6) : `${dayText(from).slice(0, -6)} to ${dayText(to).slice(0, -6)}`
})

const toYear = (day: number): number => new Date(day * dayMillis).getUTCFullYear()

const units = [day, week, month, ...[1, 10, 100, 1000, 10_000].map(years)]

/** Returns every period from the first day to the last: the shortest unit of which there are at most `most`. */
export const periods = (first: number, last: number, most: number): ReadonlyArray<Period> => {
  for (const unit of units) {
    const found = toPeriods(unit, first, last, most)
    if (found !== null) return found
  }
  return []
}

const toPeriods = (unit: Unit, first: number, last: number, most: number): ReadonlyArray<Period> | null => {
  const found: Array<Period> = []
  for (let from = unit.start(first); from <= last; from = unit.next(from)) {
    if (found.length === most) return null
    const to = unit.next(from) - 1
    found.push({ label: unit.label(from, to), from, to })
  }
  return found
}

/** Returns the index of the period that a day is in. */
export const periodIndex = (periods: ReadonlyArray<Period>, day: number): number => {
  let low = 0
  let high = periods.length - 1
  while (low < high) {
    const middle = (low + high + 1) >> 1
    if ((periods[middle]?.from ?? Infinity) <= day) low = middle
    else high = middle - 1
  }
  return low
}
