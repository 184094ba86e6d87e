/**
 * The stored prompt and completion of a generation, and the failure if it failed.
 */
import * as Field from "./internal/schema/field.js"
import * as Record from "./internal/schema/recordSchema.js"
import type { RecordSchema } from "./RecordSchema.js"

const inputFields = {
  /** The prompt of a text completion. */
  prompt: Field.text("The prompt of a text completion."),
  /** The messages of a chat completion, as they were sent. */
  messages: Field.jsonArray("The messages of a chat completion, as they were sent.")
}

/** The input of a generation: `prompt` or `messages`, the other is `null`. */
export const GenerationContentInput: RecordSchema<
  GenerationContentInput,
  GenerationContentInput.Encoded,
  GenerationContentInput.MakeInput,
  GenerationContentInput.Fields
> = Record.recordSchema("GenerationContentInput", "The input of a generation.", {}, inputFields)

/** The input of a generation: `prompt` or `messages`, the other is `null`. */
export interface GenerationContentInput extends Record.Type<{}, typeof inputFields> {}

/** The other forms of this record. */
export declare namespace GenerationContentInput {
  /** The input as OpenRouter sends it. */
  export interface Encoded extends Record.RecordEncoded<{}, typeof inputFields> {}

  /** The input of `GenerationContentInput.make`: any fields; the others become `null`. */
  export interface MakeInput extends Record.RecordMakeInput<{}, typeof inputFields> {}

  /** The known fields, as those of a `Schema.Struct`. */
  export type Fields = Record.StructFields<{}, typeof inputFields>
}

const outputFields = {
  /** The text that the model generated. */
  completion: Field.text("The text that the model generated."),
  /** The reasoning of the model, if the provider returns it. */
  reasoning: Field.text("The reasoning of the model, if the provider returns it.")
}

/** The output of a generation. */
export const GenerationContentOutput: RecordSchema<
  GenerationContentOutput,
  GenerationContentOutput.Encoded,
  GenerationContentOutput.MakeInput,
  GenerationContentOutput.Fields
> = Record.recordSchema("GenerationContentOutput", "The output of a generation.", {}, outputFields)

/** The output of a generation. `null` = unknown or absent. */
export interface GenerationContentOutput extends Record.Type<{}, typeof outputFields> {}

/** The other forms of this record. */
export declare namespace GenerationContentOutput {
  /** The output as OpenRouter sends it. */
  export interface Encoded extends Record.RecordEncoded<{}, typeof outputFields> {}

  /** The input of `GenerationContentOutput.make`: any fields; the others become `null`. */
  export interface MakeInput extends Record.RecordMakeInput<{}, typeof outputFields> {}

  /** The known fields, as those of a `Schema.Struct`. */
  export type Fields = Record.StructFields<{}, typeof outputFields>
}

const previousErrorFields = {
  /** HTTP status of the attempt. */
  code: Field.httpStatus("HTTP status of the attempt."),
  /** Error message of the attempt. */
  message: Field.text("Error message of the attempt."),
  /** The provider that was tried. */
  providerName: Field.text("The provider that was tried.", "OpenAI", "Google"),
  /** The error body of the provider, if it was stored. */
  raw: Field.text("The error body of the provider, if it was stored.")
}

/** An upstream attempt that failed before the one that the caller received. */
export const GenerationContentPreviousError: RecordSchema<
  GenerationContentPreviousError,
  GenerationContentPreviousError.Encoded,
  GenerationContentPreviousError.MakeInput,
  GenerationContentPreviousError.Fields
> = Record.recordSchema(
  "GenerationContentPreviousError",
  "An upstream attempt that failed before.",
  {},
  previousErrorFields
)

/** An upstream attempt that failed before. `null` = unknown or absent. */
export interface GenerationContentPreviousError extends Record.Type<{}, typeof previousErrorFields> {}

/** The other forms of this record. */
export declare namespace GenerationContentPreviousError {
  /** The attempt as OpenRouter sends it. */
  export interface Encoded extends Record.RecordEncoded<{}, typeof previousErrorFields> {}

  /** The input of `GenerationContentPreviousError.make`: any fields; the others become `null`. */
  export interface MakeInput extends Record.RecordMakeInput<{}, typeof previousErrorFields> {}

  /** The known fields, as those of a `Schema.Struct`. */
  export type Fields = Record.StructFields<{}, typeof previousErrorFields>
}

const errorFields = {
  /** HTTP status that the caller received. */
  status: Field.httpStatus("HTTP status that the caller received."),
  /** Error message that the caller received. */
  message: Field.text("Error message that the caller received."),
  /** The provider whose error it was. */
  providerName: Field.text("The provider whose error it was.", "OpenAI", "Google"),
  /** The error body of the provider, if it was stored. */
  raw: Field.text("The error body of the provider, if it was stored."),
  /** Every upstream attempt that failed before, in order. */
  previousErrors: Field.records(GenerationContentPreviousError, "Every upstream attempt that failed before, in order.")
}

/** The failure of a generation. */
export const GenerationContentError: RecordSchema<
  GenerationContentError,
  GenerationContentError.Encoded,
  GenerationContentError.MakeInput,
  GenerationContentError.Fields
> = Record.recordSchema("GenerationContentError", "The failure of a generation.", {}, errorFields)

/** The failure of a generation. `null` = unknown or absent. */
export interface GenerationContentError extends Record.Type<{}, typeof errorFields> {}

/** The other forms of this record. */
export declare namespace GenerationContentError {
  /** The failure as OpenRouter sends it. */
  export interface Encoded extends Record.RecordEncoded<{}, typeof errorFields> {}

  /** The input of `GenerationContentError.make`: any fields; the others become `null`. */
  export interface MakeInput extends Record.RecordMakeInput<{}, typeof errorFields> {}

  /** The known fields, as those of a `Schema.Struct`. */
  export type Fields = Record.StructFields<{}, typeof errorFields>
}

const fields = {
  /** The input of the generation: `prompt` or `messages`, the other is `null`. */
  input: Field.record(
    GenerationContentInput,
    "The input of the generation: `prompt` or `messages`, the other is `null`."
  ),
  /** The output of the generation. */
  output: Field.record(GenerationContentOutput, "The output of the generation."),
  /** The failure of the generation; `null` if it succeeded. */
  error: Field.record(GenerationContentError, "The failure of the generation; `null` if it succeeded.")
}

/**
 * The stored prompt and completion of a generation, decoded as `Generation` is. It contains what people wrote: private.
 */
export const GenerationContent: RecordSchema<
  GenerationContent,
  GenerationContent.Encoded,
  GenerationContent.MakeInput,
  GenerationContent.Fields
> = Record.recordSchema("GenerationContent", "The stored prompt and completion of a generation.", {}, fields)

/** The stored prompt and completion of a generation. `null` = unknown or absent. */
export interface GenerationContent extends Record.Type<{}, typeof fields> {}

/** The other forms of this record. */
export declare namespace GenerationContent {
  /** The content as OpenRouter sends it. */
  export interface Encoded extends Record.RecordEncoded<{}, typeof fields> {}

  /** The input of `GenerationContent.make`: any fields; the others become `null`. */
  export interface MakeInput extends Record.RecordMakeInput<{}, typeof fields> {}

  /** The known fields, as those of a `Schema.Struct`. */
  export type Fields = Record.StructFields<{}, typeof fields>
}
