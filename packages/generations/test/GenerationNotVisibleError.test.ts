import { OpenRouterError } from "@effect-openrouter/core"
import { GenerationNotVisibleError } from "@effect-openrouter/generations"
import { HttpApi, HttpApiEndpoint, HttpApiGroup, OpenApi } from "@effect/platform"
import { assert, describe, it } from "@effect/vitest"
import { Duration } from "effect"
import { inspect } from "node:util"

describe("GenerationNotVisibleError", () => {
  it("is printed with its message and its stack trace", () => {
    const error = new GenerationNotVisibleError({ id: "gen-1", attempts: 1, elapsed: Duration.seconds(2) })
    const [title, frame = ""] = inspect(error).split("\n")
    assert.strictEqual(title, "GenerationNotVisibleError: gen-1 was not visible within 2s, asked once")
    assert.match(frame, /^ {4}at /)
  })

  it("has the status 404 and a valid component name in an HttpApi", () => {
    const endpoint = HttpApiEndpoint.get("generation", "/generation").addError(OpenRouterError)
      .addError(GenerationNotVisibleError)
    const { components, paths } = OpenApi.fromApi(
      HttpApi.make("billing").add(HttpApiGroup.make("generations").add(endpoint))
    )
    const response = paths["/generation"]?.get?.responses["404"]
    // Effect 4 calls the component of a class what it is: the encoded form.
    const name = Object.keys(components.schemas).find((name) => name.startsWith("GenerationNotVisibleError")) ?? ""
    assert.match(name, /^GenerationNotVisibleError(?:Encoded)?$/)
    assert.deepStrictEqual(response?.content?.["application/json"]?.schema, { $ref: `#/components/schemas/${name}` })
  })
})
