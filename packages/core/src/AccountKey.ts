/**
 * An API key and its spend, the response of `GET /key`.
 */
import * as Field from "./internal/schema/field.js"
import * as Record from "./internal/schema/recordSchema.js"
import type { RecordSchema } from "./RecordSchema.js"

const fields = {
  /** The name of the key, or its first and last characters. */
  label: Field.text("The name of the key, or its first and last characters."),
  /** The amount that the key may spend, in USD; `null` = no limit. */
  limit: Field.usd("The amount that the key may spend, in USD; `null` = no limit."),
  /** The rest of the limit, in USD; `null` = no limit. */
  limitRemaining: Field.signedUsd("The rest of the limit, in USD; `null` = no limit."),
  /** The amount that OpenRouter ever charged for the key, in USD. */
  usage: Field.usd("The amount that OpenRouter ever charged for the key, in USD."),
  /** The same since midnight UTC. */
  usageDaily: Field.usd("The same since midnight UTC."),
  /** The same since Monday, UTC. */
  usageWeekly: Field.usd("The same since Monday, UTC."),
  /** The same since the first of the month, UTC. */
  usageMonthly: Field.usd("The same since the first of the month, UTC."),
  /** The amount that providers ever charged to the caller's own keys, in USD. It comes on top of `usage`. */
  byokUsage: Field.usd(
    "The amount that providers ever charged to the caller's own keys, in USD. It comes on top of `usage`."
  ),
  /** The same since midnight UTC. */
  byokUsageDaily: Field.usd("The same since midnight UTC."),
  /** The same since Monday, UTC. */
  byokUsageWeekly: Field.usd("The same since Monday, UTC."),
  /** The same since the first of the month, UTC. */
  byokUsageMonthly: Field.usd("The same since the first of the month, UTC."),
  /** True if the account has never bought credits. */
  isFreeTier: Field.flag("True if the account has never bought credits."),
  /** True if the key manages the account. Such a key makes no completions. */
  isManagementKey: Field.flag("True if the key manages the account. Such a key makes no completions.")
}

/** The Schema of an API key and its spend, the response of `GET /key`. */
export const AccountKey: RecordSchema<
  AccountKey,
  AccountKey.Encoded,
  AccountKey.MakeInput,
  AccountKey.Fields
> = Record.recordSchema("AccountKey", "An API key and its spend.", {}, fields)

/** An API key and its spend. `null` = unknown or absent. */
export interface AccountKey extends Record.Type<{}, typeof fields> {}

/** The other forms of this record. */
export declare namespace AccountKey {
  /** The key as OpenRouter describes it. */
  export interface Encoded extends Record.RecordEncoded<{}, typeof fields> {}

  /** The input of `AccountKey.make`: any fields; the others become `null`. */
  export interface MakeInput extends Record.RecordMakeInput<{}, typeof fields> {}

  /** The known fields, as those of a `Schema.Struct`. */
  export type Fields = Record.StructFields<{}, typeof fields>
}
