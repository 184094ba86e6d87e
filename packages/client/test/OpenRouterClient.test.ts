import { OpenRouterClient, RetryPolicy } from "@effect-openrouter/client"
import { OpenRouterEmulator } from "@effect-openrouter/emulator"
import { HttpClient } from "@effect/platform"
import { assert, describe, it } from "@effect/vitest"
import { Cause, Config, ConfigProvider, Effect, Either, Exit, Fiber, Layer, Redacted, TestClock } from "effect"
import { readFileSync } from "node:fs"
import { apiKey, client, get, post, timed } from "./harness.js"

const requests = Effect.flatMap(OpenRouterEmulator, (emulator) => emulator.requests)
const lastHeaders = Effect.map(requests, (requests) => requests.at(-1)?.headers ?? {})
const { version } = JSON.parse(readFileSync(new URL("../package.json", import.meta.url), "utf8"))

describe("OpenRouterClient", () => {
  it.effect("sends the key, what it accepts and who it is, and gives back the data", () =>
    Effect.gen(function*() {
      const record = yield* get()
      assert.deepInclude(record, { id: "gen-1", total_cost: 0.0015 })
      assert.deepInclude(yield* lastHeaders, {
        authorization: `Bearer ${Redacted.value(apiKey)}`,
        accept: "application/json",
        "user-agent": `effect-openrouter/${version}`
      })
      assert.notProperty(yield* lastHeaders, "http-referer")
    }).pipe(Effect.provide(client())))

  it.effect("sends attribution, a user agent and headers of one's own", () =>
    Effect.gen(function*() {
      yield* get()
      assert.deepInclude(yield* lastHeaders, {
        "http-referer": "https://example.com",
        "x-openrouter-title": "Ledger",
        "x-openrouter-categories": "cli,ledger",
        "user-agent": "ledger/1",
        "x-team": "billing",
        authorization: `Bearer ${Redacted.value(apiKey)}`
      })
    }).pipe(Effect.provide(client({
      httpReferer: "https://example.com",
      appTitle: "Ledger",
      appCategories: ["cli", "ledger"],
      userAgent: "ledger/1",
      headers: { "X-Team": "billing", authorization: "Bearer other" }
    }))))

  it.effect.each([
    ["https://openrouter.ai/api/v1", "/api/v1/generation?id=gen-1"],
    ["https://openrouter.ai/api/v1/", "/api/v1/generation?id=gen-1"],
    ["http://localhost:8080/proxy/api/v1//", "/proxy/api/v1/generation?id=gen-1"],
    ["http://user:secret@localhost", "/generation?id=gen-1"]
  ])("asks below %s", ([baseUrl, url]) =>
    Effect.gen(function*() {
      yield* Effect.exit(get())
      assert.deepStrictEqual((yield* requests).map((request) => request.url), [url])
    }).pipe(Effect.provide(client({ baseUrl }))))

  it.effect("lets a call set headers, base URL and retries for itself, but not the key", () =>
    Effect.gen(function*() {
      const error = yield* Effect.flip(get({
        baseUrl: "http://localhost/other",
        headers: { "x-team": "audit", authorization: "Bearer other" },
        retry: RetryPolicy.none
      }))
      assert.strictEqual(error._tag, "OpenRouterDefaultError")
      assert.strictEqual((yield* requests)[0]?.url, "/other/generation?id=gen-1")
      assert.deepInclude(yield* lastHeaders, {
        "x-team": "audit",
        accept: "application/json",
        authorization: `Bearer ${Redacted.value(apiKey)}`
      })
      yield* get()
      assert.deepInclude(yield* lastHeaders, { "x-team": "billing" })
    }).pipe(Effect.provide(client({ headers: { "x-team": "billing" } }))))

  it.effect("sends a body as JSON", () =>
    Effect.gen(function*() {
      assert.deepStrictEqual(yield* post(), { success: true })
      const [request] = yield* requests
      assert.deepInclude(request, { method: "POST", url: "/api/v1/generation/feedback" })
      assert.strictEqual(request?.headers["content-type"], "application/json")
      assert.deepStrictEqual(JSON.parse(request?.body ?? ""), { generation_id: "gen-1", category: "other" })
    }).pipe(Effect.provide(client())))

  describe("timeout", () => {
    it.effect("bounds each attempt", () =>
      Effect.gen(function*() {
        const emulator = yield* OpenRouterEmulator
        yield* emulator.faults([{ delay: "1 hour" }])
        const { instants, result } = yield* timed(get())
        assert.deepStrictEqual(instants, [0, 15_500])
        assert.isTrue(Either.isRight(result))
      }).pipe(Effect.provide(client())))

    it.effect("is the call's, over the client's", () =>
      Effect.gen(function*() {
        const emulator = yield* OpenRouterEmulator
        yield* emulator.faults([{ delay: "1 hour" }])
        const fiber = yield* Effect.fork(Effect.flip(get({ timeout: "2 seconds" })))
        yield* TestClock.adjust("2 seconds")
        const error = yield* Fiber.join(fiber)
        assert.strictEqual(error._tag, "RequestTimeoutError")
        assert.strictEqual(error.message, "OpenRouter did not answer within 2s")
      }).pipe(Effect.provide(client({ retry: RetryPolicy.none }))))
  })

  describe("refuses before anything is sent", () => {
    it.effect.each(
      [
        ["apiKey", { apiKey: Redacted.make("") }],
        ["apiKey", { apiKey: Redacted.make("sk-or\n") }],
        ["apiKey", { apiKey: Redacted.make("sk or") }],
        ["apiKey", { apiKey: Redacted.make("sk-ключ") }],
        ["baseUrl", { baseUrl: "" }],
        ["baseUrl", { baseUrl: "openrouter.ai/api/v1" }],
        ["baseUrl", { baseUrl: "file:///etc/passwd" }],
        ["baseUrl", { baseUrl: "https://openrouter.ai/api/v1?key=1" }],
        ["baseUrl", { baseUrl: "https://openrouter.ai/api/v1#top" }],
        ["timeout", { timeout: 0 }],
        ["timeout", { timeout: -1 }],
        ["timeout", { timeout: Number.NaN }],
        ["timeout", { timeout: "-2 seconds" }],
        ["maxBodySize", { maxBodySize: 0 }],
        ["maxBodySize", { maxBodySize: Number.NaN }],
        ["retryBudget", { retryBudget: -1 }],
        ["retryBudget", { retryBudget: Number.NaN }],
        ["headers", { headers: { "x y": "1" } }],
        ["headers.x-team", { headers: { "X-Team": "a\nb" } }],
        ["headers.http-referer", { httpReferer: "https://пример" }]
      ] as const
    )("%s of %o", ([field, options]) =>
      Effect.gen(function*() {
        const error = yield* Effect.flip(get())
        assert.deepInclude(error, { _tag: "InvalidRequestError", field })
        assert.include(error.message, field.split(".").at(-1) ?? "")
        assert.deepStrictEqual(yield* requests, [])
      }).pipe(Effect.provide(client(options))))

    it.effect.each(
      [
        ["baseUrl", { baseUrl: "ftp://localhost" }],
        ["timeout", { timeout: -1 }],
        ["headers.x-team", { headers: { "x-team": "\u0000" } }]
      ] as const
    )("%s of a call", ([field, options]) =>
      Effect.gen(function*() {
        assert.deepInclude(yield* Effect.flip(get(options)), { _tag: "InvalidRequestError", field })
        assert.deepStrictEqual(yield* requests, [])
      }).pipe(Effect.provide(client())))

    it.effect("a key that a header cannot carry, without quoting it", () =>
      Effect.gen(function*() {
        const error = yield* Effect.flip(get())
        assert.notInclude(JSON.stringify(error), "hunter")
      }).pipe(Effect.provide(client({ apiKey: Redacted.make("hunter\r\n2") }))))
  })

  it.effect("takes the answer out of a client that filters statuses", () =>
    Effect.gen(function*() {
      const error = yield* Effect.flip(get())
      assert.deepInclude(error, { _tag: "OpenRouterDefaultError", status: 404, reason: "NotFound" })
    }).pipe(Effect.provide(
      OpenRouterClient.layer({ apiKey }).pipe(
        Layer.provide(
          Layer.effect(HttpClient.HttpClient, Effect.map(HttpClient.HttpClient, HttpClient.filterStatusOk))
        ),
        Layer.provide(OpenRouterEmulator.layerHttpClient),
        Layer.provide(OpenRouterEmulator.layer)
      )
    )))

  it.effect("stops at once when it is interrupted", () =>
    Effect.gen(function*() {
      const emulator = yield* OpenRouterEmulator
      yield* emulator.faults([{ delay: "1 hour" }])
      const fiber = yield* Effect.fork(get())
      yield* TestClock.adjust("1 second")
      const exit = yield* Fiber.interrupt(fiber)
      assert.isTrue(Exit.isFailure(exit) && Cause.isInterruptedOnly(exit.cause))
    }).pipe(Effect.provide(client())))

  describe("layerConfig", () => {
    const layer = (
      environment: Record<string, string>,
      options?: Parameters<typeof OpenRouterClient.layerConfig>[0]
    ) =>
      OpenRouterClient.layerConfig(options).pipe(
        Layer.provide(OpenRouterEmulator.layerHttpClient),
        Layer.provideMerge(OpenRouterEmulator.layer),
        Layer.provide(Layer.setConfigProvider(ConfigProvider.fromMap(new Map(Object.entries(environment)))))
      )

    const sent = Effect.gen(function*() {
      yield* Effect.exit(get())
      const [request] = yield* requests
      return { key: request?.headers["authorization"], url: request?.url }
    })

    it.effect.each(
      [
        [{ OPENROUTER_API_KEY: "one", OPENROUTER_API_KEY_AUTH: "two" }, "Bearer one"],
        [{ OPENROUTER_API_KEY_AUTH: "two" }, "Bearer two"],
        [{ OPENROUTER_API_KEY: "", OPENROUTER_API_KEY_AUTH: "two" }, "Bearer two"]
      ] as const
    )("reads the key from %j", ([environment, key]) =>
      Effect.gen(function*() {
        assert.strictEqual((yield* sent).key, key)
      }).pipe(Effect.provide(layer(environment))))

    it.effect.each([{}, { OPENROUTER_API_KEY: "" }])(
      "names the variables when they are %j",
      (environment) =>
        Effect.gen(function*() {
          const error = yield* Effect.flip(Layer.build(layer(environment)))
          assert.match(String(error), /at OPENROUTER_API_KEY: "Expected.*at OPENROUTER_API_KEY_AUTH: "Expected/s)
        }).pipe(Effect.scoped)
    )

    it.effect.each(
      [
        [{ OPENROUTER_BASE_URL: "http://localhost/elsewhere" }, "/elsewhere/generation?id=gen-1"],
        [{ OPENROUTER_BASE_URL: "" }, "/api/v1/generation?id=gen-1"],
        [{}, "/api/v1/generation?id=gen-1"]
      ] as const
    )("reads the base URL from %j", ([environment, url]) =>
      Effect.gen(function*() {
        assert.strictEqual((yield* sent).url, url)
      }).pipe(Effect.provide(layer({ OPENROUTER_API_KEY: "one", ...environment }))))

    it.effect("takes each option as a value or a Config", () =>
      Effect.gen(function*() {
        yield* Effect.exit(get())
        assert.deepInclude(yield* lastHeaders, {
          authorization: "Bearer three",
          "x-openrouter-title": "Ledger",
          "user-agent": "ledger/1"
        })
      }).pipe(Effect.provide(
        layer({ KEY: "three", TITLE: "Ledger", OPENROUTER_API_KEY: "one" }, {
          apiKey: Config.redacted("KEY"),
          appTitle: Config.string("TITLE"),
          userAgent: "ledger/1",
          timeout: Config.succeed("3 seconds" as const),
          retry: RetryPolicy.none,
          baseUrl: undefined
        })
      )))
  })
})
