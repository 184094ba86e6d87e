import { OpenRouterError } from "@effect-openrouter/core"
import {
  ConnectionError,
  HTTPClient,
  InvalidRequestError,
  OpenRouter,
  OpenRouterDefaultError,
  RequestAbortedError,
  type SDKOptions,
  Usage
} from "@effect-openrouter/promise"
import { afterEach, assert, beforeEach, describe, it, vi } from "@effect/vitest"
import { Schema } from "effect"
import { getEventListeners } from "node:events"
import { inspect } from "node:util"
import { failure, unusedURL, withoutEnvironment, withServer } from "./server.js"

const apiKey = "sk-or-v1-5ecre7-0123456789"
const id = "gen-1"
const retryConfig = { strategy: "none" } as const

const rejection = (promise: Promise<unknown>): Promise<Error> =>
  promise.then(
    () => assert.fail("it resolved"),
    (error) => {
      assert.instanceOf(error, Error)
      return error
    }
  )

beforeEach(withoutEnvironment)

afterEach(() => {
  vi.unstubAllEnvs()
})

describe("OpenRouter", () => {
  it.each(["OPENROUTER_API_KEY", "OPENROUTER_API_KEY_AUTH"])(
    "takes the key from %s",
    (name) =>
      withServer([{ body: { data: { id } } }], async (serverURL, received) => {
        vi.stubEnv(name, apiKey)
        await new OpenRouter({ serverURL }).generations.getGeneration({ id })
        assert.propertyVal(received[0]?.headers, "authorization", `Bearer ${apiKey}`)
      })
  )

  it("takes the key as security, and without its scheme", () =>
    withServer([{ body: { data: { id } } }], async (serverURL, received) => {
      await new OpenRouter({ security: { apiKeyAuth: apiKey }, serverURL }).generations.getGeneration({ id })
      await new OpenRouter({ security: { apiKeyAuth: () => apiKey }, serverURL }).generations.getGeneration({ id })
      await new OpenRouter({ apiKey: `Bearer ${apiKey}`, serverURL }).generations.getGeneration({ id })
      const expected = `Bearer ${apiKey}`
      assert.deepStrictEqual(received.map(({ headers }) => headers["authorization"]), [expected, expected, expected])
    }))

  it("gives null for what is unknown, the rest as received, and costs that Usage understands", () => {
    const record = { id, created_at: "2026-07-21T11:59:00.123456+02:00", total_cost: 0.0015, speed: "fast" }
    return withServer([{ body: { data: record } }], async (serverURL) => {
      const { data } = await new OpenRouter({ apiKey, serverURL }).generations.getGeneration({ id })
      assert.deepInclude(data, { createdAt: "2026-07-21T09:59:00.123Z", model: null, unknownFields: { speed: "fast" } })
      assert.strictEqual(Usage.effectiveCost(data), 0.0015)
    })
  })

  it("warns of the record of another generation with console.warn, not on standard output", () =>
    withServer([{ body: { data: { id: "gen-other" } } }], async (serverURL) => {
      const log = vi.spyOn(console, "log").mockImplementation(() => {})
      const warn = vi.spyOn(console, "warn").mockImplementation(() => {})
      try {
        await new OpenRouter({ apiKey, serverURL }).generations.getGeneration({ id })
        assert.deepStrictEqual(log.mock.calls, [])
        assert.match(String(warn.mock.calls[0]?.[0]), /gen-other/)
      } finally {
        vi.restoreAllMocks()
      }
    }))

  it("rejects with the tagged error itself, and says where the call was made", () =>
    withServer([failure(404)], async (serverURL) => {
      const { generations } = new OpenRouter({ apiKey, serverURL })
      const error = await rejection(async function myProgram() {
        return generations.getGeneration({ id })
      }())
      assert.instanceOf(error, OpenRouterDefaultError)
      assert.deepInclude(error, {
        _tag: "OpenRouterDefaultError",
        status: 404,
        reason: "NotFound",
        message: "status 404"
      })
      assert.strictEqual(error.name, "OpenRouterDefaultError")
      assert.match(error.stack ?? "", /^OpenRouterDefaultError: status 404\n/)
      assert.match(error.stack ?? "", /at myProgram .*OpenRouter\.test\.ts/)
      assert.isTrue(Schema.is(OpenRouterError)(error))
    }))

  it("gives each of two calls with the same invalid option its own stack", async () => {
    const { generations } = new OpenRouter({ apiKey: "" })
    const first = await rejection(async function firstPlace() {
      return generations.getGeneration({ id })
    }())
    await rejection(generations.getGeneration({ id }))
    assert.match(first.stack ?? "", /firstPlace/)
  })

  it("listens to a signal once, however many calls have it", () =>
    withServer([{ body: { data: { id } } }], async (serverURL) => {
      const { signal } = new AbortController()
      const { generations } = new OpenRouter({ apiKey, serverURL })
      const calls = Array.from({ length: 20 }, () => generations.getGeneration({ id }, { signal }))
      assert.lengthOf(getEventListeners(signal, "abort"), 1)
      await Promise.all(calls)
      assert.lengthOf(getEventListeners(signal, "abort"), 0)
    }))

  it("retries a 503 by default", () =>
    withServer([failure(503), { body: { data: { id } } }], async (serverURL, received) => {
      await new OpenRouter({ apiKey, serverURL }).generations.getGeneration({ id })
      assert.lengthOf(received, 2)
    }))

  it("retries the codes of one call without a configuration", () =>
    withServer([failure(404), { body: { data: { id } } }], async (serverURL, received) => {
      await new OpenRouter({ apiKey, serverURL }).generations.getGeneration({ id }, { retryCodes: ["404"] })
      assert.lengthOf(received, 2)
    }))

  it("keeps the retry budget of a key from call to call", () =>
    withServer([failure(503)], async (serverURL, received) => {
      const atOnce = { initialInterval: 0, maxInterval: 0, exponent: 1, maxElapsedTime: 60_000 }
      const openRouter = new OpenRouter({
        apiKey: () => apiKey,
        serverURL,
        retryConfig: { strategy: "backoff", backoff: atOnce }
      })
      await rejection(openRouter.generations.getGeneration({ id }))
      assert.lengthOf(received, 101)
      await rejection(openRouter.generations.getGeneration({ id }))
      assert.lengthOf(received, 102)
    }))

  it("reads a time below 0 as no limit", () =>
    withServer([{ body: { data: { id } } }], async (serverURL) => {
      const openRouter = new OpenRouter({ apiKey, serverURL, timeoutMs: -1 })
      assert.strictEqual((await openRouter.generations.getGeneration({ id })).data.id, id)
    }))

  it("takes a fetcher, which is given a Request", () =>
    withServer([{ body: { data: { success: true } } }], async (serverURL, received) => {
      const urls: Array<unknown> = []
      const openRouter = new OpenRouter({
        apiKey,
        serverURL,
        fetcher: (request) => {
          urls.push(request instanceof Request && request.url)
          return fetch(request)
        }
      })
      const feedback = { generationId: id, category: "other" } as const
      await openRouter.generations.submitFeedback({ submitGenerationFeedbackRequest: feedback })
      assert.deepStrictEqual(urls, [`${serverURL}/generation/feedback`])
      assert.deepStrictEqual(received.map(({ body }) => body), ["{\"generation_id\":\"gen-1\",\"category\":\"other\"}"])
    }))

  it("does not follow a redirect, because the key would be sent to its target", () =>
    withServer([{ status: 302, body: "", headers: { location: "/elsewhere" } }], async (serverURL, received) => {
      const { generations } = new OpenRouter({ apiKey, serverURL })
      const error = await rejection(generations.getGeneration({ id }, { redirect: "follow" }))
      assert.propertyVal(error, "status", 302)
      assert.lengthOf(received, 1)
    }))

  it.each<[string, Partial<SDKOptions>]>([
    ["fetch", {}],
    ["a fetcher", { fetcher: (request) => fetch(request) }]
  ])(
    "closes the connection of %s when it is aborted",
    (_, options) =>
      withServer(["silence"], async (serverURL, received, { arrived, closed }) => {
        const controller = new AbortController()
        const { generations } = new OpenRouter({ apiKey, serverURL, ...options })
        const end = rejection(generations.getGeneration({ id }, { signal: controller.signal }))
        await arrived
        controller.abort()
        assert.instanceOf(await end, RequestAbortedError)
        await closed
        assert.lengthOf(received, 1)
      })
  )

  it("does nothing for a signal that was aborted before", () =>
    withServer([{ body: { data: { id } } }], async (serverURL, received) => {
      let asked = 0
      const { generations } = new OpenRouter({ apiKey: () => `${apiKey}${++asked}`, serverURL })
      const error = await rejection(generations.getGeneration({ id }, { signal: AbortSignal.abort() }))
      assert.instanceOf(error, RequestAbortedError)
      assert.deepStrictEqual([asked, received.length], [0, 0])
    }))

  it("aborts at once, whatever it waits for", () =>
    withServer([failure(503, { "retry-after": "10" })], async (serverURL, _, { closed }) => {
      const controller = new AbortController()
      const clients = [
        new OpenRouter({ apiKey, serverURL }),
        new OpenRouter({ apiKey, serverURL, fetcher: () => new Promise(() => {}) }),
        new OpenRouter({ apiKey: () => new Promise(() => {}), serverURL })
      ]
      const ends = clients.map(({ generations }) =>
        rejection(generations.getGeneration({ id }, { signal: controller.signal }))
      )
      await closed
      controller.abort("enough")
      for (const error of await Promise.all(ends)) {
        assert.instanceOf(error, RequestAbortedError)
        assert.strictEqual(error.cause, "enough")
      }
    }))

  it.each<[string, SDKOptions, string, RegExp]>([
    ["no key", {}, "apiKey", /OPENROUTER_API_KEY/],
    ["an empty key", { apiKey: "" }, "apiKey", /empty/],
    ["a key that no header carries", { apiKey: "a\nb" }, "apiKey", /line break/],
    [
      "a key function that throws",
      {
        apiKey: () => {
          throw new Error(`the vault of ${apiKey} is sealed`)
        }
      },
      "apiKey",
      /failed: the vault of <redacted> is sealed$/
    ],
    ["a key function that rejects", { apiKey: () => Promise.reject("sealed") }, "apiKey", /failed: sealed$/],
    [
      "a key function that rejects with nothing",
      { apiKey: () => Promise.reject(Object.create(null)) },
      "apiKey",
      /failed: it gave no reason$/
    ],
    ["a key function without a key", { apiKey: (() => null) as never }, "apiKey", /must be a string/],
    [
      "a key function without an end",
      { apiKey: () => new Promise(() => {}), timeoutMs: 50 },
      "apiKey",
      /no key within 50ms/
    ],
    ["a bad URL", { apiKey, serverURL: "openrouter" }, "serverURL", /^serverURL must be/],
    ["a bad time", { apiKey, timeoutMs: "soon" as never }, "timeoutMs", /^timeoutMs must be/],
    [
      "a bad configuration",
      {
        apiKey,
        retryConfig: {
          strategy: "backoff",
          backoff: { initialInterval: -1, maxInterval: 1, exponent: 1, maxElapsedTime: 1 }
        }
      },
      "retryConfig.backoff.initialInterval",
      /^retryConfig\.backoff\.initialInterval must/
    ]
  ])("fails a call, not the constructor, for %s", async (_, options, field, message) => {
    const serverURL = await unusedURL()
    const error = await rejection(new OpenRouter({ serverURL, ...options }).generations.getGeneration({ id }))
    assert.instanceOf(error, InvalidRequestError)
    assert.strictEqual(error.field, field)
    assert.match(error.message, message)
    assert.notInclude(inspect(error), apiKey)
  })

  it.each<[string, unknown]>([
    ["an invalid id", { id: "" }],
    ["no request", undefined],
    ["no feedback", { submitGenerationFeedbackRequest: undefined }]
  ])("rejects %s", async (_, request) => {
    const { generations } = new OpenRouter({ apiKey, serverURL: await unusedURL() })
    assert.instanceOf(await rejection(generations.getGeneration(request as never)), Error)
    assert.instanceOf(await rejection(generations.submitFeedback(request as never)), Error)
  })

  it("does not show the key to any printer", () =>
    withServer([{ status: 401, body: { error: { code: 401, message: `no ${apiKey}`, metadata: { apiKey } } } }], async (
      serverURL
    ) => {
      const breaking = new HTTPClient({
        fetcher: (request) =>
          Promise.reject(new Error(request instanceof Request ? String(request.headers.get("authorization")) : ""))
      })
      const options = { apiKey, serverURL, retryConfig }
      const clients = [
        new OpenRouter(options),
        new OpenRouter({ ...options, apiKey: () => apiKey }),
        new OpenRouter({ ...options, httpClient: breaking })
      ]
      const errors = await Promise.all(clients.map(({ generations }) => rejection(generations.getGeneration({ id }))))
      assert.strictEqual(errors[0]?.message, "no <redacted>")
      assert.instanceOf(errors[2], ConnectionError)
      for (const value of [...clients, ...errors]) {
        const printed = [
          String(value),
          JSON.stringify(value),
          inspect(value, { depth: Infinity, showHidden: true, getters: true }),
          value instanceof Error ? value.stack : ""
        ]
        assert.notInclude(printed.join("\n"), "5ecre7")
      }
    }))
})
