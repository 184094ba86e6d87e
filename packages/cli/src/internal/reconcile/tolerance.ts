import * as Usage from "@effect-openrouter/core/Usage"
import * as BigDecimal from "effect/BigDecimal"
import * as Either from "effect/Either"
import { value } from "../arguments/option.js"
import { usd } from "../output/format.js"

/** The difference that is allowed: an amount in USD, or a percentage of OpenRouter's total. */
export interface Tolerance {
  readonly value: BigDecimal.BigDecimal
  readonly unit: "percent" | "USD"
}

/** `--tolerance 0.01USD` or `--tolerance 1%`: the difference that is allowed. */
export const toleranceOption = value(
  "AMOUNT",
  "The difference that is allowed: an amount such as 0.01USD, or a share of OpenRouter's total such as 1%. Default: 0",
  {
    fallback: { value: BigDecimal.fromBigInt(0n), unit: "USD" } satisfies Tolerance as Tolerance,
    parse: (text) => {
      const [, percent, amount] = /^(?:(\d+(?:\.\d+)?) ?%|\$?(\d+(?:\.\d+)?) ?(?:USD)?)$/i.exec(text.trim()) ?? []
      if (percent !== undefined) return Either.right<Tolerance>({ value: decimal(percent), unit: "percent" })
      return amount === undefined
        ? Either.left(`Expected an amount such as 0.01USD, or a percentage such as 1%, received: '${text}'`)
        : Either.right<Tolerance>({ value: decimal(amount), unit: "USD" })
    }
  }
)

const decimal = (text: string): BigDecimal.BigDecimal => BigDecimal.unsafeFromString(text)

const onePercent = decimal("0.01")

/** Returns the amount in USD that is allowed where OpenRouter counted `total`. */
export const limit = ({ unit, value }: Tolerance, total: BigDecimal.BigDecimal): BigDecimal.BigDecimal =>
  unit === "USD" ? value : BigDecimal.multiply(BigDecimal.multiply(value, onePercent), BigDecimal.abs(total))

/** Returns a tolerance as it is typed: `1%`, `$0.01`. */
export const toleranceText = ({ unit, value }: Tolerance): string =>
  unit === "USD" ? usd(value) : `${Usage.formatUsd(value)}%`
