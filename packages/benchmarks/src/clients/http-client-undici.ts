// An HttpClient of Effect without a client of an API: it sends the request, reads the text and parses it, within a timeout.
import * as NodeHttpClient from "@effect/platform-node/NodeHttpClient"
import * as HttpClient from "@effect/platform/HttpClient"
import * as HttpClientRequest from "@effect/platform/HttpClientRequest"
import * as Effect from "effect/Effect"
import * as ManagedRuntime from "effect/ManagedRuntime"
import { check, type ClientModule } from "../client.js"

export const connect: ClientModule["connect"] = async (baseUrl) => {
  const runtime = ManagedRuntime.make(NodeHttpClient.layerUndici)
  return {
    run: (calls, concurrency, prefix) => {
      let next = 0
      const call = (client: HttpClient.HttpClient) =>
        client.execute(
          HttpClientRequest.get(`${baseUrl}/generation?id=${prefix}${next++}`, {
            headers: { authorization: "Bearer sk-or-v1-bench" }
          })
        ).pipe(
          Effect.flatMap((response) => response.text),
          Effect.map((text): { readonly model: string } => JSON.parse(text).data),
          Effect.timeout("15 seconds")
        )
      const worker = Effect.flatMap(HttpClient.HttpClient, (client) =>
        Effect.whileLoop({
          while: () => next < calls,
          body: () => call(client),
          step: ({ model }) => check(model)
        }))
      return runtime.runPromise(
        Effect.all(Array.from({ length: concurrency }, () => worker), { concurrency: "unbounded", discard: true })
      )
    }
  }
}
