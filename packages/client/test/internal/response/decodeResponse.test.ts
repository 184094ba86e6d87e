import { OpenRouterClient, RetryPolicy } from "@effect-openrouter/client"
import { Generation } from "@effect-openrouter/core"
import { type Fault, OpenRouterEmulator } from "@effect-openrouter/emulator"
import { apiKey } from "@effect-openrouter/test-support"
import { assert, describe, it } from "@effect/vitest"
import { DateTime, Duration, Effect, Redacted, Schema, TestClock } from "effect"
import { readdirSync, readFileSync } from "node:fs"
import { client, get, getDefaultError } from "../../harness.js"

const folder = new URL("../../fixtures/errors/", import.meta.url)
const fixture = (name: string) => readFileSync(new URL(name, folder), "utf8")
const key = Redacted.value(apiKey)

/** The error of a call that meets this fault. */
const getError = (fault: Fault) =>
  Effect.gen(function*() {
    const emulator = yield* OpenRouterEmulator
    yield* emulator.faults([fault])
    return yield* getDefaultError(get({ retry: RetryPolicy.none }))
  })

const getValidationError = (fault: Fault) =>
  Effect.gen(function*() {
    const emulator = yield* OpenRouterEmulator
    yield* emulator.faults([fault])
    const { execute } = yield* OpenRouterClient
    const error = yield* Effect.flip(
      execute({ method: "GET", path: "/generation?id=gen-1", schema: Generation }, { retry: RetryPolicy.none })
    )
    assert.strictEqual(error._tag, "ResponseValidationError")
    return error._tag === "ResponseValidationError" ? error : yield* Effect.dieMessage("unreachable")
  })

describe("a response that is a failure", () => {
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
  )("with status %d has the reason %s, and a message if it has no body", ([status, reason]) =>
    Effect.gen(function*() {
      assert.deepInclude(yield* getError({ status, body: "" }), {
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
      const error = yield* getError({ status, body })
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
      const error = yield* getError({ status: 429, body, headers: { "content-type": "application/json" } })
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
      assert.deepInclude(yield* getError({ status: 200, body }), { status: 200, reason, code })
    }).pipe(Effect.provide(client())))

  it.effect.each([{ error: { message: " \n" } }, { error: " " }, { message: "" }])(
    "says the status if the message is blank: %j",
    (body) =>
      Effect.gen(function*() {
        assert.strictEqual((yield* getError({ status: 502, body })).message, "OpenRouter answered 502")
      }).pipe(Effect.provide(client()))
  )

  it.effect("says where a redirect pointed, without following it", () =>
    Effect.gen(function*() {
      const headers = { location: "https://user:secret@elsewhere.example/generation" }
      const error = yield* getError({ status: 302, body: "", headers })
      assert.strictEqual(
        error.message,
        "OpenRouter answered 302, redirecting to https://elsewhere.example/generation"
      )
      assert.lengthOf(yield* Effect.flatMap(OpenRouterEmulator, ({ requests }) => requests), 1)
    }).pipe(Effect.provide(client())))

  it.effect("says where a redirect pointed, whatever the body says", () =>
    Effect.gen(function*() {
      const error = yield* getError({
        status: 301,
        body: { message: "moved" },
        headers: { location: "https://new.example" }
      })
      assert.strictEqual(error.message, "moved, redirecting to https://new.example")
    }).pipe(Effect.provide(client())))

  it.effect("keeps at most 65,536 characters of a body", () =>
    Effect.gen(function*() {
      const error = yield* getError({ status: 502, body: "ü".repeat(200_000) })
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
        ["Sunday, 22-Nov-26 12:00:30 GMT", 30_000],
        ["Sunday, 06-Nov-94 08:49:37 GMT", 0],
        ["Monday, 22-Nov-76 12:00:00 GMT", 1_577_923_200_000],
        ["Sunday, 22-Nov-77 12:00:00 GMT", 0],
        ["Sun Nov 22 12:00:30 2026", 30_000],
        ["Sun Nov  1 12:00:30 2026", 0],
        ["Tue Dec  1 12:00:00 2026", 777_600_000],
        ["Sun, 31 Nov 2026 12:00:30 GMT", null],
        ["Sun, 22 Foo 2026 12:00:30 GMT", null],
        ["Sun, 22 Nov 2026 25:00:30 GMT", null],
        ["Sun, 22 Nov 2026 12:00:30", null],
        ["Sun Nov 22 2026", null],
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
        const { retryAfter } = yield* getError({ status: 429, headers: { "retry-after": value } })
        assert.deepStrictEqual(retryAfter, millis === null ? null : Duration.millis(millis))
      }).pipe(Effect.provide(client())))

    it.effect.each(
      [
        [{ retry_after_seconds: 3 }, 3000],
        [{ retry_after_seconds: "3" }, 3000],
        [{ headers: { "Retry-After": "4" } }, 4000],
        [{ headers: { "retry-after": 4 } }, 4000],
        [{ retry_after_seconds: null }, null],
        [{ retry_after_seconds: { toString: 1 } }, null],
        [{ headers: [] }, null]
      ] as const
    )("in the body: %j", ([metadata, millis]) =>
      Effect.gen(function*() {
        const body = { error: { code: 429, message: "slow", metadata } }
        const { retryAfter } = yield* getError({ status: 429, body })
        assert.deepStrictEqual(retryAfter, millis === null ? null : Duration.millis(millis))
      }).pipe(Effect.provide(client())))
  })

  it.effect.each(
    [
      ["Sun, 22 Nov 2026 12:00:02 GMT", 2000],
      ["Sunday, 22-Nov-26 12:00:02 GMT", 2000],
      ["Sun Nov 22 12:00:02 2026", 2000],
      ["Sun, 22 Nov 2026 12:00:00 GMT", 0]
    ] as const
  )(
    "counts a Retry-After of %s from the Date of the response, whatever the clock of this machine",
    ([value, millis]) =>
      Effect.gen(function*() {
        for (const minutes of [-10, 0, 10]) {
          yield* TestClock.setTime(DateTime.unsafeMake("2026-11-22T12:00:00Z").epochMillis + minutes * 60_000)
          for (const date of ["Sun, 22 Nov 2026 12:00:00 GMT", "Sun Nov 22 12:00:00 2026"]) {
            const { retryAfter } = yield* getError({ status: 503, headers: { "retry-after": value, date } })
            assert.deepStrictEqual(retryAfter, Duration.millis(millis))
          }
        }
      }).pipe(Effect.provide(client()))
  )

  it.effect.each([
    "",
    " \n",
    `{"error":{"code":404,"message":"Generation gen-1 not found"}}`,
    `{"error":"Not found"}`,
    `{"data":null}`,
    `{"error":{"code":404,"mess`
  ])("is NotFound for a 404 of OpenRouter: %j", (body) =>
    Effect.gen(function*() {
      assert.strictEqual((yield* getError({ status: 404, body })).reason, "NotFound")
    }).pipe(Effect.provide(client())))

  it.effect.each([
    "<html>404</html>",
    `{"detail":"Not Found"}`,
    "{}",
    "null",
    `{"message":"no route"}`,
    "Not Found",
    "[]"
  ])(
    "says that no OpenRouter answers at this base URL for another 404: %j",
    (body) =>
      Effect.gen(function*() {
        const error = yield* getError({ status: 404, body })
        assert.deepInclude(error, { status: 404, reason: "Unknown", body })
        assert.match(error.message, /no OpenRouter answers at this base URL: https:\/\/openrouter\.ai\/api\/v1 /)
        assert.notInclude(error.message, "<html>")
      }).pipe(Effect.provide(client()))
  )

  it.effect.each(
    [
      [{ "x-request-id": "one", "request-id": "two", "cf-ray": "three" }, "one"],
      [{ "request-id": "two", "cf-ray": "three" }, "two"],
      [{ "CF-Ray": "9c1e-FRA" }, "9c1e-FRA"],
      [{ "x-request-id": `for ${key}` }, "for <redacted>"],
      [{}, null]
    ] as const
  )("identifies its request by %j", ([headers, requestId]) =>
    Effect.gen(function*() {
      const expected = {
        method: "GET",
        url: "https://openrouter.ai/api/v1/generation?id=gen-1",
        requestId,
        attempts: 1
      }
      assert.deepInclude(yield* getError({ status: 503, headers }), expected)
      assert.deepInclude(
        yield* getError({ status: 200, body: { error: { code: 500, message: "no" } }, headers }),
        expected
      )
      assert.deepInclude(yield* getValidationError({ status: 200, body: "no", headers }), expected)
      assert.deepInclude(yield* getValidationError({ status: 200, body: { data: {} }, headers }), expected)
    }).pipe(Effect.provide(client())))

  describe("reports the rate limit", () => {
    const reset = "1741305600000"
    it.effect("in its headers", () =>
      Effect.gen(function*() {
        const headers = { "x-ratelimit-limit": "20", "x-ratelimit-remaining": "0", "x-ratelimit-reset": reset }
        const { rateLimit } = yield* getError({ status: 429, headers })
        assert.deepStrictEqual(rateLimit, { limit: 20, remaining: 0, reset: Number(reset) })
      }).pipe(Effect.provide(client())))

    it.effect.each(
      [
        ["1795348804", 4000],
        ["1795348804000", 4000],
        ["1795348804000000", 4000],
        ["4", 4000],
        ["0.5", 500],
        ["0", 0],
        ["1795348790", 0],
        [String(15 * 3600), 54_000_000],
        ["soon", null],
        ["-4", null],
        ["", null]
      ] as const
    )(
      "that has no requests left, and resets at %s: the next request waits",
      ([value, millis]) =>
        Effect.gen(function*() {
          // The clock of this machine is 10 minutes slow.
          yield* TestClock.setTime(1_795_348_200_000)
          const date = "Sun, 22 Nov 2026 12:00:00 GMT"
          const expected = millis === null ? null : Duration.millis(millis)
          const headers = { "x-ratelimit-remaining": "0", "x-ratelimit-reset": value, date }
          assert.deepStrictEqual((yield* getError({ status: 429, headers })).retryAfter, expected)
          const metadata = { headers: { "X-RateLimit-Remaining": "0", "X-RateLimit-Reset": value } }
          const body = { error: { code: 429, message: "slow", metadata } }
          assert.deepStrictEqual((yield* getError({ status: 429, body, headers: { date } })).retryAfter, expected)
          assert.deepStrictEqual((yield* getError({ status: 200, body, headers: { date } })).retryAfter, expected)
        }).pipe(Effect.provide(client()))
    )

    it.effect("whose reset is a number in the body, and counts from now without a Date", () =>
      Effect.gen(function*() {
        yield* TestClock.setTime(1_795_348_800_000)
        const metadata = { headers: { "X-RateLimit-Remaining": 0, "X-RateLimit-Reset": 1_795_348_804_000 } }
        const { rateLimit, retryAfter } = yield* getError({
          status: 429,
          body: { error: { code: 429, message: "slow", metadata } }
        })
        assert.deepStrictEqual(retryAfter, Duration.seconds(4))
        assert.deepStrictEqual(rateLimit, { limit: null, remaining: 0, reset: 1_795_348_804_000 })
      }).pipe(Effect.provide(client())))

    it.effect.each(
      [
        ["Retry-After is known", 429, { "retry-after": "2" }, 2000],
        ["requests are left", 429, { "x-ratelimit-remaining": "3" }, null],
        ["it is no 429", 503, {}, null]
      ] as const
    )("whose reset is not waited for if %s", ([, status, headers, millis]) =>
      Effect.gen(function*() {
        const limit = { "x-ratelimit-remaining": "0", "x-ratelimit-reset": "4" }
        const { retryAfter } = yield* getError({ status, headers: { ...limit, ...headers } })
        assert.deepStrictEqual(retryAfter, millis === null ? null : Duration.millis(millis))
      }).pipe(Effect.provide(client())))

    it.effect("but not from an empty header", () =>
      Effect.gen(function*() {
        const { rateLimit } = yield* getError({ status: 429, headers: { "x-ratelimit-remaining": "" } })
        assert.isNull(rateLimit)
      }).pipe(Effect.provide(client())))

    it.effect("in its body, in part", () =>
      Effect.gen(function*() {
        const body = { error: { code: 429, message: "slow", metadata: { headers: { "X-RateLimit-Reset": reset } } } }
        const { rateLimit } = yield* getError({ status: 429, body })
        assert.deepStrictEqual(rateLimit, { limit: null, remaining: null, reset: Number(reset) })
      }).pipe(Effect.provide(client())))
  })

  it.effect.each([
    `{"error":{"code":401,"message":"bad key ${key}","metadata":{"sent":"Bearer ${key}"}}}`,
    `<html>authorization: Bearer ${key}</html>`,
    `{"error":{"message":"${[...key].map((c) => `\\u${c.charCodeAt(0).toString(16).padStart(4, "0")}`).join("")}"}}`,
    `${"x".repeat(65_530)}${key}`,
    `broken off inside the key ${key.slice(0, 12)}`,
    `{"error":{"message":"no"},"echo":"${key.replaceAll("-", "\\u002d")}"}`,
    `<p>${key.replaceAll("-", "&#45;")}</p>`,
    `<p>${key.replaceAll("-", "&#X2D;")}</p>`,
    `<p>${key.replaceAll("-", "&hyphen;")}</p>`,
    `?auth=Bearer%20${key.replaceAll("-", "%2d")}&`,
    key.toUpperCase(),
    btoa(`Bearer ${key}`),
    btoa(key),
    btoa(`user:${key}`)
  ])("has the key removed %#", (body) =>
    Effect.gen(function*() {
      const error = yield* getError({ status: 401, body, headers: { "x-echo": key } })
      const { body: kept, ...rest } = error
      for (let length = key.length; length >= 8; length--) {
        assert.notInclude(JSON.stringify(rest), key.slice(0, length))
        assert.isFalse(kept.endsWith(key.slice(0, length)))
      }
      assert.notInclude(kept.toLowerCase(), key)
      assert.notInclude(kept.replaceAll(/&#45;|&#X2D;|&hyphen;|\\u002d|%2d/g, "-"), key)
      assert.notInclude(kept, btoa(key).slice(4, -8))
    }).pipe(Effect.provide(client())))
})

describe("a response that is not the record", () => {
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
        "total_cost: expected a finite number, got a number that is too large"
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
      const error = yield* getValidationError({ status: 200, body, headers: { "content-type": "text/html" } })
      assert.deepInclude(error, { field, message, body, reason: field === "body" ? "Unreadable" : "Invalid" })
    }).pipe(Effect.provide(client())))

  it.effect("is a 204", () =>
    Effect.gen(function*() {
      assert.deepInclude(yield* getValidationError({ status: 204 }), { field: "body", reason: "Unreadable" })
    }).pipe(Effect.provide(client())))

  it.effect("is no 204 where the Schema accepts that there is nothing", () =>
    Effect.gen(function*() {
      const emulator = yield* OpenRouterEmulator
      yield* emulator.faults([{ status: 204 }])
      const { execute } = yield* OpenRouterClient
      assert.isUndefined(yield* execute({ method: "POST", path: "/feedback", schema: Schema.Undefined }))
    }).pipe(Effect.provide(client())))

  it.effect("is larger than the limit", () =>
    Effect.gen(function*() {
      const error = yield* getValidationError({ status: 200, body: "x".repeat(2000) })
      assert.deepInclude(error, { reason: "TooLarge", message: "body: is larger than 1000 bytes" })
    }).pipe(Effect.provide(client({ maxBodySize: 1000 }))))
})

it.effect("a response with a BOM, blank lines or padding around it is read", () =>
  Effect.gen(function*() {
    const emulator = yield* OpenRouterEmulator
    for (const padding of ["\ufeff", "\n\n\n", " \r\n"]) {
      yield* emulator.faults([{ status: 200, body: `${padding}{"data":{"id":"gen-1"}}` }])
      assert.deepStrictEqual(yield* get(), { id: "gen-1" })
    }
  }).pipe(Effect.provide(client())))
