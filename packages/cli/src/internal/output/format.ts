import * as Usage from "@effect-openrouter/core/Usage"
import * as BigDecimal from "effect/BigDecimal"

/** The word for a value that is not known; it is never shown as 0. */
export const unknown = "unknown"

const orUnknown = <A>(show: (value: A) => string) => (value: A | null): string => value === null ? unknown : show(value)

/** Returns a number with separators: `1,204`. */
export const count = orUnknown((value: number) => value.toLocaleString("en-US"))

/** Returns a number as plain digits, without separators and without an exponent: `1204.5`. */
export const plain = (value: number): string => {
  const text = String(value)
  return text.includes("e") ? Usage.formatUsd(BigDecimal.unsafeFromNumber(value)) : text
}

/** Returns an amount with all its digits and at least cents: `$0.0008942`, `-$0.11`. */
export const usd = orUnknown((value: BigDecimal.BigDecimal) => {
  const [, sign = "", whole = "0", fraction = ""] = /^(-?)(\d+)\.?(\d*)$/.exec(Usage.formatUsd(value)) ?? []
  return `${sign}$${whole.replaceAll(/\B(?=(?:\d{3})+$)/g, ",")}.${fraction.padEnd(2, "0")}`
})

/** Returns a time in milliseconds: `412 ms`. */
export const millis = orUnknown((value: number) => `${Math.round(value).toLocaleString("en-US")} ms`)

/** Returns a speed with one decimal: `64.2`. */
export const speed = orUnknown((value: number) => value.toFixed(1))

/** Returns a count with its noun: `1 generation`, `2 generations`. */
export const plural = (value: number, noun: string): string => `${count(value)} ${noun}${value === 1 ? "" : "s"}`
