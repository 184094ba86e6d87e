import * as BigDecimal from "effect/BigDecimal"
import * as Schema from "effect/Schema"
import * as SchemaGetter from "effect/SchemaGetter"
import { formatUsd } from "../../GenerationUsage.js"

/** A decimal as text: plain digits without an exponent, so that a short text cannot stand for a number of a billion digits. */
export const Decimal: Schema.Codec<BigDecimal.BigDecimal, string> = Schema.String.check(
  Schema.isPattern(/^-?\d{1,1000}(?:\.\d{1,1000})?$/, { expected: "plain decimal digits" })
).pipe(
  Schema.decodeTo(Schema.BigDecimal, {
    decode: SchemaGetter.transform(BigDecimal.fromStringUnsafe),
    encode: SchemaGetter.transform(formatUsd)
  })
).annotate({ identifier: "Decimal" })
