import { Generation, GenerationContent, OpenRouterDefaultError } from "@effect-openrouter/core"
import { HttpApi, HttpApiEndpoint, HttpApiGroup, OpenApi } from "@effect/platform"
import { assert, describe, it } from "@effect/vitest"
import { Schema } from "effect"

const api = HttpApi.make("charges").add(
  HttpApiGroup.make("generations")
    .add(HttpApiEndpoint.get("generation", "/generation").addSuccess(Generation).addError(OpenRouterDefaultError))
    .add(HttpApiEndpoint.get("all", "/generations").addSuccess(Schema.Array(Generation)))
    .add(HttpApiEndpoint.post("content", "/content").setPayload(GenerationContent).addSuccess(Schema.Void))
    .add(HttpApiEndpoint.get("cost", "/cost").addSuccess(Generation.pipe(Schema.pick("id", "totalCost"))))
)

describe("OpenAPI of an HttpApi that returns records", () => {
  const { components, paths } = OpenApi.fromApi(api)

  it("names each component with a valid name", () => {
    const names = Object.keys(components.schemas)
    for (const name of names) assert.match(name, /^[a-zA-Z0-9._-]+$/)
    assert.includeMembers(names, [
      "Generation",
      "ProviderResponse",
      "GenerationContent",
      "GenerationContentInput",
      "GenerationContentOutput",
      "GenerationContentError",
      "GenerationContentPreviousError",
      "ApiType",
      "DataRegion",
      "ServiceTier"
    ])
  })

  it("describes every field of the record and of what is in it", () => {
    for (const name of ["Generation", "ProviderResponse", "GenerationContent", "GenerationContentError"]) {
      const component: unknown = components.schemas[name]
      assert.isTrue(Schema.is(Component)(component), `${name}: ${JSON.stringify(component)}`)
      assert.match(JSON.stringify(component), /"additionalProperties":(?:true|\{\})/)
    }
  })

  it("refers to the record where it is returned", () => {
    const text = JSON.stringify(paths)
    assert.include(text, `{"$ref":"#/components/schemas/Generation"}`)
    assert.include(text, `"total_cost"`)
    assert.notInclude(text, "unknownFields")
  })
})

const Component = Schema.Struct({
  type: Schema.Literal("object"),
  description: Schema.NonEmptyString,
  properties: Schema.Record({
    key: Schema.String.pipe(Schema.pattern(/^[a-z_]+$/)),
    value: Schema.Struct({ description: Schema.NonEmptyString })
  })
})
