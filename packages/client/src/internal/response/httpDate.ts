const months = ["jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec"]

/** The two formats with commas: with a whole year, and with its last two digits. */
const httpDate = /^[a-z]{3,9}, *(\d\d?)[ -]([a-z]{3})[ -](\d\d|\d{4}) (\d\d):(\d\d):(\d\d) (?:gmt|utc|\+0000)$/i

/** The format of `asctime` in C: the year comes last, and there is no time zone. */
const asctimeDate = /^([a-z]{3}) ([a-z]{3}) ([ \d]?\d) (\S+) (\d{4})$/i

/**
 * Reads a date in one of the three formats of RFC 9110, section 5.6.7, as milliseconds since 1970. Returns `null` for any
 * other text. `now` decides the century of a year with two digits: a date is at most 50 years in the future.
 */
export const parseHttpDate = (text: string, now: number): number | null => {
  const parts = httpDate.exec(text.trim().replace(asctimeDate, "$1, $3 $2 $5 $4 GMT"))
  if (parts === null) return null
  const [, day, month = "", year = "", ...time] = parts
  const [hours = 0, minutes = 0, seconds = 0] = time.map(Number)
  const monthIndex = months.indexOf(month.toLowerCase())
  // A second of 60 is a leap second. A day that the month does not have becomes one of the next month.
  if (monthIndex === -1 || hours > 23 || minutes > 59 || seconds > 60) return null
  const date = new Date(
    Date.UTC(toYear(year, now), monthIndex, Number(day), hours, minutes, Math.min(seconds, 59))
  )
  return date.getUTCDate() === Number(day) ? date.getTime() : null
}

const toYear = (digits: string, now: number): number => {
  if (digits.length > 2) return Number(digits)
  const thisYear = new Date(now).getUTCFullYear()
  const year = thisYear - (thisYear % 100) + Number(digits)
  return year > thisYear + 50 ? year - 100 : year
}
