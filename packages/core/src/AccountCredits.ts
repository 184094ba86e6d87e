/**
 * The credits of an account, the response of `GET /credits`.
 */
import * as Field from "./internal/schema/field.js"
import * as Record from "./internal/schema/recordSchema.js"
import type { RecordSchema } from "./RecordSchema.js"

const fields = {
  /** The amount that was ever bought, in USD. */
  totalCredits: Field.usd("The amount that was ever bought, in USD."),
  /** The amount that OpenRouter ever charged, in USD, without what providers charged to the caller's own keys. */
  totalUsage: Field.usd(
    "The amount that OpenRouter ever charged, in USD, without what providers charged to the caller's own keys."
  )
}

/** The Schema of the credits of an account, the response of `GET /credits`. */
export const AccountCredits: RecordSchema<
  AccountCredits,
  AccountCredits.Encoded,
  AccountCredits.MakeInput,
  AccountCredits.Fields
> = Record.recordSchema("AccountCredits", "The credits of an account.", {}, fields)

/** The credits of an account, since it exists. `null` = unknown or absent. */
export interface AccountCredits extends Record.Type<{}, typeof fields> {}

/** The other forms of this record. */
export declare namespace AccountCredits {
  /** The credits as OpenRouter sends them. */
  export interface Encoded extends Record.RecordEncoded<{}, typeof fields> {}

  /** The input of `AccountCredits.make`: any fields; the others become `null`. */
  export interface MakeInput extends Record.RecordMakeInput<{}, typeof fields> {}

  /** The known fields, as those of a `Schema.Struct`. */
  export type Fields = Record.StructFields<{}, typeof fields>
}
