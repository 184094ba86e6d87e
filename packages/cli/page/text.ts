/**
 * Numbers as texts.
 */
import { unknown } from "./records.js"

const integer = new Intl.NumberFormat("en-US", { maximumFractionDigits: 0 })
const oneDecimal = new Intl.NumberFormat("en-US", { minimumFractionDigits: 1, maximumFractionDigits: 1 })
const significant = new Intl.NumberFormat("en-US", { maximumSignificantDigits: 3 })

const orUnknown = (format: (value: number) => string) => (value: number | null | undefined): string =>
  value === null || value === undefined || Number.isNaN(value) ? unknown : format(value)

/** `1,204` */
export const count = orUnknown((value) => integer.format(value))

/** `412 ms` */
export const millis = orUnknown((value) => `${integer.format(value)} ms`)

/** `42 s`, `3 min 20 s`, `412 ms` */
export const duration = orUnknown((value) => {
  if (value < 1000) return `${integer.format(value)} ms`
  const seconds = Math.round(value / 1000)
  if (value < 10_000) return `${oneDecimal.format(value / 1000)} s`
  if (seconds < 60) return `${seconds} s`
  if (seconds < 3600) return `${Math.floor(seconds / 60)} min ${seconds % 60} s`
  return `${integer.format(Math.floor(seconds / 3600))} h ${Math.floor(seconds / 60) % 60} min`
})

/** `64.2` */
export const speed = orUnknown((value) => oneDecimal.format(value))

/** `4.2 %` of a share from 0 to 1. */
export const rate = orUnknown((value) =>
  value === 0 ? "0 %" : value < 0.001 ? "< 0.1 %" : `${oneDecimal.format(100 * value)} %`
)

/** An amount of USD that is not exact, to 3 significant digits: `$0.00123`. */
export const about = orUnknown((value) => `${value < 0 ? "-" : ""}$${significant.format(Math.abs(value))}`)

/** `1 generation`, `2 generations` */
export const plural = (value: number, noun: string): string => `${count(value)} ${noun}${value === 1 ? "" : "s"}`
