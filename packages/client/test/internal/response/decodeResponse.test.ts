import { OpenRouterClient, RetryPolicy } from "@effect-openrouter/client"
import { Generation } from "@effect-openrouter/core"
import { type Fault, OpenRouterEmulator } from "@effect-openrouter/emulator"
import { assert, describe, it } from "@effect/vitest"
import { DateTime, Duration, Effect, Redacted, TestClock } from "effect"
import { readdirSync, readFileSync } from "node:fs"
import { apiKey, client, defaultErrorOf, get } from "../../harness.js"

const folder = new URL("../../fixtures/errors/", import.meta.url)
const fixture = (name: string) => readFileSync(new URL(name, folder), "utf8")
const key = Redacted.value(apiKey)

/** The error of a call that meets this fault. */
const errorOf = (fault: Fault) =>
  Effect.gen(function*() {
    const emulator = yield* OpenRouterEmulator
    yield* emulator.faults([fault])
    return yield* defaultErrorOf(get({ retry: RetryPolicy.none }))
  })

const validationErrorOf = (fault: Fault) =>
  Effect.gen(function*() {
    const emulator = yield* OpenRouterEmulator
    yield* emulator.faults([fault])
    const { execute } = yield* OpenRouterClient
    const error = yield* Effect.flip(execute({ method: "GET", path: "/generation?id=gen-1", schema: Generation }))
    assert.strictEqual(error._tag, "ResponseValidationError")
    return error._tag === "ResponseValidationError" ? error : yield* Effect.dieMessage("unreachable")
  })

describe("an answer that is a failure", () => {
  it.effect.each(
    [
      [400, "BadRequest"],
      [401, "Unauthorized"],
      [402, "PaymentRequired"],
      [403, "Forbidden"],
      [404, "NotFound"],
      [408, "RequestTimeout"],
      [429, "TooManyRequests"],
      [500, "InternalServerError"],
      [502, "BadGateway"],
      [503, "ServiceUnavailable"],
      [504, "GatewayTimeout"],
      [524, "EdgeNetworkTimeout"],
      [529, "ProviderOverloaded"],
      [418, "Unknown"],
      [599, "Unknown"]
    ] as const
  )("with status %d has the reason %s, and words where it has no body", ([status, reason]) =>
    Effect.gen(function*() {
      assert.deepInclude(yield* errorOf({ status, body: "" }), {
        status,
        reason,
        message: `OpenRouter answered ${status}`,
        code: null,
        metadata: null,
        userId: null,
        body: "",
        retryAfter: null,
        rateLimit: null
      })
    }).pipe(Effect.provide(client())))

  it.effect.each(readdirSync(folder))("is read from %s", (name) =>
    Effect.gen(function*() {
      const body = fixture(name)
      const status = Number(/^\d{3}/.exec(name)?.[0] ?? 404)
      const error = yield* errorOf({ status, body })
      assert.strictEqual(error.status, status)
      assert.strictEqual(error.body, body)
      const { error: said = null } = body.startsWith("{") ? JSON.parse(body) : {}
      const unsaid = `OpenRouter answered ${status}${status === 200 ? " with null data" : ""}`
      assert.strictEqual(error.message, said?.message ?? said ?? unsaid)
      assert.strictEqual(error.reason === "NotFound", status === 404 || status === 200)
    }).pipe(Effect.provide(client())))

  it.effect("keeps code, metadata and user of the body", () =>
    Effect.gen(function*() {
      const body = fixture("429-upstream-with-metadata-headers.json")
      const error = yield* errorOf({ status: 429, body, headers: { "content-type": "application/json" } })
      assert.deepInclude(error, {
        code: 429,
        userId: "user_redacted",
        contentType: "application/json",
        retryAfter: Duration.seconds(17)
      })
      assert.strictEqual(error.metadata?.["provider_name"], "Venice")
    }).pipe(Effect.provide(client())))

  it.effect.each(
    [
      [{ error: { code: "429", message: "slow" } }, "TooManyRequests", "429"],
      [{ error: { code: null, message: "what" } }, "Unknown", null],
      [{ error: "gone" }, "Unknown", null],
      [{ data: null }, "NotFound", null],
      [{ data: null, error: { code: 402, message: "pay" } }, "PaymentRequired", 402],
      [{ data: null, error: { message: "rate limited" } }, "Unknown", null],
      [{ data: null, error: null }, "NotFound", null],
      [{ error: { code: "constructor", message: "no" } }, "Unknown", "constructor"],
      [{ error: { code: "toString", message: "no" } }, "Unknown", "toString"]
    ] as const
  )("keeps the status of a 200 with %j, with the reason %s", ([body, reason, code]) =>
    Effect.gen(function*() {
      assert.deepInclude(yield* errorOf({ status: 200, body }), { status: 200, reason, code })
    }).pipe(Effect.provide(client())))

  it.effect("says where a redirect pointed, without following it", () =>
    Effect.gen(function*() {
      const headers = { location: "https://user:secret@elsewhere.example/generation" }
      const error = yield* errorOf({ status: 302, body: "", headers })
      assert.strictEqual(
        error.message,
        "OpenRouter answered 302, redirecting to https://elsewhere.example/generation"
      )
      assert.lengthOf(yield* Effect.flatMap(OpenRouterEmulator, ({ requests }) => requests), 1)
    }).pipe(Effect.provide(client())))

  it.effect("says where a redirect pointed, whatever else it said", () =>
    Effect.gen(function*() {
      const error = yield* errorOf({
        status: 301,
        body: { message: "moved" },
        headers: { location: "https://new.example" }
      })
      assert.strictEqual(error.message, "moved, redirecting to https://new.example")
    }).pipe(Effect.provide(client())))

  it.effect("keeps at most 65,536 characters of a body", () =>
    Effect.gen(function*() {
      const error = yield* errorOf({ status: 502, body: "ü".repeat(200_000) })
      assert.strictEqual(error.body, "ü".repeat(65_536))
    }).pipe(Effect.provide(client())))

  describe("asks to wait", () => {
    const now = "2026-11-22T12:00:00Z"
    it.effect.each(
      [
        ["17", 17_000],
        [" 2 ", 2000],
        ["0.5", 500],
        ["0", 0],
        ["99999999", 99_999_999_000],
        ["Sun, 22 Nov 2026 12:00:30 GMT", 30_000],
        ["Sun, 22 Nov 2026 11:59:00 GMT", 0],
        ["-3", null],
        ["9".repeat(304), Number.MAX_SAFE_INTEGER],
        ["soon", null],
        ["soon 5", null],
        ["retry after 3000", null],
        ["2026-11-22", null],
        ["1e3", null],
        ["NaN", null],
        ["Infinity", null],
        ["", null]
      ] as const
    )("for Retry-After: %s", ([value, millis]) =>
      Effect.gen(function*() {
        yield* TestClock.setTime(DateTime.unsafeMake(now).epochMillis)
        const { retryAfter } = yield* errorOf({ status: 429, headers: { "retry-after": value } })
        assert.deepStrictEqual(retryAfter, millis === null ? null : Duration.millis(millis))
      }).pipe(Effect.provide(client())))

    it.effect.each(
      [
        [{ retry_after_seconds: 3 }, 3000],
        [{ retry_after_seconds: "3" }, 3000],
        [{ headers: { "Retry-After": "4" } }, 4000],
        [{ headers: { "retry-after": 4 } }, null],
        [{ retry_after_seconds: null }, null],
        [{ retry_after_seconds: { toString: 1 } }, null],
        [{ headers: [] }, null]
      ] as const
    )("in the body: %j", ([metadata, millis]) =>
      Effect.gen(function*() {
        const body = { error: { code: 429, message: "slow", metadata } }
        const { retryAfter } = yield* errorOf({ status: 429, body })
        assert.deepStrictEqual(retryAfter, millis === null ? null : Duration.millis(millis))
      }).pipe(Effect.provide(client())))
  })

  describe("tells of the rate limit", () => {
    const reset = "1741305600000"
    it.effect("in its headers", () =>
      Effect.gen(function*() {
        const headers = { "x-ratelimit-limit": "20", "x-ratelimit-remaining": "0", "x-ratelimit-reset": reset }
        const { rateLimit } = yield* errorOf({ status: 429, headers })
        assert.deepStrictEqual(rateLimit, { limit: 20, remaining: 0, reset: Number(reset) })
      }).pipe(Effect.provide(client())))

    it.effect("which an empty header does not", () =>
      Effect.gen(function*() {
        const { rateLimit } = yield* errorOf({ status: 429, headers: { "x-ratelimit-remaining": "" } })
        assert.isNull(rateLimit)
      }).pipe(Effect.provide(client())))

    it.effect("in its body, in part", () =>
      Effect.gen(function*() {
        const body = { error: { code: 429, message: "slow", metadata: { headers: { "X-RateLimit-Reset": reset } } } }
        const { rateLimit } = yield* errorOf({ status: 429, body })
        assert.deepStrictEqual(rateLimit, { limit: null, remaining: null, reset: Number(reset) })
      }).pipe(Effect.provide(client())))
  })

  it.effect.each([
    `{"error":{"code":401,"message":"bad key ${key}","metadata":{"sent":"Bearer ${key}"}}}`,
    `<html>authorization: Bearer ${key}</html>`,
    `{"error":{"message":"${[...key].map((c) => `\\u${c.charCodeAt(0).toString(16).padStart(4, "0")}`).join("")}"}}`,
    `${"x".repeat(65_530)}${key}`,
    `broken off inside the key ${key.slice(0, 12)}`
  ])("has the key taken out %#", (body) =>
    Effect.gen(function*() {
      const error = yield* errorOf({ status: 401, body, headers: { "x-echo": key } })
      const { body: kept, ...rest } = error
      for (let length = key.length; length >= 8; length--) {
        assert.notInclude(JSON.stringify(rest), key.slice(0, length))
        assert.isFalse(kept.endsWith(key.slice(0, length)))
      }
      assert.notInclude(kept, key)
    }).pipe(Effect.provide(client())))
})

describe("an answer that is no record", () => {
  it.effect.each(
    [
      ["body", "<html></html>", "body: expected JSON, got 13 characters of text/html"],
      ["body", "", "body: expected JSON, got 0 characters of text/html"],
      ["body", `{"data":{"id":"gen`, "body: expected JSON, got 18 characters of text/html"],
      ["data", "[]", "data: expected an object that holds it, got an array"],
      ["data", "null", "data: expected an object that holds it, got null"],
      ["data", "7", "data: expected an object that holds it, got a number"],
      ["data", "{}", "data: is missing"],
      ["data", `{"data":[]}`, "data: expected a record, got an array"],
      ["id", `{"data":{}}`, "id: is missing"],
      ["total_cost", `{"data":{"id":"gen-1","total_cost":"0.01"}}`, "total_cost: expected a number, got a string"],
      [
        "total_cost",
        `{"data":{"id":"gen-1","total_cost":1e999}}`,
        "total_cost: expected a finite number, got a number"
      ],
      [
        "created_at",
        `{"data":{"id":"gen-1","created_at":"now"}}`,
        "created_at: expected an ISO 8601 timestamp, got a string"
      ],
      [
        "provider_responses[1].status",
        `{"data":{"id":"gen-1","provider_responses":[{},{"status":"200"}]}}`,
        "provider_responses[1].status: expected a number, got a string"
      ],
      [
        "user_agent",
        `{"data":{"id":"gen-1","user_agent":{"private":1}}}`,
        "user_agent: expected a string, got an object"
      ]
    ] as const
  )("names %s in %s", ([field, body, message]) =>
    Effect.gen(function*() {
      const error = yield* validationErrorOf({ status: 200, body, headers: { "content-type": "text/html" } })
      assert.deepInclude(error, { field, message, body })
    }).pipe(Effect.provide(client())))

  it.effect("is a 204", () =>
    Effect.gen(function*() {
      assert.strictEqual((yield* validationErrorOf({ status: 204 })).field, "body")
    }).pipe(Effect.provide(client())))

  it.effect("is larger than it may be", () =>
    Effect.gen(function*() {
      const error = yield* validationErrorOf({ status: 200, body: "x".repeat(2000) })
      assert.strictEqual(error.message, "body: is larger than 1000 bytes")
    }).pipe(Effect.provide(client({ maxBodySize: 1000 }))))
})

it.effect("an answer with a BOM, blank lines or padding around it is read", () =>
  Effect.gen(function*() {
    const emulator = yield* OpenRouterEmulator
    for (const padding of ["\ufeff", "\n\n\n", " \r\n"]) {
      yield* emulator.faults([{ status: 200, body: `${padding}{"data":{"id":"gen-1"}}` }])
      assert.deepStrictEqual(yield* get(), { id: "gen-1" })
    }
  }).pipe(Effect.provide(client())))
