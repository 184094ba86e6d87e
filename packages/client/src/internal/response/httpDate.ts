const months = ["jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec"]

const imfFixdate = /^[a-z]{3}, (\d\d?) ([a-z]{3}) (\d{4}) (\d\d):(\d\d):(\d\d) (?:gmt|utc|\+0000)$/i
const rfc850Date = /^[a-z]{6,9}, (\d\d?)-([a-z]{3})-(\d\d) (\d\d):(\d\d):(\d\d) (?:gmt|utc|\+0000)$/i
const asctimeDate = /^[a-z]{3} ([a-z]{3}) ([ \d]?\d) (\d\d):(\d\d):(\d\d) (\d{4})$/i

/**
 * Reads a date in one of the three formats of RFC 9110, section 5.6.7, as milliseconds since 1970. Returns `null` for any
 * other text. `now` decides the century of a year with two digits: a date is at most 50 years in the future.
 */
export const parseHttpDate = (text: string, now: number): number | null => {
  const trimmed = text.trim()
  const imf = imfFixdate.exec(trimmed)
  if (imf !== null) {
    const [, day, month, year, ...time] = imf
    return toMillis(Number(year), month, day, time)
  }
  const asctime = asctimeDate.exec(trimmed)
  if (asctime !== null) {
    const [, month, day, hours, minutes, seconds, year] = asctime
    return toMillis(Number(year), month, day, [hours, minutes, seconds])
  }
  const rfc850 = rfc850Date.exec(trimmed)
  if (rfc850 === null) return null
  const [, day, month, year, ...time] = rfc850
  const thisYear = new Date(now).getUTCFullYear()
  const inThisCentury = thisYear - (thisYear % 100) + Number(year)
  return toMillis(inThisCentury > thisYear + 50 ? inThisCentury - 100 : inThisCentury, month, day, time)
}

const toMillis = (
  year: number,
  month: string | undefined,
  day: string | undefined,
  time: ReadonlyArray<string | undefined>
): number | null => {
  const [hours = 0, minutes = 0, seconds = 0] = time.map(Number)
  const monthIndex = months.indexOf((month ?? "").toLowerCase())
  // A second of 60 is a leap second. A day that the month does not have becomes one of the next month.
  if (monthIndex === -1 || hours > 23 || minutes > 59 || seconds > 60) return null
  const date = new Date(Date.UTC(year, monthIndex, Number(day), hours, minutes, Math.min(seconds, 59)))
  return date.getUTCDate() === Number(day) ? date.getTime() : null
}
