/**
 * An HTTP API for the generations of OpenRouter, with OpenTelemetry. `GET /generations/:id` returns the record, and
 * `GET /costs/:id` returns the cost only.
 */
import { OpenRouterClient } from "@effect-openrouter/client"
import { Generation, OpenRouterError, Usage } from "@effect-openrouter/core"
import { GenerationNotVisibleError, Generations } from "@effect-openrouter/generations"
import * as NodeSdk from "@effect/opentelemetry/NodeSdk"
import {
  FetchHttpClient,
  HttpApi,
  HttpApiBuilder,
  HttpApiEndpoint,
  HttpApiGroup,
  HttpApiSchema,
  HttpMiddleware
} from "@effect/platform"
import { NodeHttpServer, NodeRuntime } from "@effect/platform-node"
import { BatchSpanProcessor, ConsoleSpanExporter } from "@opentelemetry/sdk-trace-base"
import { Effect, Layer, Schema } from "effect"
import { createServer } from "node:http"
import { pathToFileURL } from "node:url"

/** The cost of a generation in USD, as exact decimal digits; `null` = unknown. */
export class Cost extends Schema.Class<Cost>("Cost")({
  id: Schema.String,
  model: Schema.NullOr(Schema.String),
  usd: Schema.NullOr(Schema.String)
}) {}

/** The record is not visible yet, or never will be. That is not a cost of 0. */
export class Pending extends Schema.TaggedError<Pending>()(
  "Pending",
  { id: Schema.String },
  HttpApiSchema.annotations({ status: 404 })
) {}

/** The requested id cannot be the id of a generation. */
export class InvalidId extends Schema.TaggedError<InvalidId>()(
  "InvalidId",
  { message: Schema.String },
  HttpApiSchema.annotations({ status: 422 })
) {}

/** OpenRouter gave no record. The reason is in the log, not in the response. */
export class Unavailable extends Schema.TaggedError<Unavailable>()(
  "Unavailable",
  { id: Schema.String },
  HttpApiSchema.annotations({ status: 502 })
) {}

const path = Schema.Struct({ id: Schema.NonEmptyString })

/** The API, from which a client can be derived, too. */
export class Api extends HttpApi.make("billing").add(
  HttpApiGroup.make("generations")
    .add(
      // Each error of the library has a status of its own.
      HttpApiEndpoint.get("record", "/generations/:id")
        .setPath(path)
        .addSuccess(Generation)
        .addError(OpenRouterError)
        .addError(GenerationNotVisibleError)
    )
    .add(
      // These errors show callers nothing of what OpenRouter sent.
      HttpApiEndpoint.get("cost", "/costs/:id")
        .setPath(path)
        .addSuccess(Cost)
        .addError(InvalidId)
        .addError(Pending)
        .addError(Unavailable)
    )
) {}

/** Returns the record. Waits up to 5 seconds for it, because OpenRouter writes it after the completion has ended. */
const getRecord = (id: string) => Generations.await(id, { within: "5 seconds" })

/** Returns the cost. What OpenRouter said about a failure is in the log: it shows neither the key nor the body. */
export const getCost = (id: string) =>
  getRecord(id).pipe(
    Effect.map((generation) => {
      const { effective } = Usage.cost(generation)
      return Cost.make({ id, model: generation.model, usd: effective === null ? null : Usage.formatUsd(effective) })
    }),
    Effect.catchAll((error): Effect.Effect<never, InvalidId | Pending | Unavailable> => {
      if (error._tag === "GenerationNotVisibleError") return new Pending({ id })
      if (error._tag === "InvalidRequestError" && error.field === "id") return new InvalidId({ message: error.message })
      return Effect.zipRight(Effect.logError(error), new Unavailable({ id }))
    })
  )

const GenerationsLive = HttpApiBuilder.group(
  Api,
  "generations",
  (handlers) =>
    handlers
      .handle("record", ({ path }) => getRecord(path.id))
      .handle("cost", ({ path }) => getCost(path.id))
)

/** The server. It needs an `HttpServer` and `Generations`. */
export const CostsServer = HttpApiBuilder.serve(HttpMiddleware.logger).pipe(
  Layer.provide(HttpApiBuilder.api(Api)),
  Layer.provide(GenerationsLive)
)

const OpenRouter = Generations.layer.pipe(
  Layer.provide(OpenRouterClient.layerConfig()),
  Layer.provide(FetchHttpClient.layer)
)

/** Every request is a span, and so is every call to OpenRouter in it. Put the exporter of your backend here. */
const Tracing = NodeSdk.layer(() => ({
  resource: { serviceName: "billing" },
  spanProcessor: new BatchSpanProcessor(new ConsoleSpanExporter())
}))

if (import.meta.url === pathToFileURL(process.argv[1] ?? "").href) {
  CostsServer.pipe(
    Layer.provide(OpenRouter),
    Layer.provide(NodeHttpServer.layer(createServer, { port: 3000 })),
    Layer.provide(Tracing),
    Layer.launch,
    NodeRuntime.runMain
  )
}
