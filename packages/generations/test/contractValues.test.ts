// The contract with OpenRouter's own client: it knows no value that we do not.
// begin: Effect 3 only
// The JSON Schema of an open enum names its values with Effect 3 only.
// end: Effect 3 only
import { ApiType, DataRegion, FeedbackCategory, ProviderResponse } from "@effect-openrouter/core"
import { assert, describe, it } from "@effect/vitest"
import * as Models from "@openrouter/sdk/models"
import { Array, JSONSchema } from "effect"

describe("the official client's schema knows nothing that ours does not:", () => {
  /** The values that a JSON Schema enumerates, at any depth. */
  const literals = (schema: unknown): ReadonlyArray<unknown> =>
    typeof schema === "object" && schema !== null
      ? Object.entries(schema).flatMap(([name, value]) => name === "enum" ? value : literals(value))
      : []

  it.each([
    ["ApiType", Models.ApiType, JSONSchema.make(ApiType)],
    ["DataRegion", Models.DataRegion, JSONSchema.make(DataRegion)],
    ["ProviderResponse.routedServiceTier", Models.RoutedServiceTier, JSONSchema.make(ProviderResponse)],
    ["FeedbackCategory", Models.Category, JSONSchema.make(FeedbackCategory)]
  ])("a value of %s", (_, official, ours) => {
    const theirs = Object.values(official)
    assert.isNotEmpty(theirs)
    assert.deepStrictEqual(Array.difference(theirs, literals(ours)), [])
  })
})
