/**
 * One attempt of a provider to serve a generation.
 */
import * as Field from "./internal/schema/field.js"
import * as Record from "./internal/schema/recordSchema.js"
import type { RecordSchema } from "./RecordSchema.js"
import { ServiceTier } from "./ServiceTier.js"

const fields = {
  /** OpenRouter's identifier of the endpoint: one provider's offer of one model. */
  endpointId: Field.text(
    "OpenRouter's identifier of the endpoint: one provider's offer of one model.",
    "ep_abc0",
    "ep_abc1"
  ),
  /** The provider's own identifier of its response. */
  id: Field.text("The provider's own identifier of its response.", "chatcmpl-abc0", "chatcmpl-abc1"),
  /** True if this attempt was made with the caller's own provider key. */
  isByok: Field.flag("True if this attempt was made with the caller's own provider key."),
  /** Time until the provider responded, in milliseconds; may be fractional. */
  latency: Field.milliseconds("Time until the provider responded, in milliseconds; may be fractional."),
  /** Canonical, dated slug of the model. */
  modelPermaslug: Field.text(
    "Canonical, dated slug of the model.",
    "openai/gpt-4o-2024-11-20",
    "anthropic/claude-3.5-sonnet-20241022"
  ),
  /** Name of the provider. */
  providerName: Field.text("Name of the provider.", "OpenAI", "Anthropic", "Azure"),
  /** Service tier that the attempt was routed to; the tier that was billed may differ. */
  routedServiceTier: Field.openEnum(
    ServiceTier,
    "Service tier that the attempt was routed to; the tier that was billed may differ."
  ),
  /** HTTP status of the provider's response; after anything but 200 OpenRouter falls back to the next provider. */
  status: Field.httpStatus(
    "HTTP status of the provider's response; after anything but 200 OpenRouter falls back to the next provider."
  )
}

/**
 * One attempt of a provider to serve a generation. Every field may be `null`: real records have had attempts without an
 * id, a latency or even a status.
 */
export const ProviderResponse: RecordSchema<
  ProviderResponse,
  ProviderResponse.Encoded,
  ProviderResponse.MakeInput,
  ProviderResponse.Fields
> = Record.recordSchema("ProviderResponse", "One attempt of a provider to serve a generation.", {}, fields)

/** One attempt of a provider to serve a generation. `null` = unknown or absent. */
export interface ProviderResponse extends Record.Type<{}, typeof fields> {}

/** The other forms of this record. */
export declare namespace ProviderResponse {
  /** The attempt as OpenRouter sends it. */
  export interface Encoded extends Record.RecordEncoded<{}, typeof fields> {}

  /** The input of `ProviderResponse.make`: any fields; the others become `null`. */
  export interface MakeInput extends Record.RecordMakeInput<{}, typeof fields> {}

  /** The known fields, as those of a `Schema.Struct`. */
  export type Fields = Record.StructFields<{}, typeof fields>
}
