import { OpenRouterClient, RetryPolicy } from "@effect-openrouter/client"
import { apiKey } from "@effect-openrouter/test-support"
import { HttpClient, type HttpClientRequest, HttpClientResponse } from "@effect/platform"
import { assert, describe, it, vi } from "@effect/vitest"
import { Effect, Layer } from "effect"
import { get } from "../../harness.js"

describe("the transport of an HttpClient", () => {
  it.effect("is found by another copy of the package", () =>
    Effect.gen(function*() {
      vi.resetModules()
      const NodeClient = yield* Effect.promise(() => import("@effect-openrouter/client/node"))
      vi.resetModules()
      const copy = yield* Effect.promise(() => import("@effect-openrouter/client"))
      assert.notStrictEqual(copy.OpenRouterClient, OpenRouterClient)
      const dispatched: Array<string> = []
      const httpClient = yield* NodeClient.make({
        dispatch: (options: { readonly path: string }) => {
          dispatched.push(options.path)
          throw new Error("not sent")
        }
      } as never)
      for (const Client of [copy.OpenRouterClient, OpenRouterClient]) {
        const client = Layer.provide(
          Client.layer({ apiKey, retry: RetryPolicy.none }),
          Layer.succeed(HttpClient.HttpClient, httpClient)
        )
        yield* Effect.flip(Effect.provide(get(), client))
      }
      assert.deepStrictEqual(dispatched, ["/api/v1/generation?id=gen-1", "/api/v1/generation?id=gen-1"])
    }).pipe(Effect.scoped))

  it.effect("does not exist for a mock with only `execute`", () =>
    Effect.gen(function*() {
      const mock = Layer.mock(HttpClient.HttpClient, {
        execute: (request: HttpClientRequest.HttpClientRequest) =>
          Effect.succeed(HttpClientResponse.fromWeb(request, Response.json({ data: { id: "gen-1" } })))
      } as never)
      const client = Layer.provide(OpenRouterClient.layer({ apiKey }), mock)
      assert.deepStrictEqual(yield* Effect.provide(get(), client), { id: "gen-1" })
    }))
})
