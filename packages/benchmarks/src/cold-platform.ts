// The same with HttpClient and Schema alone, which is the least that an Effect program loads: node cold-platform.js BASE_URL.
import * as FetchHttpClient from "@effect/platform/FetchHttpClient"
import * as HttpClient from "@effect/platform/HttpClient"
import * as HttpClientResponse from "@effect/platform/HttpClientResponse"
import * as Effect from "effect/Effect"
import * as Schema from "effect/Schema"

const Response = Schema.Struct({ data: Schema.Struct({ model: Schema.String }) })

const { data } = await HttpClient.get(`${process.argv[2]}/generation?id=gen-1`).pipe(
  Effect.flatMap(HttpClientResponse.schemaBodyJson(Response)),
  Effect.provide(FetchHttpClient.layer),
  Effect.runPromise
)
if (data.model !== "sao10k/l3-stheno-8b") throw new Error("a wrong response")
process.exit()
