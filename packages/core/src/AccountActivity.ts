/**
 * The spend of an account on one UTC day with one model and endpoint, a row of `GET /activity`.
 */
import * as Field from "./internal/schema/field.js"
import * as Record from "./internal/schema/recordSchema.js"
import type { RecordSchema } from "./RecordSchema.js"

const required = {
  /** The UTC day, such as `2026-11-22`. */
  date: Field.text("The UTC day, such as `2026-11-22`.", "2026-11-22")
}

const fields = {
  /** The slug that was requested, such as `openai/gpt-4o`. */
  model: Field.text("The slug that was requested, such as `openai/gpt-4o`.", "openai/gpt-4o"),
  /** The dated slug of the model that ran, as in the record of a generation. */
  modelPermaslug: Field.text(
    "The dated slug of the model that ran, as in the record of a generation.",
    "openai/gpt-4o-2024-08-06"
  ),
  /** The endpoint of the provider that served. */
  endpointId: Field.text("The endpoint of the provider that served."),
  /** The provider that served. */
  providerName: Field.text("The provider that served.", "OpenAI"),
  /** Number of requests. */
  requests: Field.count("Number of requests."),
  /** The amount that OpenRouter charged, in USD. */
  usage: Field.signedUsd("The amount that OpenRouter charged, in USD."),
  /** The amount that providers charged to the caller's own keys, in USD. It comes on top of `usage`. */
  byokUsageInference: Field.signedUsd(
    "The amount that providers charged to the caller's own keys, in USD. It comes on top of `usage`."
  ),
  /** Tokens of the prompts. */
  promptTokens: Field.count("Tokens of the prompts."),
  /** Tokens of the completions. */
  completionTokens: Field.count("Tokens of the completions."),
  /** Tokens of reasoning. */
  reasoningTokens: Field.count("Tokens of reasoning.")
}

/** The Schema of the spend of an account on one UTC day with one model and endpoint, a row of `GET /activity`. */
export const AccountActivity: RecordSchema<
  AccountActivity,
  AccountActivity.Encoded,
  AccountActivity.MakeInput,
  AccountActivity.Fields
> = Record.recordSchema(
  "AccountActivity",
  "The spend of an account on one UTC day with one model and endpoint.",
  required,
  fields
)

/** The spend of an account on one UTC day with one model and endpoint. `null` = unknown or absent. */
export interface AccountActivity extends Record.Type<typeof required, typeof fields> {}

/** The other forms of this record. */
export declare namespace AccountActivity {
  /** The row as OpenRouter sends it. */
  export interface Encoded extends Record.RecordEncoded<typeof required, typeof fields> {}

  /** The input of `AccountActivity.make`: `date` and any other fields; the others become `null`. */
  export interface MakeInput extends Record.RecordMakeInput<typeof required, typeof fields> {}

  /** The known fields, as those of a `Schema.Struct`. */
  export type Fields = Record.StructFields<typeof required, typeof fields>
}
