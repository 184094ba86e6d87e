/**
 * An HTTP API that tells what a generation cost: `GET /costs/:id`.
 */
import { OpenRouterClient } from "@effect-openrouter/client"
import { Usage } from "@effect-openrouter/core"
import { Generations } from "@effect-openrouter/generations"
import {
  FetchHttpClient,
  HttpApi,
  HttpApiBuilder,
  HttpApiEndpoint,
  HttpApiGroup,
  HttpApiSchema
} from "@effect/platform"
import { NodeHttpServer, NodeRuntime } from "@effect/platform-node"
import { Effect, Layer, Schema } from "effect"
import { createServer } from "node:http"
import { pathToFileURL } from "node:url"

/** The cost of a generation, in USD; `null` = unknown. */
export class Cost extends Schema.Class<Cost>("Cost")({
  id: Schema.String,
  model: Schema.NullOr(Schema.String),
  usd: Schema.NullOr(Schema.Number)
}) {}

/** The record is not visible yet, or never will be. That is not a cost of 0. */
export class Pending extends Schema.TaggedError<Pending>()(
  "Pending",
  { id: Schema.String },
  HttpApiSchema.annotations({ status: 404 })
) {}

/** The requested id cannot be the id of a generation. */
export class NoId extends Schema.TaggedError<NoId>()(
  "NoId",
  { message: Schema.String },
  HttpApiSchema.annotations({ status: 422 })
) {}

/** OpenRouter could not be asked. What it said is for the log, not for the caller. */
export class Unavailable extends Schema.TaggedError<Unavailable>()(
  "Unavailable",
  { id: Schema.String },
  HttpApiSchema.annotations({ status: 502 })
) {}

/** The API, from which a client can be derived, too. */
export class Api extends HttpApi.make("costs").add(
  HttpApiGroup.make("costs").add(
    HttpApiEndpoint.get("cost", "/costs/:id")
      .setPath(Schema.Struct({ id: Schema.NonEmptyString }))
      .addSuccess(Cost)
      .addError(NoId)
      .addError(Pending)
      .addError(Unavailable)
  )
) {}

const CostsLive = HttpApiBuilder.group(
  Api,
  "costs",
  (handlers) =>
    handlers.handle("cost", ({ path: { id } }) =>
      Generations.get(id).pipe(
        Effect.map((generation) => Cost.make({ id, model: generation.model, usd: Usage.effectiveCost(generation) })),
        Effect.catchAll((error): Effect.Effect<never, NoId | Pending | Unavailable> => {
          if (error._tag === "InvalidRequestError" && error.field === "id") return new NoId({ message: error.message })
          if (error._tag === "OpenRouterDefaultError" && error.reason === "NotFound") return new Pending({ id })
          return Effect.zipRight(Effect.logError(error), new Unavailable({ id }))
        })
      ))
)

/** The server, over whatever `HttpServer` and `Generations` it is given. */
export const CostsServer = HttpApiBuilder.serve().pipe(
  Layer.provide(HttpApiBuilder.api(Api)),
  Layer.provide(CostsLive)
)

const OpenRouter = Generations.layer.pipe(
  Layer.provide(OpenRouterClient.layerConfig()),
  Layer.provide(FetchHttpClient.layer)
)

if (import.meta.url === pathToFileURL(process.argv[1] ?? "").href) {
  CostsServer.pipe(
    Layer.provide(OpenRouter),
    Layer.provide(NodeHttpServer.layer(createServer, { port: 3000 })),
    Layer.launch,
    NodeRuntime.runMain
  )
}
