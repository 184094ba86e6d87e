import {
  OpenRouterClient,
  type OpenRouterClientOptions,
  RetryPolicy,
  type TransformAttempt
} from "@effect-openrouter/client"
import { InvalidRequestError, isOpenRouterError } from "@effect-openrouter/core"
import { OpenRouterEmulator } from "@effect-openrouter/emulator"
import { apiKey } from "@effect-openrouter/test-support"
import { HttpClient } from "@effect/platform"
import { assert, describe, it } from "@effect/vitest"
import {
  Cause,
  Config,
  ConfigError,
  ConfigProvider,
  Effect,
  Either,
  Exit,
  FastCheck,
  Fiber,
  Layer,
  Redacted,
  Schedule,
  Schema,
  TestClock
} from "effect"
import { readFileSync } from "node:fs"
import { client, get, post, timed } from "./harness.js"

/** A value of a program without types. */
const fromOutside = (value: unknown) => value as never

const requests = Effect.flatMap(OpenRouterEmulator, (emulator) => emulator.requests)
const lastHeaders = Effect.map(requests, (requests) => requests.at(-1)?.headers ?? {})
const lastKey = Effect.map(requests, (requests) => requests.at(-1)?.headers["authorization"])
const { version } = JSON.parse(readFileSync(new URL("../package.json", import.meta.url), "utf8"))

describe("OpenRouterClient", () => {
  it.effect("sends the key, Accept and User-Agent, and returns the data", () =>
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

  it.effect("sends attribution, a user agent and other headers", () =>
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
  ])("sends requests below %s", ([baseUrl, url]) =>
    Effect.gen(function*() {
      yield* Effect.exit(get())
      assert.deepStrictEqual((yield* requests).map((request) => request.url), [url])
    }).pipe(Effect.provide(client({ baseUrl }))))

  it.effect("lets a call replace headers, base URL and retries, but not authorization", () =>
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

    it.effect("of a call replaces that of the client", () =>
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

  describe("rejects before anything is sent", () => {
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
        ["headers.http-referer", { httpReferer: "https://пример" }],
        ["apiKey", { apiKey: Redacted.make("\"sk-or-v1-1\"") }],
        ["apiKey", { apiKey: Redacted.make("sk-or-v1-1’") }],
        ["apiKey", { apiKey: Redacted.make("sk-or-v1-1\u00a0") }],
        ["apiKey", { apiKey: Redacted.make("\ufeffsk-or-v1-1") }],
        ["apiKey", { apiKey: Redacted.make("OPENROUTER_API_KEY=sk-or-v1-1") }],
        ["apiKey", { apiKey: Redacted.make("export KEY=sk-or-v1-1") }],
        ["apiKey", { apiKey: Redacted.make(5) as never }],
        ["apiKey", { apiKey: "sk-or-v1-1" as never }],
        ["apiKey", { apiKey: null as never }],
        ["apiKey", { apiKey: Effect.succeed("sk-or-v1-1") as never }],
        ["timeout", { timeout: "500" as never }],
        ["timeout", { timeout: (() => 5) as never }],
        ["connectTimeout", { connectTimeout: "soon" as never }],
        ["propagateTrace", { propagateTrace: "yes" as never }],
        ["maxBodySize", { maxBodySize: "5" as never }],
        ["retryBudget", { retryBudget: "5" as never }],
        ["retry", { retry: 3 as never }],
        ["retry", { retry: (() => true) as never }],
        ["retry", { retry: { strategy: "backoff" } as never }],
        ["rateLimit", { rateLimit: 20 as never }],
        ["baseUrl", { baseUrl: 5 as never }],
        ["baseUrl", { baseUrl: Symbol("url") as never }],
        ["httpReferer", { httpReferer: 5 as never }],
        ["appTitle", { appTitle: (() => "Ledger") as never }],
        ["appCategories", { appCategories: ["cli", 5] as never }],
        ["userAgent", { userAgent: {} as never }],
        ["headers", { headers: "x-team: a" as never }],
        ["headers", { headers: 5 as never }],
        ["headers", { headers: ["x-team"] as never }],
        ["headers.x-team", { headers: { "x-team": {} as never } }]
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
        ["headers.x-team", { headers: { "x-team": "\u0000" } }],
        ["apiKey", { apiKey: Redacted.make("'sk-or-v1-1'") }],
        ["apiKey", { apiKey: "sk-or-v1-1" as never }],
        ["retry", { retry: 3 as never }],
        ["transformAttempt", { transformAttempt: 3 as never }],
        ["isExpected", { isExpected: true as never }],
        ["options", "none" as never]
      ] as const
    )("%s of a call", ([field, options]) =>
      Effect.gen(function*() {
        assert.deepInclude(yield* Effect.flip(get(options)), { _tag: "InvalidRequestError", field })
        assert.deepStrictEqual(yield* requests, [])
      }).pipe(Effect.provide(client())))

    it.effect.each([
      "connection",
      "Keep-Alive",
      "proxy-connection",
      "upgrade",
      "Transfer-Encoding",
      "te",
      "trailer",
      "expect",
      "content-length",
      "Host"
    ])("the header %s, which HTTP sets itself", (name) =>
      Effect.gen(function*() {
        const field = `headers.${name.toLowerCase()}`
        const error = yield* Effect.flip(get({ headers: { [name]: "close" } }))
        assert.deepInclude(error, { _tag: "InvalidRequestError", field })
        assert.include(error.message, name.toLowerCase())
        assert.deepStrictEqual(yield* requests, [])
      }).pipe(Effect.provide(client())))

    const odd: Array<unknown> = [() => 1, Map, Symbol("no"), Number.NaN, -1, "500", [[]], new Map()]
    const anything = FastCheck.oneof(
      FastCheck.anything({ withDate: true, withMap: true, withBigInt: true, withNullPrototype: true }),
      FastCheck.constantFrom(...odd)
    )
    const names = [
      "apiKey",
      "appCategories",
      "appTitle",
      "baseUrl",
      "connectTimeout",
      "headers",
      "httpReferer",
      "maxBodySize",
      "propagateTrace",
      "rateLimit",
      "retry",
      "retryBudget",
      "timeout",
      "transformAttempt",
      "userAgent"
    ]

    it.effect.prop(
      "an option of any type, unless it is valid",
      { name: FastCheck.constantFrom(...names), value: anything },
      ({ name, value }) =>
        Effect.gen(function*() {
          const option = { [name]: value }
          const layer = Layer.provide(
            OpenRouterClient.layer({ apiKey, ...option }),
            OpenRouterEmulator.layerHttpClient
          )
          const { result: ofCall } = yield* timed(get(option))
          const { result: ofLayer } = yield* timed(Effect.provide(get(), layer))
          assert.isTrue([ofCall, ofLayer].every((result) => Either.isRight(result) || isOpenRouterError(result.left)))
        }).pipe(Effect.provide(client()))
    )

    it.effect("an option that throws when it is read, without quoting the error", () =>
      Effect.gen(function*() {
        const proxy = new Proxy({}, {
          get: () => {
            throw new Error("hunter2")
          },
          ownKeys: () => {
            throw new Error("hunter2")
          },
          isExtensible: () => {
            throw new Error("hunter2")
          }
        })
        const options = {
          get timeout(): number {
            throw new Error("hunter2")
          }
        }
        for (
          const [call, field] of [[options, "timeout"], [{ headers: proxy }, "headers"], [proxy, "apiKey"]] as const
        ) {
          const error = yield* Effect.flip(get(call))
          assert.deepInclude(error, { _tag: "InvalidRequestError", field })
          assert.notInclude(error.message, "hunter2")
          const other = Layer.provide(
            OpenRouterClient.layer(Object.assign(Object.create(call), { apiKey }) as OpenRouterClientOptions),
            OpenRouterEmulator.layerHttpClient
          )
          const ofLayer = yield* Effect.flip(Effect.provide(get(), other))
          assert.strictEqual(ofLayer._tag, "InvalidRequestError")
        }
        assert.deepStrictEqual(yield* requests, [])
      }).pipe(Effect.provide(client())))

    it.effect.each(
      [
        ["a long key", "proxy-token-0123456789", "gen-proxy-TOKEN-0123456789"],
        ["a short key", "key-1", "key-1"]
      ] as const
    )("an id that gives %s away, without quoting it", ([, key, id]) =>
      Effect.gen(function*() {
        const { execute } = yield* OpenRouterClient
        const path = `/generation?id=${encodeURIComponent(id)}`
        const body = { generation_id: id, category: "other" }
        for (
          const request of [
            { method: "GET", path, schema: Schema.Unknown },
            { method: "POST", path: "/generation/feedback", body, schema: Schema.Unknown }
          ] as const
        ) {
          const error = yield* Effect.flip(execute(request))
          assert.deepInclude(error, { _tag: "InvalidRequestError", field: "id" })
          assert.notInclude(JSON.stringify(error), id)
        }
        assert.deepStrictEqual(yield* requests, [])
        yield* Effect.exit(execute({ method: "GET", path: "/generation?id=gen-key-1", schema: Schema.Unknown }))
        assert.lengthOf(yield* requests, 1)
      }).pipe(Effect.provide(client({ apiKey: Redacted.make(key) }))))

    it.effect("a key that a header cannot carry, without quoting it", () =>
      Effect.gen(function*() {
        const error = yield* Effect.flip(get())
        assert.notInclude(JSON.stringify(error), "hunter")
      }).pipe(Effect.provide(client({ apiKey: Redacted.make("hunter\r\n2") }))))
  })

  it.effect("reads null as an option that is not given", () =>
    Effect.gen(function*() {
      const { execute } = yield* OpenRouterClient
      const request = { method: "GET", path: "/generation?id=gen-1", schema: Schema.Unknown } as const
      yield* execute(request, null as never)
      yield* get({ headers: null, timeout: null, retry: null, baseUrl: null, apiKey: null } as never)
      yield* get({ headers: { "x-team": null, "x-number": 5 } as never })
      assert.deepInclude(yield* lastHeaders, { "user-agent": `effect-openrouter/${version}`, "x-number": "5" })
      assert.notProperty(yield* lastHeaders, "x-team")
    }).pipe(Effect.provide(client({ timeout: null, headers: null, httpReferer: null, retry: null } as never))))

  it.effect("accepts a base URL that is a URL", () =>
    Effect.gen(function*() {
      yield* Effect.exit(get({ baseUrl: new URL("http://localhost/other/") }))
      assert.strictEqual((yield* requests)[0]?.url, "/other/generation?id=gen-1")
    }).pipe(Effect.provide(client())))

  describe("the key", () => {
    const other = "sk-or-v1-0ther-0123456789"
    const fault = { status: 401, body: { error: { code: 401, message: `no ${other}, no ${Redacted.value(apiKey)}` } } }

    it.effect("is that of the call, if it has one, and is removed from its errors", () =>
      Effect.gen(function*() {
        const emulator = yield* OpenRouterEmulator
        yield* emulator.faults([fault])
        const error = yield* Effect.flip(get({ apiKey: Redacted.make(other) }))
        assert.strictEqual(yield* lastKey, `Bearer ${other}`)
        assert.notInclude(error.message, other)
        yield* get()
        assert.strictEqual(yield* lastKey, `Bearer ${Redacted.value(apiKey)}`)
      }).pipe(Effect.provide(client())))

    it.effect("is read for each attempt, if it is an Effect", () => {
      let reads = 0
      const rotating = Effect.sync(() => Redacted.make(`${other}-${++reads}`))
      return Effect.gen(function*() {
        const emulator = yield* OpenRouterEmulator
        yield* emulator.faults([{ status: 503 }, { ...fault, status: 503 }])
        const { result } = yield* timed(get({ retry: Schedule.recurs(1) }))
        assert.deepStrictEqual(
          (yield* requests).map(({ headers }) => headers["authorization"]),
          [`Bearer ${other}-1`, `Bearer ${other}-2`]
        )
        assert.isTrue(Either.isLeft(result) && !result.left.message.includes(other))
        yield* get({ apiKey: Redacted.make("sk-or-v1-of-the-call") })
        assert.strictEqual(reads, 2)
      }).pipe(Effect.provide(client({ apiKey: rotating })))
    })

    it.effect.each<[string, OpenRouterClientOptions["apiKey"]]>([
      ["fails", Effect.fail(new InvalidRequestError({ field: "apiKey", message: "apiKey: the vault is sealed" }))],
      ["fails with something else", fromOutside(Effect.fail("sk-or-v1-secret"))],
      ["dies", Effect.die(new Error("sk-or-v1-secret"))],
      ["throws", Effect.sync(() => assert.fail("sk-or-v1-secret"))],
      ["gives something else", fromOutside(Effect.succeed(null))],
      ["gives a bad key", Effect.succeed(Redacted.make("'sk-or'"))],
      ["never ends", Effect.never]
    ])("fails the call, if it is an Effect that %s", ([, apiKey]) =>
      Effect.gen(function*() {
        const { result } = yield* timed(get())
        assert.isTrue(Either.isLeft(result))
        assert.deepInclude(Either.isLeft(result) ? result.left : {}, { _tag: "InvalidRequestError", field: "apiKey" })
        assert.notInclude(JSON.stringify(result), "secret")
        assert.deepStrictEqual(yield* requests, [])
      }).pipe(Effect.provide(client({ apiKey }))))

    it.effect.each([Effect.never, Effect.uninterruptible(Effect.never)])(
      "fails the call in an uninterruptible region, if it is an Effect that never ends: %#",
      (apiKey) =>
        Effect.gen(function*() {
          const { result } = yield* timed(Effect.uninterruptible(get()))
          const error = Either.isLeft(result) ? result.left : {}
          assert.deepInclude(error, { _tag: "InvalidRequestError", field: "apiKey" })
        }).pipe(Effect.provide(client({ apiKey })))
    )

    it.effect.each<[string, Effect.Effect<never>]>([
      ["fails with something else", fromOutside(Effect.fail("sk-or-v1-secret"))],
      ["dies", Effect.die(new Error("sk-or-v1-secret"))]
    ])("a rate limit that %s fails the call, too", ([, rateLimit]) =>
      Effect.gen(function*() {
        const error = yield* Effect.flip(get())
        assert.deepInclude(error, { _tag: "InvalidRequestError", field: "rateLimit" })
        assert.notInclude(JSON.stringify(error), "secret")
      }).pipe(Effect.provide(client({ rateLimit }))))

    it.effect("options that cannot be read, and a predicate that throws, are no defects", () =>
      Effect.gen(function*() {
        const unreadable = new Proxy({}, { get: () => assert.fail("read"), has: () => assert.fail("read") })
        const error = yield* Effect.flip(get({ apiKey: fromOutside(unreadable) }))
        assert.deepInclude(error, { _tag: "InvalidRequestError", field: "apiKey" })
        const layered = yield* Effect.flip(
          Effect.provide(
            get(),
            Layer.provide(
              OpenRouterClient.layerConfig({ apiKey, baseUrl: fromOutside(unreadable) }),
              OpenRouterEmulator.layerHttpClient
            )
          )
        )
        assert.deepInclude(layered, { _tag: "InvalidRequestError", field: "baseUrl" })
        const emulator = yield* OpenRouterEmulator
        yield* emulator.faults([{ status: 503 }, { status: 503 }])
        yield* timed(get({ isExpected: () => assert.fail("no") }))
        assert.isAbove((yield* requests).length, 1)
      }).pipe(Effect.provide(client())))
  })

  it.effect("counts the attempts of a call in its errors", () =>
    Effect.gen(function*() {
      const emulator = yield* OpenRouterEmulator
      const seen: Array<unknown> = []
      const observe: TransformAttempt = (attempt) =>
        Effect.tapError(attempt, (error) => Effect.sync(() => seen.push("attempts" in error && error.attempts)))
      yield* emulator.faults([{ status: 503 }, { delay: "1 hour" }, { status: 200, body: "<html>" }, { status: 500 }])
      const { result } = yield* timed(get({ transformAttempt: observe }))
      assert.deepStrictEqual(seen, [1, 2, 3, 4])
      assert.deepInclude(Either.isLeft(result) ? result.left : {}, {
        attempts: 4,
        method: "GET",
        url: "https://openrouter.ai/api/v1/generation?id=gen-1"
      })
    }).pipe(Effect.provide(client())))

  it.effect("reads the response of a client that filters statuses", () =>
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
      yield* Fiber.interrupt(fiber)
      const exit = yield* Fiber.await(fiber)
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
      "names the variables if they are %j",
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

    it.effect("reads attribution from the environment, and trims what it reads", () =>
      Effect.gen(function*() {
        yield* Effect.exit(get())
        assert.deepInclude(yield* lastHeaders, {
          authorization: "Bearer one",
          "http-referer": "https://ledger.example",
          "x-openrouter-title": "Ledger",
          "x-openrouter-categories": "a,b"
        })
      }).pipe(Effect.provide(layer({
        OPENROUTER_API_KEY: "one\r\n",
        OPENROUTER_HTTP_REFERER: "https://ledger.example\n",
        OPENROUTER_APP_TITLE: "Ledger",
        OPENROUTER_APP_CATEGORIES: "a,b"
      }))))

    it.effect.each(
      [
        ["OPENROUTER_BASE_URL", { OPENROUTER_API_KEY: "one", OPENROUTER_BASE_URL: "openrouter.ai" }, {}],
        ["OPENROUTER_API_KEY", { OPENROUTER_API_KEY: "'one'", OPENROUTER_API_KEY_AUTH: "two" }, {}],
        ["OPENROUTER_API_KEY_AUTH", { OPENROUTER_API_KEY_AUTH: "KEY=two" }, {}],
        ["OPENROUTER_API_KEY", { OPENROUTER_API_KEY: "one\u00a0" }, {}],
        ["OPENROUTER_APP_TITLE", { OPENROUTER_API_KEY: "one", OPENROUTER_APP_TITLE: "Гроссбух" }, {}],
        ["MY_URL", { OPENROUTER_API_KEY: "one", MY_URL: "ftp://x" }, { baseUrl: Config.string("MY_URL") }],
        ["MY_URL", { OPENROUTER_API_KEY: "one", MY_URL: "ftp://x" }, {
          baseUrl: Config.option(Config.string("MY_URL"))
        }],
        ["MY_BUDGET", { OPENROUTER_API_KEY: "one", MY_BUDGET: "-5" }, { retryBudget: Config.number("MY_BUDGET") }],
        ["MY_TIMEOUT", { OPENROUTER_API_KEY: "one", MY_TIMEOUT: "0 seconds" }, {
          timeout: Config.duration("MY_TIMEOUT")
        }],
        ["MY_KEY", { MY_KEY: "\"one\"" }, { apiKey: Config.redacted("MY_KEY") }]
      ] as const
    )("fails with a ConfigError that names %s", ([variable, environment, options]) =>
      Effect.gen(function*() {
        const error = yield* Effect.flip(Layer.build(layer(environment, options)))
        assert.isTrue(ConfigError.isConfigError(error))
        assert.match(String(error), new RegExp(`Invalid data at ${variable}: `))
        assert.notMatch(String(error), /\bone\b/)
      }).pipe(Effect.scoped))

    it.effect("reads the environment for a Config that gives nothing", () =>
      Effect.gen(function*() {
        assert.deepStrictEqual(yield* sent, { key: "Bearer one", url: "/elsewhere/generation?id=gen-1" })
      }).pipe(Effect.provide(layer({ OPENROUTER_API_KEY: "one", OPENROUTER_BASE_URL: "http://localhost/elsewhere" }, {
        apiKey: Config.option(Config.redacted("MY_KEY")),
        baseUrl: Config.withDefault(Config.string("MY_URL"), undefined),
        appTitle: Config.option(Config.string("MY_TITLE"))
      }))))

    it.effect("accepts a key that is an Effect, and trims one of a Config", () =>
      Effect.gen(function*() {
        const key = (options: Parameters<typeof OpenRouterClient.layerConfig>[0]) =>
          Effect.map(Effect.provide(sent, layer({ MY_KEY: "three\n" }, options)), ({ key }) => key)
        assert.strictEqual(yield* key({ apiKey: Effect.succeed(Redacted.make("four")) }), "Bearer four")
        assert.strictEqual(yield* key({ apiKey: Config.redacted("MY_KEY") }), "Bearer three")
      }))

    it.effect("accepts each option as a value or a Config", () =>
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
