// Every option of every type is accepted, or is an `InvalidRequestError` that names it, in both calling styles.
import {
  HTTPClient,
  InvalidRequestError,
  OpenRouter,
  OpenRouterDefaultError,
  type RequestOptions,
  type SDKOptions
} from "@effect-openrouter/promise"
import { OpenRouterCore } from "@effect-openrouter/promise/core.js"
import { generationsGetGeneration } from "@effect-openrouter/promise/funcs/generationsGetGeneration.js"
import { generationsSubmitFeedback } from "@effect-openrouter/promise/funcs/generationsSubmitFeedback.js"
import { afterEach, assert, beforeEach, describe, it, vi } from "@effect/vitest"
import { failure, unusedURL, withoutEnvironment, withServer } from "./server.js"

const apiKey = "sk-or-v1-5ecre7-0123456789"
const id = "gen-1"
const found = { body: { data: { id } } }

beforeEach(withoutEnvironment)

afterEach(() => {
  vi.unstubAllEnvs()
})

/** The errors of a call with both calling styles. */
const errors = async (options: unknown, request: unknown, call?: unknown): Promise<ReadonlyArray<unknown>> => [
  await new OpenRouter(options as SDKOptions).generations.getGeneration(request as never, call as RequestOptions).then(
    () => undefined,
    (error: unknown) => error
  ),
  (await generationsGetGeneration(
    new OpenRouterCore(options as SDKOptions),
    request as never,
    call as RequestOptions
  )).error
]

/** The fields that the errors of invalid options name, or the errors if they are others. */
const fields = (errors: ReadonlyArray<unknown>, name: string) =>
  errors.map((error) =>
    error instanceof InvalidRequestError && error.message.includes(name) && !error.message.includes("hunter2")
      ? error.field
      : error
  )

const throwing = (name: string) =>
  Object.defineProperty({}, name, {
    enumerable: true,
    get: () => {
      throw new Error("hunter2")
    }
  })

describe("an option that is invalid is named", () => {
  it.each<[string, object]>([
    ["apiKey", { apiKey: 5 }],
    ["apiKey", { apiKey: "'sk-or-v1-1'" }],
    ["apiKey", { apiKey: "OPENROUTER_API_KEY=sk-or-v1-1" }],
    ["apiKey", { apiKey: async () => "\"sk-or-v1-1\"" }],
    ["apiKey", { security: { apiKeyAuth: {} } }],
    ["security", { security: "sk-or-v1-1" }],
    ["serverURL", { serverURL: 5 }],
    ["serverURL", { serverURL: "openrouter.ai/api/v1" }],
    ["server", { server: "staging" }],
    ["timeoutMs", { timeoutMs: "500" }],
    ["timeoutMs", { timeoutMs: Number.NaN }],
    ["timeoutMs", { timeoutMs: () => 500 }],
    ["retryConfig", { retryConfig: 3 }],
    ["retryConfig.strategy", { retryConfig: { strategy: "always" } }],
    ["retryConfig.strategy", { retryConfig: {} }],
    ["retryConfig.backoff", { retryConfig: { strategy: "backoff", backoff: "fast" } }],
    ["retryConfig.backoff.exponent", { retryConfig: { strategy: "backoff", backoff: { exponent: "2" } } }],
    ["retryConfig.retryConnectionErrors", { retryConfig: { strategy: "backoff", retryConnectionErrors: "yes" } }],
    ["httpReferer", { httpReferer: 5 }],
    ["appTitle", { appTitle: {} }],
    ["appCategories", { appCategories: 5 }],
    ["userAgent", { userAgent: Symbol("agent") }],
    ["fetcher", { fetcher: "fetch" }],
    ["httpClient.request", { httpClient: {} }],
    ["httpClient.request", { httpClient: 5 }],
    ["timeoutMs", throwing("timeoutMs")],
    ["apiKey", throwing("apiKey")]
  ])("%s of a client %#", async (field, options) => {
    const rest = {
      ...(!("apiKey" in options || "security" in options) && { apiKey }),
      ...(!("serverURL" in options) && { serverURL: await unusedURL() })
    }
    const ends = await errors(Object.assign(Object.create(options), rest), { id })
    assert.deepStrictEqual(fields(ends, field.split(".").at(-1) ?? ""), [field, field])
  })

  it.each<[string, unknown]>([
    ["options", 5],
    ["options", "none"],
    ["timeoutMs", { timeoutMs: "500" }],
    ["timeoutMs", { timeoutMs: [] }],
    ["retryCodes", { retryCodes: ["teapot"] }],
    ["retryCodes", { retryCodes: 503 }],
    ["retryCodes", { retryCodes: [{}] }],
    ["retries", { retries: true }],
    ["retries.backoff.maxInterval", { retries: { strategy: "backoff", backoff: { maxInterval: -1 } } }],
    ["serverURL", { serverURL: {} }],
    ["headers", { headers: 5 }],
    ["headers", { headers: "x-team: a" }],
    ["headers.connection", { headers: { connection: "close" } }],
    ["headers.host", { fetchOptions: { headers: [["Host", "elsewhere"]] } }],
    ["signal", { signal: 5 }],
    ["signal", { fetchOptions: { signal: {} } }],
    ["fetchOptions", { fetchOptions: 5 }],
    ["fetchOptions", { cache: "no" }],
    ["fetchOptions", { fetchOptions: { credentials: 5 } }],
    ["timeoutMs", throwing("timeoutMs")],
    ["signal", throwing("signal")]
  ])("%s of a call %#", async (field, call) => {
    const ends = await errors({ apiKey, serverURL: await unusedURL() }, { id }, call)
    assert.deepStrictEqual(fields(ends, field.split(".").at(-1) ?? ""), [field, field])
  })

  it.each<[string, unknown]>([
    ["id", undefined],
    ["id", null],
    ["id", {}],
    ["id", { id: 5 }],
    ["id", { id: null }],
    ["request", "gen-1"],
    ["id", throwing("id")],
    ["headers.x-openrouter-title", { id, appTitle: {} }]
  ])("%s of a request %#", async (field, request) => {
    const [rejected, returned] = await errors({ apiKey, serverURL: await unusedURL() }, request)
    for (const error of [rejected, returned]) {
      assert.instanceOf(error, InvalidRequestError)
      assert.include(error.field, field)
    }
  })

  it("submitGenerationFeedbackRequest of feedback", async () => {
    const core = new OpenRouterCore({ apiKey, serverURL: await unusedURL() })
    const field = async (request: unknown) => {
      const { error } = await generationsSubmitFeedback(core, request as never)
      assert.instanceOf(error, InvalidRequestError)
      return error.field
    }
    assert.strictEqual(await field(undefined), "submitGenerationFeedbackRequest")
    assert.strictEqual(await field({ submitGenerationFeedbackRequest: "bad" }), "submitGenerationFeedbackRequest")
    assert.strictEqual(await field({ submitGenerationFeedbackRequest: {} }), "generationId")
  })

  it.each([
    ["OPENROUTER_BASE_URL", "openrouter.ai", "serverURL"],
    ["OPENROUTER_APP_TITLE", "Гроссбух", "appTitle"],
    ["OPENROUTER_API_KEY", "'sk-or-v1-1'", "apiKey"]
  ])("%s of the environment", async (variable, value, field) => {
    vi.stubEnv("OPENROUTER_API_KEY", apiKey)
    vi.stubEnv(variable, value)
    for (const error of await errors({}, { id })) {
      assert.instanceOf(error, InvalidRequestError)
      assert.strictEqual(error.field, field)
      assert.match(error.message, new RegExp(`^${variable}: `))
    }
  })
})

describe("an option that is null is not given", () => {
  it("in the options of a client and of a call", () =>
    withServer([found], async (serverURL, received) => {
      vi.stubEnv("OPENROUTER_API_KEY", `${apiKey}\n`)
      vi.stubEnv("OPENROUTER_BASE_URL", serverURL)
      const all = {
        apiKey: null,
        serverURL: null,
        timeoutMs: null,
        retryConfig: null,
        httpClient: null,
        security: null
      }
      const call = { timeoutMs: null, retries: null, retryCodes: null, signal: null, headers: null, fetchOptions: null }
      const ends = await Promise.all([null, undefined, {}, all].flatMap((options) =>
        [null, undefined, {}, call].map((overrides) => errors(options, { id, appTitle: null }, overrides))
      ))
      assert.deepStrictEqual(new Set(ends.flat()), new Set([undefined]))
      assert.lengthOf(received, 32)
      for (const { headers } of received) {
        assert.propertyVal(headers, "authorization", `Bearer ${apiKey}`)
      }
    }))
})

describe("retries", () => {
  it("accept codes that are numbers", () =>
    withServer([failure(404), found], async (serverURL, received) => {
      const { generations } = new OpenRouter({ apiKey, serverURL })
      await generations.getGeneration({ id }, { retryCodes: [404] })
      assert.lengthOf(received, 2)
    }))

  it("take the defaults for the rest of a partial backoff", () =>
    withServer([failure(503), failure(503), found], async (serverURL, received) => {
      const retryConfig = { strategy: "backoff", backoff: { initialInterval: 1 } } as const
      await new OpenRouter({ apiKey, serverURL, retryConfig }).generations.getGeneration({ id })
      assert.lengthOf(received, 3)
    }))

  it("share one budget, whatever keys a function returns", () =>
    withServer([failure(503)], async (serverURL, received) => {
      let keys = 0
      const { generations } = new OpenRouter({
        apiKey: () => `${apiKey}-${++keys}`,
        serverURL,
        retryConfig: { strategy: "backoff", backoff: { initialInterval: 0, maxElapsedTime: 60_000 } }
      })
      const calls = Array.from({ length: 5 }, () => generations.getGeneration({ id }).catch((error) => error))
      for (const error of await Promise.all(calls)) assert.instanceOf(error, OpenRouterDefaultError)
      assert.lengthOf(received, 105)
      assert.strictEqual(keys, 5)
    }))
})

it("a key may have line breaks around it, as a file has them", () =>
  withServer([found], async (serverURL, received) => {
    await new OpenRouter({ apiKey: `${apiKey}\r\n`, serverURL }).generations.getGeneration({ id })
    await new OpenRouter({ apiKey: async () => ` Bearer ${apiKey}\n`, serverURL }).generations.getGeneration({ id })
    for (const { headers } of received) assert.propertyVal(headers, "authorization", `Bearer ${apiKey}`)
  }))

it("a response hook that throws closes the connection of its response", () =>
  withServer([{ body: { data: { id, origin: "x".repeat(5_000_000) } } }], async (serverURL, _, { closed }) => {
    const httpClient = new HTTPClient()
    httpClient.addHook("response", () => {
      throw new Error("no")
    })
    const { generations } = new OpenRouter({ apiKey, serverURL, httpClient, retryConfig: { strategy: "none" } })
    const error: unknown = await generations.getGeneration({ id }).catch((error) => error)
    assert.propertyVal(error, "_tag", "ConnectionError")
    await closed
  }))
