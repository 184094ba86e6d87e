/**
 * An HTTP API that stores orders. The generations of an order are added to the ledger in the transaction of the order, in the
 * same Postgres: after a kill at any moment both are there, or neither. Their costs arrive later. Any number of these processes
 * can run, because each has a worker of the ledger.
 */
import { OpenRouterClient } from "@effect-openrouter/client"
import { Usage } from "@effect-openrouter/core"
import { Generations } from "@effect-openrouter/generations"
import { Ledger, LedgerWorker } from "@effect-openrouter/ledger"
import {
  FetchHttpClient,
  HttpApi,
  HttpApiBuilder,
  HttpApiEndpoint,
  HttpApiGroup,
  HttpApiSchema,
  HttpServer
} from "@effect/platform"
import { NodeHttpServer, NodeRuntime } from "@effect/platform-node"
import * as PgClient from "@effect/sql-pg/PgClient"
import * as SqlClient from "@effect/sql/SqlClient"
import { BigDecimal, Config, Effect, Layer, Schema, Stream } from "effect"
import { createServer } from "node:http"
import { pathToFileURL } from "node:url"

/** An order and the generations that it caused. */
export class Order extends Schema.Class<Order>("Order")({
  id: Schema.NonEmptyString,
  item: Schema.String,
  generations: Schema.Array(Schema.NonEmptyString)
}) {}

/** The cost of the generations of an order: the sum of what is known, and the number of the others. */
export class OrderCost extends Schema.Class<OrderCost>("OrderCost")({
  usd: Schema.String,
  known: Schema.Int,
  unknown: Schema.Int
}) {}

/** The order names an id that cannot be the id of a generation. */
export class InvalidOrder extends Schema.TaggedError<InvalidOrder>()(
  "InvalidOrder",
  { message: Schema.String },
  HttpApiSchema.annotations({ status: 422 })
) {}

const path = Schema.Struct({ id: Schema.NonEmptyString })

/** The API. */
export class Api extends HttpApi.make("shop").add(
  HttpApiGroup.make("orders")
    .add(
      HttpApiEndpoint.post("place", "/orders")
        .setPayload(Order)
        .addSuccess(HttpApiSchema.Created)
        .addError(InvalidOrder)
    )
    .add(HttpApiEndpoint.get("cost", "/orders/:id/cost").setPath(path).addSuccess(OrderCost))
) {}

/** Stores an order and its generations in one transaction. */
const place = ({ generations, id, item }: Order) =>
  Effect.gen(function*() {
    const sql = yield* SqlClient.SqlClient
    const write = Effect.zipRight(
      sql`INSERT INTO orders (id, item) VALUES (${id}, ${item})`,
      Ledger.settle(generations, { tags: { order: id } })
    )
    yield* sql.withTransaction(write)
  }).pipe(
    Effect.catchTags({
      InvalidRequestError: ({ message }) => new InvalidOrder({ message }),
      LedgerError: Effect.die,
      SqlError: Effect.die
    })
  )

const getCost = (order: string) =>
  Ledger.entries({ tags: { order } }).pipe(
    Stream.runCollect,
    Effect.map((entries) => {
      const costs = [...entries].flatMap(({ cost }) => cost ?? [])
      return new OrderCost({
        usd: Usage.formatUsd(BigDecimal.sumAll(costs)),
        known: costs.length,
        unknown: entries.length - costs.length
      })
    }),
    Effect.orDie
  )

const Orders = HttpApiBuilder.group(Api, "orders", (handlers) =>
  Effect.gen(function*() {
    const context = yield* Effect.context<Ledger | SqlClient.SqlClient>()
    return handlers
      .handle("place", ({ payload }) => Effect.provide(place(payload), context))
      .handle("cost", ({ path }) => Effect.provide(getCost(path.id), context))
  }))

const CreateTable = Layer.effectDiscard(Effect.flatMap(
  SqlClient.SqlClient,
  (sql) => sql`CREATE TABLE IF NOT EXISTS orders (id text PRIMARY KEY, item text NOT NULL)`
))

const OpenRouter = Generations.layer.pipe(
  Layer.provide(OpenRouterClient.layerConfig()),
  Layer.provide(FetchHttpClient.layer)
)

/** The server and the worker of the ledger. */
const Server = Layer.merge(
  HttpApiBuilder.serve().pipe(Layer.provide(HttpApiBuilder.api(Api)), Layer.provide(Orders), HttpServer.withLogAddress),
  Layer.provide(LedgerWorker.layer(), OpenRouter)
).pipe(
  Layer.provide(NodeHttpServer.layerConfig(createServer, { port: Config.withDefault(Config.integer("PORT"), 3000) })),
  Layer.provide(CreateTable),
  Layer.provide(Ledger.layer()),
  Layer.provide(PgClient.layerConfig({ url: Config.redacted("DATABASE_URL") }))
)

if (import.meta.url === pathToFileURL(process.argv[1] ?? "").href) NodeRuntime.runMain(Layer.launch(Server))
