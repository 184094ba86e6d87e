import { OpenRouter, RequestAbortedError } from "@effect-openrouter/promise"
import { OpenRouterCore } from "@effect-openrouter/promise/core.js"
import { generationsGetGeneration } from "@effect-openrouter/promise/funcs/generationsGetGeneration.js"
import { assert, describe, it } from "@effect/vitest"
import { unusedURL, withServer } from "./server.js"

const options = { apiKey: "sk-or-v1-0123456789abcdef" }
const id = "gen-1"

describe("OpenRouterCore", () => {
  it("ends the calls in flight when it is closed, and every later one", () =>
    withServer(["silence"], async (serverURL, received, { arrived, closed }) => {
      const core = new OpenRouterCore({ ...options, serverURL })
      const inFlight = generationsGetGeneration(core, { id })
      await arrived
      await core[Symbol.asyncDispose]()
      const { error } = await inFlight
      assert.instanceOf(error, RequestAbortedError)
      assert.strictEqual(error.message, "the client was closed")
      await closed

      assert.instanceOf((await generationsGetGeneration(core, { id })).error, RequestAbortedError)
      assert.lengthOf(received, 1)
    }))

  it("is closed where its scope ends", () =>
    withServer([{ body: { data: { id } } }], async (serverURL) => {
      let outlived: OpenRouterCore
      {
        await using core = new OpenRouterCore({ ...options, serverURL })
        assert.isTrue((await generationsGetGeneration(core, { id })).ok)
        outlived = core
      }
      assert.isFalse((await generationsGetGeneration(outlived, { id })).ok)
      await outlived[Symbol.asyncDispose]()
    }))

  it("never rejects, whatever it is given", async () => {
    const local = { ...options, serverURL: await unusedURL() }
    const core = new OpenRouterCore(local)
    const bad: ReadonlyArray<Parameters<typeof generationsGetGeneration>> = [
      [{} as never, { id }],
      [undefined as never, { id }],
      [core, undefined as never],
      [core, { id }, { signal: 5 as never }],
      [core, { id }, { headers: 5 as never }],
      [core, { id }, { serverURL: 5 as never }],
      [new OpenRouterCore({ ...local, fetcher: () => undefined as never }), { id }],
      [new OpenRouterCore({ ...local, fetcher: () => Promise.reject(null), retryConfig: { strategy: "none" } }), {
        id
      }]
    ]
    for (const result of await Promise.all(bad.map((args) => generationsGetGeneration(...args)))) {
      assert.isFalse(result.ok)
      assert.instanceOf(result.error, Error)
    }
  })

  it("has standalone functions that take an OpenRouter, too", () =>
    withServer([{ body: { data: { id } } }], async (serverURL) => {
      assert.isTrue((await generationsGetGeneration(new OpenRouter({ ...options, serverURL }), { id })).ok)
    }))
})
