/**
 * The stored prompt and completion of a generation, and the failure if it failed.
 */
import * as Schema from "effect/Schema"
import * as WireRecord from "./internal/schema/wireRecord.js"

const inputFields = {
  /** The prompt of a text completion. */
  prompt: Schema.String,
  /** The messages of a chat completion, as they were sent. */
  messages: Schema.Array(Schema.Unknown)
}

const outputFields = {
  /** What the model answered. */
  completion: Schema.String,
  /** What the model thought, where it tells. */
  reasoning: Schema.String
}

const attemptFields = {
  /** HTTP status of the attempt. */
  code: Schema.Finite,
  /** The attempt's error message. */
  message: Schema.String,
  /** The provider that was tried. */
  providerName: Schema.String,
  /** The provider's error body, where it was stored. */
  raw: Schema.String
}

const errorFields = {
  /** HTTP status that the caller was given. */
  status: Schema.Finite,
  /** Error message that the caller was given. */
  message: Schema.String,
  /** The provider whose error it was. */
  providerName: Schema.String,
  /** The provider's error body, where it was stored. */
  raw: Schema.String,
  /** Every upstream attempt that failed before, in order. */
  previousErrors: Schema.Array(WireRecord.wireRecord("GenerationContentErrorAttempt", {}, attemptFields))
}

const fields = {
  /** What was sent: `prompt` or `messages`, the other is `null`. */
  input: WireRecord.wireRecord("GenerationContentInput", {}, inputFields),
  /** What came back. */
  output: WireRecord.wireRecord("GenerationContentOutput", {}, outputFields),
  /** The failure of the generation; `null` when it succeeded. */
  error: WireRecord.wireRecord("GenerationContentError", {}, errorFields)
}

/** The stored prompt and completion of a generation, decoded as `Generation` is. It carries people's words: private. */
export const GenerationContent: Schema.Schema<GenerationContent, GenerationContent.Encoded> = WireRecord.wireRecord(
  "GenerationContent",
  {},
  fields
)

/** The stored prompt and completion of a generation. `null` = unknown or absent. */
export interface GenerationContent extends WireRecord.Type<{}, typeof fields> {}

/** The wire form of this record. */
export declare namespace GenerationContent {
  /** The content as OpenRouter sends it. */
  export interface Encoded extends WireRecord.Encoded<{}, typeof fields> {}
}
