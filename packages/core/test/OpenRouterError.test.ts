import {
  ConnectionError,
  InvalidRequestError,
  isOpenRouterError,
  OpenRouterDefaultError,
  OpenRouterError,
  RequestTimeoutError,
  ResponseValidationError
} from "@effect-openrouter/core"
import { assert, describe, it } from "@effect/vitest"
import { Duration, Effect, Schema } from "effect"

const errors: ReadonlyArray<OpenRouterError> = [
  new OpenRouterDefaultError({
    status: 429,
    reason: "TooManyRequests",
    message: "Rate limit exceeded",
    code: 429,
    metadata: { error_type: "rate_limit_exceeded" },
    userId: null,
    body: "{}",
    contentType: "application/json",
    retryAfter: Duration.seconds(17),
    rateLimit: { limit: 20, remaining: 0, reset: 1_741_305_600_000 }
  }),
  new ConnectionError({
    method: "GET",
    url: "http://localhost",
    code: "ECONNREFUSED",
    message: "connect ECONNREFUSED"
  }),
  new RequestTimeoutError({ timeout: Duration.seconds(15) }),
  new ResponseValidationError({ field: "total_cost", message: "total_cost: expected a number", body: "{}" }),
  new InvalidRequestError({ field: "id", message: "id must have at least 1 character" })
]

describe("OpenRouterError", () => {
  it.each(errors)("$_tag is one, says what happened, and names itself", (error) => {
    assert.isTrue(isOpenRouterError(error))
    assert.isNotEmpty(error.message)
    assert.match(String(error), new RegExp(`^${error._tag}: `))
  })

  it.effect.each(errors)("$_tag goes to another process and back", (error) =>
    Effect.gen(function*() {
      const text = JSON.stringify(yield* Schema.encode(OpenRouterError)(error))
      assert.deepStrictEqual(yield* Schema.decodeUnknown(OpenRouterError)(JSON.parse(text)), error)
    }))

  it("is made from what matters, the rest unknown", () => {
    const error = new OpenRouterDefaultError({ status: 404, reason: "NotFound", message: "no" })
    assert.deepInclude(error, { code: null, metadata: null, userId: null, body: "", retryAfter: null, rateLimit: null })
    assert.isNull(new ConnectionError({ method: "GET", url: "http://localhost", message: "reset" }).code)
  })

  it("says how long a timeout was", () => {
    assert.strictEqual(errors[2]?.message, "OpenRouter did not answer within 15s")
  })

  it.each([new Error("no"), { _tag: "ConnectionError" }, null])("%s is none", (value) => {
    assert.isFalse(isOpenRouterError(value))
  })
})
