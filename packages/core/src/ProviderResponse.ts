/**
 * One attempt of a provider to serve a generation.
 */
import * as Schema from "effect/Schema"
import { openEnum } from "./internal/schema/openEnum.js"
import * as WireRecord from "./internal/schema/wireRecord.js"

const fields = {
  /** Identifier of OpenRouter's endpoint for this provider and model. */
  endpointId: Schema.String,
  /** The provider's own identifier of its response. */
  id: Schema.String,
  /** Whether this attempt was made with the caller's own provider key. */
  isByok: Schema.Boolean,
  /** Time until the provider answered, in milliseconds; may be fractional. */
  latency: Schema.Finite,
  /** Canonical, dated slug of the model. */
  modelPermaslug: Schema.String,
  /** Name of the provider. */
  providerName: Schema.String,
  /** Service tier that the attempt was routed to; the tier billed may differ. */
  routedServiceTier: openEnum("RoutedServiceTier", "flex", "priority"),
  /** HTTP status of the provider's answer; anything but 200 made OpenRouter fall back to the next provider. */
  status: Schema.Finite
}

/**
 * One attempt of a provider to serve a generation. Every field may be `null`: live records have had attempts without an
 * id, a latency or even a status.
 */
export const ProviderResponse: Schema.Schema<ProviderResponse, ProviderResponse.Encoded> = WireRecord.wireRecord(
  "ProviderResponse",
  {},
  fields
)

/** One attempt of a provider to serve a generation. `null` = unknown or absent. */
export interface ProviderResponse extends WireRecord.Type<{}, typeof fields> {}

/** The wire form of this record. */
export declare namespace ProviderResponse {
  /** The attempt as OpenRouter sends it. */
  export interface Encoded extends WireRecord.Encoded<{}, typeof fields> {}
}
