import * as Ours from "@effect-openrouter/promise"
import type { GenerationResponse, GenerationResponseData } from "@effect-openrouter/promise/models"
import * as errors from "@effect-openrouter/promise/models/errors"
import * as errorsFile from "@effect-openrouter/promise/models/errors.js"
import type { GetGenerationRequest } from "@effect-openrouter/promise/models/operations"
import { assert, describe, it } from "@effect/vitest"
import * as Theirs from "@openrouter/sdk/models/errors"

describe("the import paths of OpenRouter's own client", () => {
  it("have the errors that both have", () => {
    const names = Object.keys(errors).filter((name) => name in Theirs)
    assert.includeMembers(names, [
      "ConnectionError",
      "InvalidRequestError",
      "OpenRouterDefaultError",
      "RequestAbortedError",
      "RequestTimeoutError",
      "ResponseValidationError"
    ])
    for (const name of names) assert.strictEqual(Reflect.get(errors, name), Reflect.get(Ours, name))
    assert.strictEqual(errorsFile.ConnectionError, errors.ConnectionError)
  })

  it("have the types of requests and responses", () => {
    const request: GetGenerationRequest = { id: "gen-1" }
    const total = ({ data }: GenerationResponse): GenerationResponseData["totalCost"] => data.totalCost
    assert.strictEqual(request.id, "gen-1")
    assert.isFunction(total)
  })

  it("know where a completion has its id", () => {
    assert.strictEqual(Ours.GenerationId.fromHeaders({ "X-Generation-Id": "gen-1" }), "gen-1")
  })
})
