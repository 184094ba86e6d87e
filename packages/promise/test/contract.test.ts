// One program, run with OpenRouter's own client and with this package: only the name of the package differs. What it
// prints, and what the server is sent, must be the same; the few differences are in README.md.
import * as Ours from "@effect-openrouter/promise"
import * as OurCore from "@effect-openrouter/promise/core.js"
import * as OurGet from "@effect-openrouter/promise/funcs/generationsGetGeneration.js"
import * as OurContent from "@effect-openrouter/promise/funcs/generationsListGenerationContent.js"
import * as OurFeedback from "@effect-openrouter/promise/funcs/generationsSubmitFeedback.js"
import { afterEach, assert, beforeEach, describe, it, vi } from "@effect/vitest"
import * as Theirs from "@openrouter/sdk"
import * as TheirCore from "@openrouter/sdk/core.js"
import * as TheirGet from "@openrouter/sdk/funcs/generationsGetGeneration.js"
import * as TheirContent from "@openrouter/sdk/funcs/generationsListGenerationContent.js"
import * as TheirFeedback from "@openrouter/sdk/funcs/generationsSubmitFeedback.js"
import { resetEnv } from "@openrouter/sdk/lib/env.js"
import { identity } from "effect/Function"
import { readFileSync } from "node:fs"
import { type Answer, failure, type First, type Received, unusedURL, withoutEnvironment, withServer } from "./server.js"

const theirs = { ...Theirs, ...TheirCore, ...TheirGet, ...TheirContent, ...TheirFeedback }
const ours = { ...Ours, ...OurCore, ...OurGet, ...OurContent, ...OurFeedback }

/**
 * What both have: a program that compiles with this compiles with either. Only where it gives one thing of a package to
 * another, the compiler cannot know that it is of the same package.
 */
type Sdk = typeof theirs | typeof ours

type Program = (sdk: Sdk, serverURL: string, first: First) => Promise<unknown>

const fixture = (name: string): { readonly data: Readonly<Record<string, unknown>> } =>
  JSON.parse(readFileSync(new URL(`../../core/test/fixtures/${name}`, import.meta.url), "utf8"))

const record = { data: { ...fixture("spec-2026-08-newest.json").data, response_cache_source_id: null } }
const apiKey = "sk-or-v1-0123456789abcdef"
const id = "gen-1"
const once = { strategy: "none" } as const
const atOnce = {
  strategy: "backoff",
  backoff: { initialInterval: 1, maxInterval: 1, exponent: 1, maxElapsedTime: 5_000 }
} as const

/** What a program can see of a failure in the same way with both. */
const seen = (error: unknown) => {
  assert.instanceOf(error, Error)
  const status = "statusCode" in error ? error.statusCode : "status" in error ? error.status : undefined
  // Their own message where a status is not in their list.
  const message = error.message.replace(/^API error occurred: Status (\d+)\..*/, "status $1")
  return status === undefined ? { name: error.name } : { status, message }
}

const rejection = (promise: Promise<unknown>) => promise.then(() => "resolved", seen)

/** Without what only we have, and with times in one form. */
const plain = (value: unknown): unknown =>
  JSON.parse(
    JSON.stringify(value ?? null),
    (name, field) => name === "unknownFields" ? undefined : name === "createdAt" ? Date.parse(field) : field
  )

const sent = ({ body, headers, method, url }: Received) => ({
  method,
  url,
  body: body === "" ? "" : JSON.parse(body),
  headers: Object.fromEntries(
    Object.entries(headers).filter(([name]) => /^(authorization|accept|content-type|http-referer|x-.*)$/.test(name))
  )
})

const run = (sdk: Sdk, answers: ReadonlyArray<Answer>, program: Program) =>
  withServer(answers, async (serverURL, received, first) => ({
    result: plain(await program(sdk, serverURL, first)),
    requests: received.map(sent)
  }))

/** Runs a program with both, and gives what came of it with either. */
const both = async (answers: ReadonlyArray<Answer>, program: Program) => {
  const expected = await run(theirs, answers, program)
  assert.deepStrictEqual(await run(ours, answers, program), expected)
  return expected
}

beforeEach(() => {
  withoutEnvironment()
  resetEnv()
})

afterEach(() => {
  vi.unstubAllEnvs()
})

describe("a program for OpenRouter's own client", () => {
  it("gets a record, and sends the same", async () => {
    const { requests, result } = await both([{ body: record }], ({ OpenRouter }, serverURL) =>
      new OpenRouter({
        apiKey,
        serverURL,
        httpReferer: "https://ledger.example",
        appTitle: "Ledger",
        appCategories: "a,b"
      }).generations.getGeneration({ id: "gen/1?x=&#é∞", appTitle: "Other" }, { headers: { "X-Mine": "1" } }))
    assert.deepNestedInclude(result, { "data.totalCost": 0.0015 })
    assert.deepNestedInclude(requests[0], {
      "headers.authorization": `Bearer ${apiKey}`,
      "headers.http-referer": "https://ledger.example",
      "headers.x-openrouter-title": "Other",
      "headers.x-openrouter-categories": "a,b",
      "headers.x-mine": "1"
    })
  })

  it("gets a record with a standalone function", async () => {
    const { result } = await both(
      [{ body: record }],
      (sdk, serverURL) => sdk.generationsGetGeneration(new sdk.OpenRouterCore({ apiKey, serverURL }) as never, { id })
    )
    assert.deepNestedInclude(result, { ok: true, "value.data.totalCost": 0.0015 })
  })

  it.each([
    ["messages", fixture("content-failed-generation.json")],
    ["a prompt", { data: { input: { prompt: "Why?" }, output: { completion: "42", reasoning: null }, error: null } }]
  ])("gets the content of %s", async (_, body) => {
    const { requests } = await both([{ body }], async (sdk, serverURL) => {
      const client = new sdk.OpenRouter({ apiKey, serverURL })
      const { data } = await client.generations.listGenerationContent({ id })
      const core = new sdk.OpenRouterCore({ apiKey, serverURL })
      const result = await sdk.generationsListGenerationContent(core as never, { id })
      return { data, result, isChat: data.input !== null && "messages" in data.input }
    })
    assert.lengthOf(requests, 2)
  })

  it("submits feedback", async () => {
    const feedback = { generationId: id, category: "billing", comment: "twice" } as const
    const { requests } = await both([{ body: { data: { success: true } } }], async (sdk, serverURL) => [
      await new sdk.OpenRouter({ apiKey, serverURL }).generations.submitFeedback({
        submitGenerationFeedbackRequest: feedback
      }),
      await sdk.generationsSubmitFeedback(new sdk.OpenRouterCore({ apiKey, serverURL }) as never, {
        submitGenerationFeedbackRequest: feedback,
        appTitle: "Ledger"
      })
    ])
    assert.lengthOf(requests, 2)
  })

  it.each([400, 401, 402, 403, 404, 408, 429, 500, 502, 503, 504, 524, 529])("sees a %d", async (status) => {
    const { result } = await both([failure(status)], async (sdk, serverURL) => {
      const options = { apiKey, serverURL, retryConfig: once }
      const rejected = await rejection(new sdk.OpenRouter(options).generations.getGeneration({ id }))
      const { error, ok, ...rest } = await sdk.generationsGetGeneration(
        new sdk.OpenRouterCore(options) as never,
        { id }
      )
      return [rejected, { ok, ...seen(error) }, Object.keys(rest)]
    })
    const expected = { status, message: `status ${status}` }
    assert.deepStrictEqual(result, [expected, { ok: false, ...expected }, []])
  })

  it("sees a response that is not the record", async () => {
    const { result } = await both([{ body: { data: { id: 5 } } }], async ({ OpenRouter }, serverURL) => {
      const error: unknown = await new OpenRouter({ apiKey, serverURL }).generations.getGeneration({ id }).catch((
        error
      ) => error)
      return error instanceof Error ? error.name : error
    })
    assert.strictEqual(result, "ResponseValidationError")
  })

  it("sees that a connection is refused", async () => {
    const serverURL = await unusedURL()
    const { result } = await both(
      [],
      ({ OpenRouter }) =>
        rejection(new OpenRouter({ apiKey, serverURL, retryConfig: once }).generations.getGeneration({ id }))
    )
    assert.deepStrictEqual(result, { name: "ConnectionError" })
  })

  it("sets a timeout, for the client or for a call", async () => {
    const { requests, result } = await both(["silence"], async ({ OpenRouter }, serverURL) => {
      const options = { apiKey, serverURL, retryConfig: once }
      const hasty = new OpenRouter({ ...options, timeoutMs: 50 })
      const patient = new OpenRouter({ ...options, timeoutMs: 60_000 })
      return [
        await rejection(hasty.generations.getGeneration({ id })),
        await rejection(patient.generations.getGeneration({ id }, { timeoutMs: 50 }))
      ]
    })
    assert.deepStrictEqual(result, [{ name: "RequestTimeoutError" }, { name: "RequestTimeoutError" }])
    assert.lengthOf(requests, 2)
  })

  it.each<[string, (sdk: Sdk, serverURL: string, signal: AbortSignal) => Promise<unknown>]>([
    [
      "as an option",
      ({ OpenRouter }, serverURL, signal) =>
        new OpenRouter({ apiKey, serverURL }).generations.getGeneration({ id }, { signal }).catch(identity)
    ],
    [
      "in fetchOptions",
      ({ OpenRouter }, serverURL, signal) =>
        new OpenRouter({ apiKey, serverURL }).generations.getGeneration({ id }, { fetchOptions: { signal } }).catch(
          identity
        )
    ],
    ["of a standalone function", async (sdk, serverURL, signal) => {
      const core = new sdk.OpenRouterCore({ apiKey, serverURL }) as never
      return (await sdk.generationsGetGeneration(core, { id }, { signal })).error
    }]
  ])("aborts a call, by a signal %s", async (_, call) => {
    const { requests, result } = await both(["silence"], async (sdk, serverURL, { arrived }) => {
      const controller = new AbortController()
      const inFlight = call(sdk, serverURL, controller.signal)
      await arrived
      controller.abort()
      const ends = [await inFlight, await call(sdk, serverURL, controller.signal)]
      return ends.map((error) => {
        assert.instanceOf(error, Error)
        return { name: error.name, isCausedBySignal: error.cause === controller.signal.reason }
      })
    })
    const expected = { name: "RequestAbortedError", isCausedBySignal: true }
    assert.deepStrictEqual(result, [expected, expected])
    assert.lengthOf(requests, 1)
  })

  it.each<[string, ReadonlyArray<Answer>, Program, number]>([
    [
      "5XX by the client's configuration",
      [failure(503), failure(500), { body: record }],
      ({ OpenRouter }, serverURL) =>
        new OpenRouter({ apiKey, serverURL, retryConfig: atOnce }).generations.getGeneration({ id }),
      3
    ],
    [
      "5XX by the call's configuration",
      [failure(503), failure(500), { body: record }],
      ({ OpenRouter }, serverURL) =>
        new OpenRouter({ apiKey, serverURL, retryConfig: once }).generations.getGeneration({ id }, { retries: atOnce }),
      3
    ],
    [
      "nothing",
      [failure(503)],
      ({ OpenRouter }, serverURL) =>
        rejection(
          new OpenRouter({ apiKey, serverURL, retryConfig: atOnce }).generations.getGeneration({ id }, {
            retries: once
          })
        ),
      1
    ],
    [
      "no 429",
      [failure(429)],
      ({ OpenRouter }, serverURL) =>
        rejection(new OpenRouter({ apiKey, serverURL, retryConfig: atOnce }).generations.getGeneration({ id })),
      1
    ],
    [
      "the codes of the call",
      [failure(429), failure(404), { body: record }],
      ({ OpenRouter }, serverURL) =>
        new OpenRouter({ apiKey, serverURL, retryConfig: atOnce }).generations.getGeneration({ id }, {
          retryCodes: ["429", "404"]
        }),
      3
    ],
    [
      "a timeout, where connection errors are",
      ["silence", { body: record }],
      ({ OpenRouter }, serverURL) =>
        new OpenRouter({ apiKey, serverURL }).generations.getGeneration({ id }, {
          retries: { ...atOnce, retryConnectionErrors: true },
          timeoutMs: 100
        }),
      2
    ]
  ])("tries again after %s", async (_, answers, program, attempts) => {
    const { requests } = await both(answers, program)
    assert.lengthOf(requests, attempts)
  })

  it("gives a key by a function, asked once for each call", async () => {
    const { requests } = await both([failure(503), { body: record }], async ({ OpenRouter }, serverURL) => {
      let calls = 0
      const openRouter = new OpenRouter({
        apiKey: async () => `sk-or-v1-0123456789-${++calls}`,
        serverURL,
        retryConfig: atOnce
      })
      await openRouter.generations.getGeneration({ id })
      await openRouter.generations.getGeneration({ id })
    })
    assert.deepStrictEqual(requests.map(({ headers }) => headers["authorization"]), [
      "Bearer sk-or-v1-0123456789-1",
      "Bearer sk-or-v1-0123456789-1",
      "Bearer sk-or-v1-0123456789-2"
    ])
  })

  it("takes from the environment what it is not given", async () => {
    const { requests } = await both([{ body: record }], ({ OpenRouter }, serverURL) => {
      vi.stubEnv("OPENROUTER_API_KEY", apiKey)
      vi.stubEnv("OPENROUTER_BASE_URL", serverURL)
      vi.stubEnv("OPENROUTER_HTTP_REFERER", "https://ledger.example")
      vi.stubEnv("OPENROUTER_APP_TITLE", "Ledger")
      vi.stubEnv("OPENROUTER_APP_CATEGORIES", "a,b")
      resetEnv()
      return new OpenRouter({ appTitle: "Other" }).generations.getGeneration({ id })
    })
    assert.deepNestedInclude(requests[0], {
      "headers.authorization": `Bearer ${apiKey}`,
      "headers.http-referer": "https://ledger.example",
      "headers.x-openrouter-title": "Other",
      "headers.x-openrouter-categories": "a,b"
    })
  })

  it("sends one call to another server", async () => {
    const unused = await unusedURL()
    const { requests } = await both(
      [{ body: record }],
      ({ OpenRouter }, serverURL) =>
        new OpenRouter({ apiKey, serverURL: unused }).generations.getGeneration({ id }, {
          serverURL: new URL(`${serverURL}/`)
        })
    )
    assert.lengthOf(requests, 1)
  })

  it("passes options of fetch, directly or as fetchOptions", async () => {
    const { requests } = await both([{ body: record }], async ({ HTTPClient, OpenRouter }, serverURL) => {
      const seen: Array<unknown> = []
      const httpClient = new HTTPClient({
        fetcher: (request) => {
          assert.instanceOf(request, Request)
          seen.push(request.method, request.cache, request.credentials)
          return fetch(request)
        }
      })
      const { generations } = new OpenRouter({ apiKey, serverURL, httpClient: httpClient as never })
      await generations.getGeneration({ id }, { cache: "no-store", headers: new Headers([["X-Mine", "1"]]) })
      await generations.getGeneration({ id }, {
        credentials: "omit",
        fetchOptions: { credentials: "include", cache: "reload", headers: [["X-Mine", "2"]] }
      })
      return seen
    })
    assert.deepStrictEqual(requests.map(({ headers }) => headers["x-mine"]), ["1", "2"])
  })

  it("hooks into requests, responses and failures", async () => {
    const { requests } = await both([{ body: record }], async ({ HTTPClient, OpenRouter }, serverURL) => {
      const seen: Array<unknown> = []
      const httpClient = new HTTPClient()
      const never = () => void seen.push("removed")
      httpClient.addHook("response", never)
      httpClient.addHook("beforeRequest", (request: Request) => {
        const next = new Request(request)
        next.headers.set("x-hook", "1")
        return next
      })
      httpClient.addHook("beforeRequest", async (request: Request) => request.headers.append("x-hook", "2"))
      httpClient.addHook(
        "response",
        (response: Response, request: Request) => void seen.push(response.status, request.method)
      )
      httpClient.addHook("requestError", (error: unknown) => void seen.push(error instanceof Error))
      httpClient.removeHook("response", never)
      const options = { apiKey, retryConfig: once, httpClient: httpClient.clone() as never }
      await new OpenRouter({ ...options, serverURL }).generations.getGeneration({ id })
      const refused = new OpenRouter({ ...options, serverURL: await unusedURL() })
      return [...seen, await rejection(refused.generations.getGeneration({ id })), seen.length]
    })
    assert.deepStrictEqual(requests.map(({ headers }) => headers["x-hook"]), ["1, 2"])
  })
})

describe("what differs, as README.md says:", () => {
  /** What became of a standalone call, in a word. */
  const end = async (sdk: Sdk, options: Theirs.SDKOptions, call: TheirOptions = {}): Promise<string> => {
    try {
      const core = new sdk.OpenRouterCore({ retryConfig: once, apiKey, ...(options as object) }) as never
      const result = await sdk.generationsGetGeneration(core, { id }, call as never)
      return result.ok ? "ok" : result.error.name
    } catch {
      return "throws"
    }
  }

  type TheirOptions = Parameters<typeof TheirGet.generationsGetGeneration>[2]
  type Case = [string, Answer, Theirs.SDKOptions, () => TheirOptions, string, string]

  it.each<Case>([
    [
      "a signal's reason",
      "silence",
      {},
      () => ({ signal: AbortSignal.abort("enough") }),
      "UnexpectedClientError",
      "RequestAbortedError"
    ],
    [
      "a signal that is a timeout",
      "silence",
      {},
      () => ({ signal: AbortSignal.timeout(50) }),
      "RequestTimeoutError",
      "RequestAbortedError"
    ],
    [
      "timeoutMs beside a signal",
      "silence",
      {},
      () => ({ signal: AbortSignal.timeout(500), timeoutMs: 50 }),
      "RequestTimeoutError",
      "RequestTimeoutError"
    ],
    ["no key", { body: record }, { apiKey: undefined }, () => ({}), "ok", "InvalidRequestError"],
    [
      "an apiKey function that fails",
      { body: record },
      { apiKey: () => Promise.reject(new Error("sealed")) },
      () => ({}),
      "throws",
      "InvalidRequestError"
    ],
    ["a bad serverURL", { body: record }, { serverURL: "openrouter" }, () => ({}), "throws", "InvalidRequestError"],
    ["a field that is missing", { body: { data: { id } } }, {}, () => ({}), "ResponseValidationError", "ok"],
    [
      "a redirect",
      { status: 302, headers: { location: "/elsewhere" }, body: "" },
      {},
      () => ({}),
      "ConnectionError",
      "OpenRouterDefaultError"
    ]
  ])("%s", async (_, answer, options, call, their, our) => {
    const ends = await withServer([answer], async (serverURL) => [
      await end(theirs, { serverURL, ...options }, call()),
      await end(ours, { serverURL, ...options }, call())
    ])
    assert.deepStrictEqual(ends, [their, our])
  })

  it("authorization in headers", () =>
    withServer([{ body: record }], async (serverURL, received) => {
      const headers = { authorization: "Bearer other" }
      await end(theirs, { serverURL }, { headers })
      await end(ours, { serverURL }, { headers })
      assert.deepStrictEqual(received.map(({ headers }) => headers["authorization"]), [
        "Bearer other",
        `Bearer ${apiKey}`
      ])
    }))
})
