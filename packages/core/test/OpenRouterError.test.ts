import {
  affectsEveryId,
  ConnectionError,
  effectiveStatus,
  InvalidRequestError,
  isForeign,
  isForeignNotFound,
  isFromOpenRouter,
  isInvalidRequest,
  isNotFound,
  isOpenRouterError,
  isRateLimited,
  isSameFailure,
  isThrottled,
  isTimeout,
  isTransient,
  isUnavailable,
  isUnprocessed,
  isUnreadable,
  OpenRouterDefaultError,
  OpenRouterError,
  type OpenRouterErrorReason,
  RequestTimeoutError,
  ResponseValidationError,
  retryAfter,
  withAttempts
} from "@effect-openrouter/core"
import { assert, describe, it } from "@effect/vitest"
import { Cause, Duration, Effect, Equal, Hash, Inspectable, Logger, Schema } from "effect"
import { format, inspect } from "node:util"

const request = {
  method: "GET",
  url: "http://localhost/api/v1/generation?id=gen-1",
  requestId: "cf-ray-1",
  attempts: 3
}

const rateLimited = () =>
  new OpenRouterDefaultError({
    status: 429,
    reason: "TooManyRequests",
    message: "Rate limit exceeded",
    code: 429,
    metadata: { error_type: "rate_limit_exceeded", raw: "a prompt in the metadata" },
    userId: null,
    body: "a prompt in the body",
    contentType: "application/json",
    retryAfter: Duration.seconds(17),
    rateLimit: { limit: 20, remaining: 0, reset: 1_741_305_600_000 },
    ...request
  })

const unreadable = () =>
  new ResponseValidationError({
    field: "body",
    reason: "Unreadable",
    message: "body: expected JSON",
    body: "a prompt in the body",
    ...request
  })

const errors: ReadonlyArray<OpenRouterError> = [
  rateLimited(),
  new ConnectionError({ ...request, code: "ECONNREFUSED", message: "connect ECONNREFUSED" }),
  new RequestTimeoutError({ timeout: Duration.seconds(15), ...request }),
  unreadable(),
  new InvalidRequestError({ field: "id", message: "id must have at least 1 character" })
]

const failure = (
  status: number,
  reason: OpenRouterErrorReason = "Unknown",
  props: { readonly code?: number | string; readonly retryAfter?: Duration.Duration } = {}
) => new OpenRouterDefaultError({ status, reason, message: "no", ...props })

const connection = (code: string) => new ConnectionError({ ...request, code, message: code })

describe("OpenRouterError", () => {
  it.each(errors)("$_tag is one, has a message, and names itself", (error) => {
    assert.isTrue(isOpenRouterError(error))
    assert.isNotEmpty(error.message)
    assert.match(String(error), new RegExp(`^${error._tag}: `))
  })

  it.effect.each(errors)("$_tag goes to another process and back", (error) =>
    Effect.gen(function*() {
      const text = JSON.stringify(yield* Schema.encode(OpenRouterError)(error))
      const decoded = yield* Schema.decodeUnknown(OpenRouterError)(JSON.parse(text))
      assert.deepStrictEqual(decoded, error)
      if ("body" in error) assert.propertyVal(decoded, "body", error.body)
      if ("metadata" in error) assert.deepStrictEqual("metadata" in decoded && decoded.metadata, error.metadata)
    }))

  it.effect("decodes errors that an older version encoded, with the new fields unknown", () =>
    Effect.gen(function*() {
      const decoded = yield* Schema.decodeUnknown(OpenRouterError)({
        _tag: "ResponseValidationError",
        field: "data",
        message: "data is missing",
        body: "{}"
      })
      assert.deepInclude(decoded, { reason: "Invalid", method: null, url: null, requestId: null, attempts: 1 })
    }))

  it("is constructed from a few fields; the others are unknown", () => {
    const error = new OpenRouterDefaultError({ status: 404, reason: "NotFound", message: "no" })
    assert.deepInclude(error, { code: null, userId: null, retryAfter: null, rateLimit: null, url: null, attempts: 1 })
    assert.deepEqual([error.body, error.metadata], ["", null])
    assert.isNull(new ConnectionError({ method: "GET", url: "http://localhost", message: "reset" }).code)
    assert.strictEqual(new ResponseValidationError({ field: "data", message: "data is missing" }).reason, "Invalid")
  })

  it("states the duration of a timeout", () => {
    assert.strictEqual(errors[2]?.message, "OpenRouter did not answer within 15s")
  })

  it.each([new Error("no"), { _tag: "ConnectionError" }, null])("%s is none", (value) => {
    assert.isFalse(isOpenRouterError(value))
  })

  it.effect.each([rateLimited(), unreadable()])(
    "$_tag can be read, but its body and metadata are not printed",
    (error) =>
      Effect.gen(function*() {
        assert.strictEqual(error.body, "a prompt in the body")
        const logged: Array<string> = []
        for (const logger of [Logger.stringLogger, Logger.logfmtLogger, Logger.jsonLogger]) {
          yield* Effect.logError("failed", error, Cause.fail(error)).pipe(
            Effect.provide(Logger.replace(Logger.defaultLogger, Logger.map(logger, (line) => void logged.push(line))))
          )
        }
        assert.strictEqual(logged.length, 3)
        for (
          const text of [
            ...logged,
            inspect(error),
            inspect({ error }, { showHidden: true, depth: 9 }),
            format("%o", error),
            inspect({ error }, { depth: 9 }),
            JSON.stringify(error),
            JSON.stringify({ ...error }),
            String(error),
            Inspectable.toStringUnknown(error),
            Cause.pretty(Cause.fail(error)),
            error.stack ?? ""
          ]
        ) assert.notInclude(text, "prompt")
        assert.include(JSON.stringify(error), "gen-1")
      })
  )

  it.each(errors)("$_tag is printed with its stack trace, then its fields", (error) => {
    const [title, frame = ""] = inspect(error).split("\n")
    assert.strictEqual(title, `${error._tag}: ${error.message}`)
    assert.match(frame, /^ {4}at /)
    assert.include(inspect(error), `_tag: '${error._tag}'`)
  })

  it("is equal to an error with the same fields", () => {
    assert.isTrue(Equal.equals(rateLimited(), rateLimited()))
    assert.strictEqual(Hash.hash(rateLimited()), Hash.hash(rateLimited()))
    const rateLimit = { ...rateLimited(), message: "Rate limit exceeded", metadata: { error_type: "other" } }
    assert.isFalse(Equal.equals(rateLimited(), new OpenRouterDefaultError(rateLimit)))
  })

  describe("effectiveStatus", () => {
    it.each([
      [failure(503, "ServiceUnavailable"), 503],
      [failure(200, "ServiceUnavailable", { code: 503 }), 503],
      [failure(200, "TooManyRequests", { code: "429" }), 429],
      [failure(200, "NotFound"), 404],
      [failure(200, "Unknown", { code: "server_error" }), 200],
      [connection("ECONNRESET"), null],
      [unreadable(), null]
    ])("of %s is %o", (error, status) => assert.strictEqual(effectiveStatus(error), status))
  })

  describe("isNotFound", () => {
    it.each([
      [failure(404, "NotFound"), true],
      [failure(200, "NotFound"), true],
      [failure(404, "Unknown"), false],
      [connection("ENOTFOUND"), false]
    ])("of %s is %o", (error, expected) => assert.strictEqual(isNotFound(error), expected))
  })

  describe("isRateLimited", () => {
    it.each([
      [failure(429, "TooManyRequests"), true],
      [failure(200, "TooManyRequests", { code: 429 }), true],
      [failure(503, "ServiceUnavailable", { retryAfter: Duration.seconds(1) }), false]
    ])("of %s is %o", (error, expected) => assert.strictEqual(isRateLimited(error), expected))
  })

  describe("isTransient", () => {
    it.each([
      ...[408, 429, 500, 502, 503, 504, 524, 529].map((status): [OpenRouterError, boolean] => [failure(status), true]),
      ...[400, 401, 402, 403, 404, 405, 451, 501].map((status): [OpenRouterError, boolean] => [failure(status), false]),
      [failure(402, "PaymentRequired", { retryAfter: Duration.seconds(1) }), true],
      [failure(200, "BadGateway", { code: 502 }), true],
      [failure(200, "Unknown", { code: "no" }), false],
      [connection("ECONNRESET"), true],
      [connection("CERT_HAS_EXPIRED"), false],
      [connection("DEPTH_ZERO_SELF_SIGNED_CERT"), false],
      [connection("ERR_TLS_CERT_ALTNAME_INVALID"), false],
      [connection("UNABLE_TO_VERIFY_LEAF_SIGNATURE"), false],
      [new RequestTimeoutError({ timeout: Duration.seconds(1) }), true],
      [unreadable(), true],
      [new ResponseValidationError({ field: "data", message: "no" }), false],
      [new InvalidRequestError({ field: "id", message: "no" }), false]
    ])("of %s is %o", (error, expected) => assert.strictEqual(isTransient(error), expected))
  })

  describe("isUnprocessed", () => {
    it.each([
      [failure(429, "TooManyRequests"), true],
      [connection("ECONNREFUSED"), true],
      [new InvalidRequestError({ field: "id", message: "no" }), true],
      [connection("ECONNRESET"), false],
      [failure(503, "ServiceUnavailable"), false],
      [new RequestTimeoutError({ timeout: Duration.seconds(1) }), false]
    ])("of %s is %o", (error, expected) => assert.strictEqual(isUnprocessed(error), expected))
  })

  it("isTimeout is true for an attempt that took too long", () => {
    assert.isTrue(isTimeout(new RequestTimeoutError({ timeout: Duration.seconds(1) })))
    assert.isFalse(isTimeout(failure(504)))
  })

  describe("affectsEveryId", () => {
    it.each([
      [failure(401, "Unauthorized"), true],
      [failure(402, "PaymentRequired"), true],
      [failure(402, "PaymentRequired", { retryAfter: Duration.seconds(1) }), false],
      [failure(403, "Forbidden"), false],
      [failure(404, "NotFound"), false],
      [connection("CERT_HAS_EXPIRED"), true],
      [connection("ECONNREFUSED"), false],
      [new InvalidRequestError({ field: "apiKey", message: "no" }), true],
      [new InvalidRequestError({ field: "id", message: "no" }), false]
    ])("of %s is %o", (error, expected) => assert.strictEqual(affectsEveryId(error), expected))
  })

  describe("isThrottled", () => {
    it.each([
      [failure(429, "TooManyRequests"), true],
      [failure(402, "PaymentRequired", { retryAfter: Duration.seconds(1) }), true],
      [failure(402, "PaymentRequired"), false],
      [failure(503, "ServiceUnavailable", { retryAfter: Duration.seconds(1) }), false],
      [connection("ECONNRESET"), false]
    ])("of %s is %o", (error, expected) => assert.strictEqual(isThrottled(error), expected))
  })

  describe("isUnavailable", () => {
    it.each([
      ...[408, 500, 501, 503, 520, 524, 529].map((status): [OpenRouterError, boolean] => [failure(status), true]),
      ...[400, 401, 402, 403, 404, 429].map((status): [OpenRouterError, boolean] => [failure(status), false]),
      [failure(200, "BadGateway", { code: 502 }), true],
      [failure(402, "PaymentRequired", { retryAfter: Duration.seconds(1) }), false],
      [connection("ECONNRESET"), true],
      [connection("CERT_HAS_EXPIRED"), false],
      [new RequestTimeoutError({ timeout: Duration.seconds(1) }), true],
      [unreadable(), true],
      [new ResponseValidationError({ field: "data", message: "no" }), false],
      [new InvalidRequestError({ field: "id", message: "no" }), false]
    ])("of %s is %o", (error, expected) => assert.strictEqual(isUnavailable(error), expected))
  })

  describe("isUnreadable", () => {
    it.each([
      [unreadable(), true],
      [new ResponseValidationError({ field: "data", message: "no" }), false],
      [failure(502), false]
    ])("of %s is %o", (error, expected) => assert.strictEqual(isUnreadable(error), expected))
  })

  describe("isForeign", () => {
    const withBody = (body: string) =>
      new ResponseValidationError({ field: "body", reason: "Unreadable", message: "body: not JSON", body })

    it.each([
      [withBody("\ufeff\n<!doctype html>"), true],
      [withBody("It works!"), true],
      [withBody(""), false],
      [withBody(" \n"), false],
      [withBody(` {"data":{`), false],
      [new ResponseValidationError({ field: "data", message: "no", body: "<" }), false],
      [failure(404, "Unknown"), true],
      [failure(404, "NotFound"), false],
      [failure(502), false]
    ])("of %s is %o", (error, expected) => assert.strictEqual(isForeign(error), expected))
  })

  describe("isForeignNotFound", () => {
    it.each([
      [failure(404, "Unknown"), true],
      [failure(404, "NotFound"), false],
      [failure(200, "NotFound"), false],
      [failure(403, "Forbidden"), false]
    ])("of %s is %o", (error, expected) => assert.strictEqual(isForeignNotFound(error), expected))
  })

  describe("isFromOpenRouter", () => {
    it.each([
      [failure(404, "NotFound"), true],
      [failure(403, "Forbidden", { code: 403 }), true],
      [failure(502, "BadGateway"), false],
      [connection("ECONNRESET"), false]
    ])("of %s is %o", (error, expected) => assert.strictEqual(isFromOpenRouter(error), expected))
  })

  describe("isSameFailure", () => {
    const wrong = (field: string) => new ResponseValidationError({ field, message: "no" })
    it.each([
      [failure(403, "Forbidden"), failure(403, "Forbidden"), true],
      [failure(403, "Forbidden"), failure(405), false],
      [failure(403, "Forbidden", { code: 403 }), failure(403, "Forbidden", { code: 1010 }), false],
      [failure(200, "Unknown", { code: 403 }), failure(403, "Unknown", { code: 403 }), true],
      [wrong("data"), wrong("data"), true],
      [wrong("data"), wrong("data.id"), false],
      [wrong("body"), unreadable(), false],
      [wrong("body"), failure(403), false],
      [connection("ECONNRESET"), connection("ECONNREFUSED"), true]
    ])("of %s and %s is %o", (self, that, expected) => assert.strictEqual(isSameFailure(self, that), expected))
  })

  it.each(errors)("isInvalidRequest of $_tag", (error) => {
    assert.strictEqual(isInvalidRequest(error), error instanceof InvalidRequestError)
  })

  it.each(errors)("withAttempts of $_tag changes nothing else", (error) => {
    const changed = withAttempts(error, 7)
    const fields = (error: OpenRouterError) => ({
      ...error,
      attempts: 0,
      message: error.message,
      body: "body" in error ? error.body : null,
      metadata: "metadata" in error ? error.metadata : null
    })
    assert.deepStrictEqual(fields(changed), fields(error))
    assert.isTrue(isOpenRouterError(changed))
    if ("attempts" in changed) assert.strictEqual(changed.attempts, 7)
    assert.notInclude(inspect(changed), "prompt")
  })

  it("retryAfter is the time that the response asked to wait", () => {
    assert.deepStrictEqual(retryAfter(rateLimited()), Duration.seconds(17))
    assert.isNull(retryAfter(failure(429)))
    assert.isNull(retryAfter(connection("ECONNRESET")))
  })
})
