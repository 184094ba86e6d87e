import * as BigDecimal from "effect/BigDecimal"
import * as Schema from "effect/Schema"
import { formatUsd } from "../../GenerationUsage.js"

/** A decimal as text: plain digits without an exponent, so that a short text cannot stand for a number of a billion digits. */
export const Decimal: Schema.Schema<BigDecimal.BigDecimal, string> = Schema.transform(
  Schema.String.pipe(Schema.pattern(/^-?\d{1,1000}(?:\.\d{1,1000})?$/, { description: "plain decimal digits" })),
  Schema.BigDecimalFromSelf,
  { strict: true, decode: BigDecimal.unsafeFromString, encode: formatUsd }
).annotations({ identifier: "Decimal" })
