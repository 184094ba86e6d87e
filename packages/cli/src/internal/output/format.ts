import * as BigDecimal from "effect/BigDecimal"

/** What is not known is said, and is never a 0. */
export const unknown = "unknown"

const orUnknown = <A>(show: (value: A) => string) => (value: A | null): string => value === null ? unknown : show(value)

/** `1,204` */
export const count = orUnknown((value: number) => value.toLocaleString("en-US"))

/** `$0.0008942`, exact to the last digit. */
export const usd = orUnknown((value: number) => exactUsd(BigDecimal.unsafeFromNumber(value)))

/** `$0.0008942`, exact to the last digit; at least cents. */
export const exactUsd = (value: BigDecimal.BigDecimal): string => {
  const [, sign = "", whole = "0", fraction = ""] = /^(-?)(\d+)\.?(\d*)$/.exec(plain(value)) ?? []
  return `${sign}$${count(Number(whole))}.${fraction.padEnd(2, "0")}`
}

// `BigDecimal.format` resorts to exponents where there are many digits.
const plain = (value: BigDecimal.BigDecimal): string => {
  const { scale, value: digits } = BigDecimal.scale(value, Math.max(0, BigDecimal.normalize(value).scale))
  const text = (digits < 0n ? -digits : digits).toString().padStart(scale + 1, "0")
  const point = text.length - scale
  return `${digits < 0n ? "-" : ""}${text.slice(0, point)}${scale === 0 ? "" : `.${text.slice(point)}`}`
}

/** `412 ms` */
export const millis = orUnknown((value: number) => `${Math.round(value).toLocaleString("en-US")} ms`)

/** `64.2` */
export const speed = orUnknown((value: number) => value.toFixed(1))

/** `1 generation`, `2 generations` */
export const plural = (value: number, noun: string): string => `${count(value)} ${noun}${value === 1 ? "" : "s"}`
