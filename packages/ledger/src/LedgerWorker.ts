/**
 * The worker that settles the entries of a ledger.
 */
import { RetryPolicy } from "@effect-openrouter/client"
import {
  checkCount,
  checkDuration,
  checkDurationOrZero,
  checkFiniteDuration,
  toEffect
} from "@effect-openrouter/core/internal/check"
import type { InvalidRequestError } from "@effect-openrouter/core/InvalidRequestError"
import type { OpenRouterError } from "@effect-openrouter/core/OpenRouterError"
import { Generations } from "@effect-openrouter/generations/Generations"
import type * as SqlClient from "@effect/sql/SqlClient"
import * as Deferred from "effect/Deferred"
import * as Duration from "effect/Duration"
import * as Effect from "effect/Effect"
import * as Exit from "effect/Exit"
import * as FiberSet from "effect/FiberSet"
import * as Layer from "effect/Layer"
import * as Queue from "effect/Queue"
import type * as Scope from "effect/Scope"
import { type LedgerWithStore, StoreTypeId } from "./internal/makeLedger.js"
import { verdict } from "./internal/outcome.js"
import { encodeError, toRow } from "./internal/row.js"
import type { Claim, Outcome, Store } from "./internal/store.js"
import { Ledger, type LedgerService, type Pause } from "./Ledger.js"
import { LedgerError } from "./LedgerError.js"

/** Options of a worker. */
export interface WorkerOptions {
  /**
   * Number of ids in flight: from the claim until the outcome is committed.
   *
   * @default 16
   */
  readonly concurrency?: number | undefined
  /**
   * The time after which an entry without a record is `notVisible`, or `failed` after its last error.
   *
   * @default "3 days"
   */
  readonly within?: Duration.DurationInput | undefined
  /**
   * The time for which a silent worker keeps its ids. It must be longer than one request can take.
   *
   * @default "1 minute"
   */
  readonly takeOver?: Duration.DurationInput | undefined
  /**
   * The time between two looks of an idle worker at the database.
   *
   * @default "1 second"
   */
  readonly pollInterval?: Duration.DurationInput | undefined
  /**
   * The time between two requests while the fleet is paused.
   *
   * @default "15 seconds"
   */
  readonly probeInterval?: Duration.DurationInput | undefined
  /**
   * The time for which the end of the scope waits for requests in flight. The rest is given back at once.
   *
   * @default "10 seconds"
   */
  readonly drain?: Duration.DurationInput | undefined
  /** One rate limit for all workers of the ledger: `limit` requests in each window. The database counts. */
  readonly rateLimit?: { readonly limit: number; readonly window: Duration.DurationInput } | undefined
}

interface Settings {
  readonly concurrency: number
  readonly within: Duration.Duration
  readonly takeOver: Duration.Duration
  readonly pollInterval: Duration.Duration
  readonly probeInterval: Duration.Duration
  readonly drain: Duration.Duration
  readonly rateLimit: { readonly limit: number; readonly window: Duration.Duration } | null
}

const checkOptions = (options: WorkerOptions): Effect.Effect<Settings, InvalidRequestError> =>
  Effect.all({
    concurrency: toEffect(checkCount("concurrency", options.concurrency ?? 16, 1)),
    within: toEffect(checkFiniteDuration("within", options.within ?? "3 days")),
    takeOver: toEffect(checkFiniteDuration("takeOver", options.takeOver ?? "1 minute")),
    pollInterval: toEffect(checkFiniteDuration("pollInterval", options.pollInterval ?? "1 second")),
    probeInterval: toEffect(checkFiniteDuration("probeInterval", options.probeInterval ?? "15 seconds")),
    drain: toEffect(checkDurationOrZero("drain", options.drain ?? "10 seconds")),
    rateLimit: options.rateLimit === undefined ? Effect.succeed(null) : Effect.all({
      limit: toEffect(checkCount("rateLimit", options.rateLimit.limit, 1)),
      window: toEffect(checkDuration("rateLimit", options.rateLimit.window))
    })
  })

/**
 * Provides a worker that settles the entries of the ledger until its scope ends. Any number of equal workers may run, in
 * one process or in many: the row locks and the clock of the database decide. Fails with `InvalidRequestError` if an option
 * is invalid.
 */
export const layer = (
  options: WorkerOptions = {}
): Layer.Layer<never, LedgerError | InvalidRequestError, Ledger | Generations | SqlClient.SqlClient> =>
  Layer.scopedDiscard(
    Effect.flatMap(
      Effect.all([checkOptions(options), Ledger, Generations]),
      ([settings, ledger, generations]) =>
        hasStore(ledger)
          ? run(ledger[StoreTypeId], generations, settings)
          : Effect.fail(
            new LedgerError({ reason: "Unknown", operation: "work", message: "The Ledger is not one of Ledger.layer" })
          )
    )
  )

const hasStore = (ledger: LedgerService): ledger is LedgerWithStore => StoreTypeId in ledger

const run = (
  { privateFields, store }: { readonly store: Store; readonly privateFields: boolean },
  generations: typeof Generations.Service,
  settings: Settings
): Effect.Effect<void, never, Scope.Scope> =>
  Effect.gen(function*() {
    const permits = yield* Effect.makeSemaphore(settings.concurrency)
    const outcomes = yield* Queue.unbounded<Outcome>()
    const held = new Map<string, Claim>()
    const asks = yield* FiberSet.make()
    const stopped = yield* Deferred.make<void>()
    const failedInRow = new Set<string>()
    let isPaused = false

    const pause = (reason: Pause["reason"], message: string, duration: Duration.Duration) => {
      isPaused = true
      return persistently(store.pause(reason, message, duration)).pipe(
        Effect.tap((isNew) => isNew ? Effect.logWarning(`The ledger is paused: ${reason}`, message) : Effect.void)
      )
    }

    const resume = Effect.suspend(() => {
      failedInRow.clear()
      if (!isPaused) return Effect.void
      isPaused = false
      return persistently(store.resume)
    })

    const toOutcome = (claim: Claim, exit: Exit.Exit<Outcome, OpenRouterError>): Effect.Effect<Outcome> =>
      Exit.matchEffect(exit, {
        onSuccess: (outcome) => Effect.as(resume, outcome),
        onFailure: (cause) =>
          Effect.flatMap(Effect.flip(Effect.catchAllDefect(Effect.failCause(cause), Effect.die)), (error) =>
            onError(claim, error))
      })

    const onError = (claim: Claim, error: OpenRouterError): Effect.Effect<Outcome> =>
      Effect.gen(function*() {
        const encoded = yield* Effect.orDie(encodeError(error))
        const { kind, pause: begun } = verdict(error, settings.probeInterval)
        if (kind === "notFound") {
          yield* resume
        }
        if (begun !== null) {
          yield* pause(begun.reason, error.message, begun.duration)
        }
        if (kind === "transient") {
          failedInRow.add(claim.id)
          if (failedInRow.size >= 3) {
            yield* pause("Unavailable", error.message, settings.probeInterval)
          }
        }
        return { ...claim, kind: kind === "transient" && isPaused ? "held" : kind, error: encoded }
      })

    const ask = (claim: Claim): Effect.Effect<void> =>
      generations.get(claim.id, { retry: RetryPolicy.none }).pipe(
        Effect.flatMap((generation) =>
          Effect.orDie(toRow(generation, privateFields))
        ),
        Effect.map((row): Outcome => ({ ...claim, kind: "settled", error: null, ...row })),
        Effect.exit,
        Effect.flatMap((exit) => toOutcome(claim, exit)),
        Effect.flatMap((outcome) => Queue.offer(outcomes, outcome)),
        Effect.asVoid
      )

    // Outcomes that come while a batch is written are the next batch.
    const record = Effect.gen(function*() {
      const batch = [...yield* Queue.takeBetween(outcomes, 1, 500)]
      yield* persistently(store.record(batch, settings.within))
      for (const { id } of batch) held.delete(id)
      yield* permits.release(batch.length)
    })

    /** Waits for free permits, asks the database for as many ids, and starts their requests. */
    const claim = Effect.gen(function*() {
      const paused = yield* store.readPause
      isPaused = paused !== null && paused.left > 0
      let wanted = settings.concurrency
      if (paused !== null) {
        if (paused.reason === "TooManyRequests") {
          if (paused.left > 0) {
            return yield* Effect.sleep(Duration.min(Duration.millis(paused.left), settings.pollInterval))
          }
          yield* store.resume
        } else {
          isPaused = true
          const isMine = yield* store.takeProbe(settings.probeInterval, isFirst)
          isFirst = false
          if (!isMine) return yield* Effect.sleep(settings.pollInterval)
          wanted = 1
        }
      }
      isFirst = false
      yield* permits.take(wanted)
      const claims = yield* Effect.onError(store.claim(wanted, settings.takeOver), () => permits.release(wanted))
      for (const claim of claims) held.set(claim.id, claim)
      yield* permits.release(wanted - claims.length)
      const granted = yield* limit(claims)
      for (const claim of granted) yield* FiberSet.run(asks, ask(claim))
      if (claims.length < wanted) yield* Effect.sleep(settings.pollInterval)
    })

    let isFirst = true

    /** Returns the ids that the rate limit allows now, and gives the others back. */
    const limit = (claims: ReadonlyArray<Claim>): Effect.Effect<ReadonlyArray<Claim>, LedgerError> => {
      const { rateLimit } = settings
      if (rateLimit === null || claims.length === 0) return Effect.succeed(claims)
      return Effect.gen(function*() {
        const { granted, left } = yield* store.takePermits(claims.length, rateLimit.limit, rateLimit.window)
        const rest = claims.slice(granted)
        if (rest.length > 0) {
          yield* store.release(rest)
          for (const { id } of rest) held.delete(id)
          yield* permits.release(rest.length)
          if (granted === 0) yield* Effect.sleep(left)
        }
        return claims.slice(0, granted)
      })
    }

    const untilStopped = <A, E>(effect: Effect.Effect<A, E>) =>
      Effect.raceFirst(Effect.forever(effect), Deferred.await(stopped))

    const claimer = yield* Effect.fork(untilStopped(Effect.catchAll(claim, () => Effect.sleep(settings.pollInterval))))
    const recorder = yield* Effect.fork(Effect.forever(record))

    // The end of the scope: no new claims, a bounded wait for requests in flight, and the rest is given back.
    yield* Effect.addFinalizer(() =>
      Effect.gen(function*() {
        yield* Deferred.succeed(stopped, undefined)
        yield* claimer
        yield* Effect.interruptible(permits.take(settings.concurrency)).pipe(Effect.timeoutOption(settings.drain))
        yield* FiberSet.clear(asks)
        yield* Effect.interruptible(Effect.ignore(store.release([...held.values()])))
        yield* Effect.forkDaemon(Effect.interruptible(recorder))
      })
    )
  })

/** Repeats a write until the database is back. What a worker holds is not lost while it is down. */
const persistently = <A>(effect: Effect.Effect<A, LedgerError>): Effect.Effect<A> =>
  Effect.catchAll(effect, () => Effect.flatMap(Effect.sleep("1 second"), () => persistently(effect)))
