/**
 * Exact amounts of USD: integers of 10^-scale USD, with one scale for all amounts of a page.
 */

/** Returns the number of digits after the decimal point of a number's shortest decimal form. */
export const getScale = (value: number): number => {
  if (Number.isInteger(value)) return 0
  const [mantissa = "", exponent = "0"] = String(value).split("e")
  const point = mantissa.indexOf(".")
  return Math.max(0, (point === -1 ? 0 : mantissa.length - point - 1) - Number(exponent))
}

/** Converts a number to integers of 10^-scale. `scale` must be at least `getScale(value)`. */
export const toUnits = (value: number, scale: number): bigint => {
  if (value === 0) return 0n
  const [mantissa = "", exponent = "0"] = String(value).split("e")
  const [whole = "", fraction = ""] = mantissa.split(".")
  const shift = scale - fraction.length + Number(exponent)
  // A negative shift only drops zeros, which are the trailing digits of a mantissa such as `1.20`.
  return shift >= 0
    ? BigInt(whole + fraction) * 10n ** BigInt(shift)
    : BigInt(whole + fraction) / 10n ** BigInt(-shift)
}

/** Returns the nearest double, in USD. For lengths and orders only: sums are exact in units. */
export const toNumber = (units: bigint, scale: number): number => Number(plain(units, scale))

/** Returns plain decimal digits: `1234.5`, `-0.11`, `0`. */
export const plain = (units: bigint, scale: number): string => {
  const { fraction, sign, whole } = parts(units, scale)
  return `${sign}${whole}${fraction === "" ? "" : `.${fraction}`}`
}

/** Returns an exact amount with at least cents: `$1,234.56789`, `-$0.11`. */
export const usd = (units: bigint, scale: number): string => {
  const { fraction, sign, whole } = parts(units, scale)
  return `${sign}$${whole.replace(/\B(?=(\d{3})+$)/g, ",")}.${fraction.padEnd(2, "0")}`
}

const parts = (units: bigint, scale: number) => {
  const digits = (units < 0n ? -units : units).toString().padStart(scale + 1, "0")
  const point = digits.length - scale
  return {
    sign: units < 0n ? "-" : "",
    whole: digits.slice(0, point),
    fraction: digits.slice(point).replace(/0+$/, "")
  }
}

/**
 * Returns the share of a part in percent, rounded: `78`. A part that is neither nothing nor everything is never rounded
 * to `0` or `100`: it is `0.4`, `< 0.1` or `99.9`. `null` if there is no total to have a share of.
 */
export const percent = (part: bigint, total: bigint): string | null => {
  if (total <= 0n || part < 0n || part > total) return null
  const rounded = (200n * part + total) / (2n * total)
  if ((rounded > 0n && rounded < 100n) || part === 0n || part === total) return String(rounded)
  const tenths = (1000n * part) / total
  return tenths === 0n ? "< 0.1" : `${tenths / 10n}.${tenths % 10n}`
}
