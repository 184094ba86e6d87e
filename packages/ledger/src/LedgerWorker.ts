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
import { ResponseValidationError } from "@effect-openrouter/core/ResponseValidationError"
import { Generations } from "@effect-openrouter/generations/Generations"
import type * as SqlClient from "@effect/sql/SqlClient"
import * as Deferred from "effect/Deferred"
import * as Duration from "effect/Duration"
import * as Effect from "effect/Effect"
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
    const requests = yield* FiberSet.make()
    const stopped = yield* Deferred.make<void>()
    const fleet = makeFleet(store, settings)

    const release = (claims: ReadonlyArray<Claim>) =>
      Effect.suspend(() => {
        for (const { id } of claims) held.delete(id)
        return Effect.asVoid(permits.release(claims.length))
      })

    const ask = (claim: Claim): Effect.Effect<void> =>
      generations.get(claim.id, { retry: RetryPolicy.none }).pipe(
        Effect.flatMap((generation) => Effect.mapError(toRow(generation, privateFields), () => cannotStore)),
        Effect.map((row): Outcome => ({ ...claim, kind: "settled", error: null, ...row })),
        Effect.tap(fleet.succeeded),
        Effect.catchAllDefect((defect) =>
          Effect.zipRight(Effect.logError("A request died", defect), Effect.fail(died))
        ),
        Effect.catchAll((error) => Effect.map(fleet.failed(claim.id, error), (outcome) => ({ ...claim, ...outcome }))),
        Effect.flatMap((outcome) => Queue.offer(outcomes, outcome)),
        Effect.asVoid
      )

    // Outcomes that come while a batch is written are the next batch.
    const recordBatch = Effect.gen(function*() {
      const batch = [...yield* Queue.takeBetween(outcomes, 1, maxBatch)]
      yield* persistently(record(store, batch, settings.within))
      yield* release(batch)
    })

    /** Asks the database for as many ids as there are free permits, and starts their requests. */
    const claimBatch = (wanted: number) =>
      Effect.gen(function*() {
        yield* permits.take(wanted)
        // An interruption waits for the answer of the database: an id that was claimed would be lost until `takeOver`.
        const claims = yield* store.claim(wanted, settings.takeOver).pipe(
          Effect.onError(() => permits.release(wanted)),
          Effect.tap((claims) => Effect.sync(() => claims.forEach((claim) => held.set(claim.id, claim)))),
          Effect.uninterruptible
        )
        yield* permits.release(wanted - claims.length)
        const { granted, wait } = yield* takePermits(store, settings, claims)
        const rest = claims.slice(granted)
        if (rest.length > 0) yield* Effect.zipRight(store.release(rest), release(rest))
        yield* Effect.forEach(claims.slice(0, granted), (claim) => FiberSet.run(requests, ask(claim)), {
          discard: true
        })
        yield* wait === null && claims.length === wanted ? Effect.void : Effect.sleep(wait ?? settings.pollInterval)
      })

    const claimNext = Effect.flatMap(
      fleet.turn,
      (turn) => typeof turn === "number" ? claimBatch(turn) : Effect.sleep(turn)
    )

    yield* Effect.catchAll(claimNext, () => Effect.sleep(settings.pollInterval)).pipe(
      Effect.forever,
      Effect.raceFirst(Deferred.await(stopped)),
      Effect.forkScoped
    )
    yield* Effect.forkScoped(Effect.forever(recordBatch))

    // The end of the scope: no new claims, a bounded wait for requests in flight, and the rest is given back.
    yield* Effect.addFinalizer(() =>
      Effect.gen(function*() {
        yield* Deferred.succeed(stopped, undefined)
        yield* Effect.timeoutOption(Effect.interruptible(permits.take(settings.concurrency)), settings.drain)
        yield* FiberSet.clear(requests)
        if (held.size > 0) yield* Effect.ignoreLogged(store.release([...held.values()]))
      })
    )
  })

/** Outcomes of one transaction. */
const maxBatch = 500

const cannotStore = new ResponseValidationError({ field: "data", message: "data: the ledger cannot store this record" })

const died = new ResponseValidationError({ field: "data", message: "data: the request died" })

/** The view that one worker has of the pause that all workers share. */
const makeFleet = (store: Store, settings: Settings) => {
  const failedInRow = new Set<string>()
  let isPaused = false
  let isFirst = true

  const pause = (reason: Pause["reason"], message: string, duration: Duration.Duration) =>
    Effect.suspend(() => {
      isPaused = true
      return Effect.tap(
        persistently(store.pause(reason, message, duration)),
        (isNew) => isNew ? Effect.logWarning(`The ledger is paused (${reason}): ${message}`) : Effect.void
      )
    })

  const succeeded = Effect.suspend(() => {
    failedInRow.clear()
    if (!isPaused) return Effect.void
    isPaused = false
    return Effect.asVoid(persistently(store.resume))
  })

  return {
    /** Notes that OpenRouter answered, which ends a pause. */
    succeeded,

    /** Returns the outcome of a request that failed. It may begin a pause. */
    failed: (id: string, error: OpenRouterError): Effect.Effect<Pick<Outcome, "kind" | "error">> =>
      Effect.gen(function*() {
        const { kind, pause: begun } = verdict(error, settings.probeInterval)
        if (kind === "notFound") yield* succeeded
        if (begun !== null) yield* pause(begun.reason, error.message, begun.duration)
        if (kind === "transient" && failedInRow.add(id).size >= failuresBeforePause) {
          yield* pause("Unavailable", error.message, settings.probeInterval)
        }
        return {
          kind: kind === "transient" && isPaused ? "held" : kind,
          error: yield* Effect.orDie(encodeError(error))
        }
      }),

    /** Returns the number of ids to claim now, or the time to wait. */
    turn: Effect.gen(function*() {
      const paused = yield* store.readPause
      const startsNow = isFirst
      isFirst = false
      isPaused = paused !== null && !(paused.reason === "TooManyRequests" && paused.left <= 0)
      if (paused === null) return settings.concurrency
      if (paused.reason !== "TooManyRequests") {
        return (yield* store.takeProbe(settings.probeInterval, startsNow)) ? 1 : settings.pollInterval
      }
      if (paused.left > 0) return Duration.min(Duration.millis(paused.left), settings.pollInterval)
      yield* store.resume
      return settings.concurrency
    })
  }
}

/** The number of different ids in a row without an answer after which the fleet is paused. */
const failuresBeforePause = 3

/** Returns the number of ids that the rate limit allows now, and the time to wait if it allows fewer. */
const takePermits = (
  store: Store,
  { rateLimit }: Settings,
  claims: ReadonlyArray<Claim>
): Effect.Effect<{ readonly granted: number; readonly wait: Duration.Duration | null }, LedgerError> =>
  rateLimit === null || claims.length === 0
    ? Effect.succeed({ granted: claims.length, wait: null })
    : Effect.map(store.takePermits(claims.length, rateLimit.limit, rateLimit.window), ({ granted, left }) => ({
      granted,
      wait: granted < claims.length ? left : null
    }))

/** Records outcomes. One that the database cannot store fails alone. */
const record = (
  store: Store,
  batch: ReadonlyArray<Outcome>,
  within: Duration.Duration
): Effect.Effect<void, LedgerError> =>
  Effect.catchIf(Effect.asVoid(store.record(batch, within)), ({ reason }) => reason === "Unknown", (error) => {
    const [only, ...others] = batch
    if (others.length > 0) {
      return Effect.forEach(batch, (outcome) => record(store, [outcome], within), { discard: true })
    }
    if (only === undefined || only.kind === "failed") return Effect.fail(error)
    return Effect.flatMap(
      Effect.orDie(encodeError(cannotStore)),
      (error) => record(store, [{ id: only.id, claim: only.claim, kind: "failed", error }], within)
    )
  })

/** Repeats a write until the database is back. What a worker holds is not lost while it is down. */
const persistently = <A>(effect: Effect.Effect<A, LedgerError>): Effect.Effect<A> =>
  Effect.tapError(effect, ({ message }) => Effect.logWarning(`The ledger waits: ${message}`)).pipe(
    Effect.catchAll(() => {
      const again: Effect.Effect<A> = Effect.catchAll(Effect.delay(effect, retryInterval), () => again)
      return again
    })
  )

const retryInterval = Duration.seconds(1)
