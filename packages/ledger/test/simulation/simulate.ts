import { OpenRouterClient } from "@effect-openrouter/client"
import { OpenRouterEmulator } from "@effect-openrouter/emulator"
import { Generations } from "@effect-openrouter/generations"
import { Ledger, LedgerWorker } from "@effect-openrouter/ledger"
import { HttpClient, HttpClientError } from "@effect/platform"
import * as LibsqlClient from "@effect/sql-libsql/LibsqlClient"
import * as SqlClient from "@effect/sql/SqlClient"
import { Cause, Clock, DateTime, Effect, Exit, Fiber, FiberSet, Layer, Logger, Redacted, Stream } from "effect"
import { holdConnection } from "../../src/internal/libsqlConnection.js"
import { randomFrom } from "../random.js"
import { check } from "./check.js"
import { connect, type Link } from "./link.js"
import { openMemory } from "./memory.js"
import { chaosEnd, type Happening, type Kind, makePlan, timeout } from "./plan.js"
import { runInVirtualTime, VirtualClock } from "./virtualTime.js"
import type { World } from "./world.js"

/** All that happened in a run, in order, and the guarantees that were broken. */
export interface Result {
  readonly trace: ReadonlyArray<string>
  readonly violations: ReadonlyArray<string>
}

const history = `CREATE TABLE history (n INTEGER PRIMARY KEY, id TEXT, before TEXT, after TEXT, cursor INTEGER);
CREATE TRIGGER changed AFTER UPDATE ON openrouter_ledger WHEN old.state <> 'pending' OR new.state <> 'pending' BEGIN
INSERT INTO history (id, before, after, cursor) VALUES (new.id, old.state, new.state, new.cursor); END;
CREATE TRIGGER deleted AFTER DELETE ON openrouter_ledger BEGIN
INSERT INTO history (id, before, after, cursor) VALUES (old.id, old.state, 'forgotten', NULL); END`

/** Runs the plan of a seed: ledger, workers, emulator and faults in one process. `rewrite` changes all statements. */
export const simulate = async (seed: number, rewrite = (sql: string) => sql): Promise<Result> => {
  const clock = new VirtualClock()
  const trace: Array<string> = []
  const database = openMemory()
  holdConnection(database)
  const note = (text: string) => void trace.push(`${(clock.elapsed / 1000).toFixed(3)} ${text}`)
  const logger = Logger.make(({ cause, message }) =>
    note(`${String(message)}${cause === Cause.empty ? "" : ` ${Cause.pretty(cause)}`}`)
  )
  const violations = Effect.gen(function*() {
    const world: World = {
      plan: makePlan(seed),
      clock,
      emulator: yield* OpenRouterEmulator,
      database,
      kinds: new Map(),
      acknowledged: new Set(),
      rolledBack: new Set(),
      requests: [],
      records: new Map(),
      read: new Set(),
      position: undefined,
      outage: null,
      note
    }
    const app = new Process("app", world, seed)
    return yield* Effect.provide(
      run(world, rewrite),
      Layer.provideMerge(Ledger.layer(), openDatabase(app, world, rewrite))
    )
  }).pipe(Effect.provide([OpenRouterEmulator.layer, Logger.replace(Logger.defaultLogger, logger)]))
  try {
    const exit = await runInVirtualTime(clock, Effect.withTracerEnabled(violations, false))
    return { trace, violations: Exit.isSuccess(exit) ? exit.value : [String(exit.cause)] }
  } finally {
    database.close()
  }
}

/** A process: its connections with the outside, and what the plan does to them. */
class Process implements Link {
  private dead = false
  private thawed: Promise<void> | null = null
  readonly name: string
  private readonly world: World
  private readonly random: () => number

  constructor(name: string, world: World, seed: number) {
    this.name = name
    this.world = world
    this.random = randomFrom(seed)
  }

  isDead = () => this.dead
  outage = () => this.world.outage
  kill = () => {
    this.dead = true
  }
  freeze = (millis: number) => {
    this.thawed = this.world.clock.wait(millis)
  }
  pass = async () => {
    if (this.thawed !== null) await this.thawed
    if (this.dead) throw Object.assign(new Error("killed"), { code: "ECONNRESET" })
  }
  latency = () => this.world.clock.wait(Math.floor(this.random() * this.world.plan.latency))
}

const openDatabase = (link: Link, world: World, rewrite: (sql: string) => string) =>
  LibsqlClient.layer({ liveClient: connect(world.database, link, rewrite) })

/** The emulator, over the connection of one process. */
const openRouter = (link: Process, world: World) =>
  Layer.effect(
    HttpClient.HttpClient,
    Effect.map(HttpClient.HttpClient, (emulator) =>
      HttpClient.make((request, url) => {
        const id = url.searchParams.get("id") ?? ""
        const pass = Effect.tryPromise({
          try: link.pass,
          catch: (cause) => new HttpClientError.RequestError({ request, reason: "Transport", cause })
        })
        const respond = Effect.tap(emulator.execute(request), ({ status }) =>
          Effect.sync(() => {
            world.note(`${link.name} ${id} ${status}`)
            if (status === 200) world.records.set(id, (world.records.get(id) ?? 0) + 1)
          }))
        // A request counts when the worker sends it: one that waits in a frozen process ends with a timeout.
        const send = Effect.sync(() => {
          if (!link.isDead()) world.requests.push({ id, at: world.clock.elapsed })
        })
        return send.pipe(
          Effect.zipRight(pass),
          Effect.zipRight(refuse(world, id)),
          Effect.zipRight(respond),
          Effect.zipLeft(pass)
        )
      }))
  ).pipe(
    Layer.provide(OpenRouterEmulator.layerHttpClient),
    Layer.provide(Layer.succeed(OpenRouterEmulator, world.emulator))
  )

/** The status of every response for an id of this kind. */
const refusals: Partial<Record<Kind, number>> = { forbidden: 403, poison: 503 }

/** Makes the emulator reject the next request for an id whose record it never returns. */
const refuse = ({ emulator, kinds }: World, id: string): Effect.Effect<void> => {
  const status = refusals[kinds.get(id) ?? "good"]
  return status === undefined
    ? Effect.void
    : emulator.faults([{ status, when: ({ url }) => url.endsWith(`id=${id}`) }])
}

const startWorker = (link: Process, world: World, rewrite: (sql: string) => string) => {
  world.note(`${link.name} starts`)
  const worker = LedgerWorker.layer(world.plan.options).pipe(
    Layer.provideMerge(Ledger.layer()),
    Layer.provide(Generations.layer),
    Layer.provide(OpenRouterClient.layer({ apiKey: Redacted.make("sk-or-v1-0123456789abcdef"), timeout })),
    Layer.provide(openRouter(link, world)),
    Layer.provide(openDatabase(link, world, rewrite))
  )
  // A supervisor starts the process again if it cannot open the database.
  const life = Effect.retry(Effect.scoped(Effect.zipRight(Layer.build(worker), Effect.never)), {
    while: () => Effect.as(Effect.sleep("1 second"), !link.isDead())
  })
  return Effect.map(Effect.forkDaemon(life), (fiber) => ({ link, fiber }))
}

const run = (world: World, rewrite: (sql: string) => string) =>
  Effect.gen(function*() {
    const { clock, note, plan } = world
    yield* Effect.promise(() => world.database.executeMultiple(history))
    let starts = 0
    const start = (index: number) =>
      startWorker(new Process(`worker-${index}`, world, plan.seed + ++starts), world, rewrite)
    const running = new Map<number, Effect.Effect.Success<ReturnType<typeof start>>>()
    for (let index = 0; index < plan.workers; index++) running.set(index, yield* start(index))

    const perform = (happening: Happening): Effect.Effect<unknown, unknown, Ledger | SqlClient.SqlClient> => {
      switch (happening.type) {
        case "settle":
        case "insert":
        case "rolledBack":
          return settle(world, happening)
        case "kill":
        case "stop":
          return Effect.gen(function*() {
            const { absence, type, worker } = happening
            const current = running.get(worker)
            if (current === undefined) return
            running.delete(worker)
            if (type === "kill") {
              current.link.kill()
              yield* Fiber.interruptFork(current.fiber)
            } else yield* Fiber.interrupt(current.fiber)
            note(`${current.link.name} has ended`)
            yield* Effect.sleep(absence)
            running.set(worker, yield* start(worker))
          })
        case "freeze":
          return Effect.sync(() => running.get(happening.worker)?.link.freeze(happening.duration))
        case "outage":
          return Effect.suspend(() => {
            world.outage = happening.outage
            return Effect.delay(
              Effect.sync(() => {
                world.outage = null
              }),
              happening.duration
            )
          })
        case "faults":
          return world.emulator.faults(happening.statuses.map((status) => ({
            ...status === 200 ? {} : { status },
            delay: happening.delay,
            ...happening.retryAfter === null ? {} : { headers: { "retry-after": String(happening.retryAfter) } },
            when: () => clock.elapsed < chaosEnd
          })))
        case "step":
          return Effect.sync(() => clock.stepBy(happening.millis))
        case "retry":
          return Ledger.retry(retried(world, happening.which))
        case "forget":
          return Effect.flatMap(
            Clock.currentTimeMillis,
            (now) => Ledger.forget({ before: DateTime.unsafeMake(now - 5000) })
          )
        case "read":
          return follow(world)
      }
    }

    const performing = yield* FiberSet.make()
    for (const happening of plan.happenings) {
      yield* Effect.sleep(Math.max(happening.at - clock.elapsed, 0))
      note(JSON.stringify(happening))
      yield* FiberSet.run(
        performing,
        Effect.catchAllCause(perform(happening), (cause) => Effect.sync(() => note(`${happening.type}: ${cause}`)))
      )
    }
    yield* Effect.sleep(Math.max(chaosEnd - clock.elapsed, 0))
    yield* FiberSet.awaitEmpty(performing)
    note("the faults have ended")
    yield* untilFinished(world)
    yield* Effect.forEach(running.values(), ({ fiber }) => Fiber.interrupt(fiber))
    yield* follow(world)
    return yield* check(world)
  }).pipe(Effect.scoped)

const retried = ({ acknowledged }: World, which: "failed" | "notVisible" | "costUnknown" | "ids") => {
  if (which === "ids") return [...acknowledged]
  return which === "costUnknown" ? { costUnknown: true as const } : { state: which }
}

/** Waits until nothing is pending, for as long as the last retry and the rate limit may take. */
const untilFinished = ({ clock, plan }: World) => {
  const deadline = clock.elapsed + plan.options.within + (plan.options.rateLimit === undefined ? 40_000 : 600_000)
  const wait: Effect.Effect<void, unknown, Ledger> = Effect.flatMap(
    Ledger.counts,
    ({ pending }) => pending === 0 || clock.elapsed > deadline ? Effect.void : Effect.delay(wait, "2 seconds")
  )
  return wait
}

const settle = (
  { acknowledged, clock, emulator, kinds, rolledBack }: World,
  { after, ids, type }: Happening & { readonly type: "settle" | "insert" | "rolledBack" }
) =>
  Effect.gen(function*() {
    const sql = yield* SqlClient.SqlClient
    for (const { id, kind } of ids) {
      kinds.set(id, kind)
      const cost = kind === "costless" ? null : Number(id.slice(4)) / 1000
      const model = id.endsWith("3") ? "a\0b\ud800" : "model"
      if (kind !== "never" && refusals[kind] === undefined) {
        yield* emulator.add(
          { id, model, totalCost: cost, usage: cost },
          { visibleAfter: kind === "late" ? 1000 + 500 * ids.length : 0 }
        )
      }
    }
    const names = ids.map(({ id }) => id)
    if (type === "rolledBack") {
      for (const id of names) rolledBack.add(id)
      return yield* sql.withTransaction(Effect.zipRight(Ledger.settle(names, { after }), Effect.fail("rolled back")))
    }
    if (type === "settle") yield* Ledger.settle(names, { after })
    else {
      const now = new Date(clock.wallTime()).toISOString()
      const [first, ...others] = names.map((id): Record<string, string> => ({ id, added_at: now, due_at: now }))
      if (first === undefined) return
      yield* sql`INSERT INTO openrouter_ledger ${sql.insert([first, ...others])} ON CONFLICT DO NOTHING`
    }
    for (const id of names) acknowledged.add(id)
  })

/** Reads all changes after the last ones. */
const follow = (world: World) =>
  Stream.runForEach(Ledger.changes({ after: world.position, follow: false }), ({ cursor, entry }) =>
    Effect.sync(() => {
      world.read.add(`${cursor} ${entry.id}`)
      world.position = cursor
    }))
