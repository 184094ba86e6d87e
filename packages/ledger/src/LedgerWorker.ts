/**
 * The worker that settles the entries of a ledger.
 */
import { RetryPolicy } from "@effect-openrouter/client"
import type { Generation } from "@effect-openrouter/core/Generation"
import {
  checkCount,
  checkDurationOrZero,
  type Checked,
  guard,
  readOptions,
  reject,
  toEffect
} from "@effect-openrouter/core/internal/check"
import type { InvalidRequestError } from "@effect-openrouter/core/InvalidRequestError"
import type { OpenRouterError } from "@effect-openrouter/core/OpenRouterError"
import { ResponseValidationError } from "@effect-openrouter/core/ResponseValidationError"
import { Generations } from "@effect-openrouter/generations/Generations"
import type * as SqlClient from "@effect/sql/SqlClient"
import * as Chunk from "effect/Chunk"
import * as Deferred from "effect/Deferred"
import * as Duration from "effect/Duration"
import * as Effect from "effect/Effect"
import * as Fiber from "effect/Fiber"
import * as FiberSet from "effect/FiberSet"
import * as Layer from "effect/Layer"
import * as Queue from "effect/Queue"
import * as Schedule from "effect/Schedule"
import type * as Scope from "effect/Scope"
import { checkSpan } from "./internal/checkSpan.js"
import { type LedgerWithStore, StoreTypeId } from "./internal/makeLedger.js"
import * as LedgerMetrics from "./internal/metrics.js"
import { type NewPause, verdict } from "./internal/outcome.js"
import { encodeError, toRow } from "./internal/row.js"
import type { Claim, Outcome, Store } from "./internal/store.js"
import { Ledger, type LedgerService } from "./Ledger.js"
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

const optionNames = [
  "concurrency",
  "within",
  "takeOver",
  "pollInterval",
  "probeInterval",
  "drain",
  "rateLimit"
] as const

const checkOptions = (options: WorkerOptions): Effect.Effect<Settings, InvalidRequestError> =>
  Effect.gen(function*() {
    const given = yield* toEffect(readOptions("options", options, optionNames))
    const { rateLimit } = given
    return {
      concurrency: yield* toEffect(checkCount("concurrency", given.concurrency ?? 16, 1)),
      within: yield* toEffect(checkSpan("within", given.within ?? "3 days")),
      takeOver: yield* toEffect(checkSpan("takeOver", given.takeOver ?? "1 minute")),
      pollInterval: yield* toEffect(checkSpan("pollInterval", given.pollInterval ?? "1 second")),
      probeInterval: yield* toEffect(checkSpan("probeInterval", given.probeInterval ?? "15 seconds")),
      drain: yield* toEffect(checkDurationOrZero("drain", given.drain ?? "10 seconds")),
      rateLimit: rateLimit === undefined ? null : {
        limit: yield* checkRateLimit(() => checkCount("rateLimit", rateLimit.limit, 1)),
        window: yield* checkRateLimit(() => checkSpan("rateLimit", rateLimit.window))
      }
    }
  })

/** Runs a check of a part of `rateLimit`, whose error states the rule of the whole. */
const checkRateLimit = <A>(check: () => Checked<A>): Effect.Effect<A, InvalidRequestError> =>
  Effect.catchAll(
    toEffect(guard("rateLimit", check)),
    () => toEffect(reject("rateLimit", "{ limit, window }: a whole number above 0, and a duration of more than 0"))
  )

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
    const outcomes = yield* Queue.unbounded<Outcome>()
    /** The ids in flight: from the claim until the outcome is committed. */
    const held = new Map<string, Claim>()
    let unrecorded = 0
    const changed = yield* Effect.makeLatch()
    const requests = yield* FiberSet.make()
    const stopped = yield* Deferred.make<void>()
    const failedInRow = new Set<string>()
    let isFirst = true
    let isBusy = false

    const drop = (claims: ReadonlyArray<Claim>) => {
      for (const { id } of claims) held.delete(id)
      return changed.open
    }

    const until = (condition: () => boolean): Effect.Effect<void> =>
      Effect.suspend(() =>
        condition()
          ? Effect.void
          : Effect.zipRight(Effect.zipRight(changed.close, changed.await), until(condition))
      )

    /** Returns the outcome of a request that failed. Requests that fail for different ids in a row begin a pause. */
    const onFailure = (claim: Claim, error: OpenRouterError): Effect.Effect<Outcome> => {
      const verdictOnError = verdict(error, settings.probeInterval)
      if (verdictOnError.isUp) failedInRow.clear()
      else if (verdictOnError.kind === "transient" && failedInRow.size < failuresBeforePause) failedInRow.add(claim.id)
      const isUnavailable = verdictOnError.kind === "transient" && failedInRow.size >= failuresBeforePause
      const pause: NewPause | null = isUnavailable
        ? { reason: "Unavailable", message: error.message, duration: settings.probeInterval }
        : verdictOnError.pause
      return Effect.map(Effect.orDie(encodeError(error)), (error) => ({ ...claim, ...verdictOnError, pause, error }))
    }

    const onSuccess = (claim: Claim, generation: Generation): Effect.Effect<Outcome> => {
      failedInRow.clear()
      return toRow(claim.id, generation, privateFields).pipe(
        Effect.map((row): Outcome => ({ ...claim, ...row, kind: "settled", error: null, pause: null, isUp: true })),
        Effect.catchAll(() => onFailure(claim, cannotStore))
      )
    }

    const ask = (claim: Claim): Effect.Effect<void> =>
      Effect.uninterruptibleMask((restore) =>
        restore(generations.get(claim.id, { retry: RetryPolicy.none })).pipe(
          Effect.catchAllDefect((defect) =>
            Effect.zipRight(Effect.logError("A request died", defect), Effect.fail(died))
          ),
          Effect.matchEffect({
            onFailure: (error) => onFailure(claim, error),
            onSuccess: (generation) => onSuccess(claim, generation)
          }),
          Effect.tap((outcome) => Effect.annotateCurrentSpan("openrouter.ledger.outcome", outcome.kind)),
          Effect.flatMap((outcome) => {
            unrecorded++
            return Queue.offer(outcomes, outcome)
          })
        )
      ).pipe(
        Effect.withSpan("LedgerWorker.ask", {
          root: true,
          captureStackTrace: false,
          attributes: { "openrouter.generation.id": claim.id }
        }),
        Effect.asVoid
      )

    // Outcomes that come while a batch is written are the next batch.
    const recordBatch = Effect.gen(function*() {
      const first = yield* Queue.take(outcomes)
      yield* Effect.sleep(gatherTime)
      const batch = [first, ...yield* Queue.takeUpTo(outcomes, maxBatch - 1)]
      for (const part of parts(batch)) {
        yield* persistently(record(store, part, settings.within))
        unrecorded -= part.length
        yield* drop(part)
      }
    })

    /** Starts requests, some in each turn of the event loop, which reads the responses of earlier ones in between. */
    const start = (claims: ReadonlyArray<Claim>) =>
      Effect.forEach(
        Chunk.chunksOf(Chunk.unsafeFromArray(claims), startsInTurn),
        (wave, index) =>
          Effect.zipRight(
            index === 0 ? Effect.void : Effect.sleep(turn),
            Effect.forEach(wave, (claim) => FiberSet.run(requests, Effect.interruptible(ask(claim))), { discard: true })
          ),
        { discard: true }
      )

    /** Claims up to `wanted` ids and starts their requests. Returns the time until the next look. */
    const claimBatch = (wanted: number, isProbe = false) =>
      Effect.gen(function*() {
        const claims = yield* store.claim(wanted, settings.takeOver, isProbe)
        for (const { claim, id } of claims) held.set(id, { claim, id })
        yield* LedgerMetrics.countExpired(claims.filter(({ expired }) => expired).length)
        const { granted, wait } = yield* takePermits(store, settings, claims).pipe(
          Effect.tapError(() => Effect.zipRight(drop(claims), Effect.ignore(store.release(claims))))
        )
        const rest = claims.slice(granted)
        if (rest.length > 0) {
          yield* drop(rest)
          yield* store.release(rest)
        }
        yield* start(claims.slice(0, granted))
        isBusy = claims.length > 0 && wait === null
        if (wait !== null) return wait
        return isBusy ? Duration.zero : settings.pollInterval
        // An interruption waits for the database: an id that was claimed would be lost until `takeOver`.
      }).pipe(Effect.uninterruptible)

    /** Looks for something to do. Returns the time until the next look. */
    const next = Effect.gen(function*() {
      yield* until(() => held.size < settings.concurrency)
      // A busy worker does not look first: a pause claims nothing.
      if (isBusy) return yield* claimBatch(settings.concurrency - held.size)
      // An idle worker makes no spans.
      const { hasDue, pause } = yield* Effect.withTracerEnabled(store.look, false)
      const startsNow = isFirst
      isFirst = false
      if (pause?.reason === "TooManyRequests") return wait(pause.left, settings)
      if (pause !== null && pause.left > 0 && !startsNow) return wait(pause.left, settings)
      if (!hasDue) return settings.pollInterval
      if (pause === null) return yield* claimBatch(settings.concurrency - held.size)
      if (yield* store.takeProbe(settings.probeInterval, startsNow)) {
        yield* claimBatch(1, true)
        isBusy = false
      }
      return settings.pollInterval
    })

    let isDown = false
    const loop = next.pipe(
      Effect.tap(() =>
        Effect.sync(() => {
          isDown = false
        })
      ),
      Effect.catchAllDefect((defect) =>
        Effect.as(Effect.logError("The worker of the ledger continues after a defect", defect), settings.pollInterval)
      ),
      Effect.catchAll(({ message }) => {
        const warning = isDown ? Effect.void : Effect.logWarning(`The worker of the ledger waits: ${message}`)
        isDown = true
        return Effect.as(warning, settings.pollInterval)
      }),
      Effect.flatMap((pause) => Duration.isZero(pause) ? Effect.void : Effect.sleep(pause)),
      Effect.forever,
      Effect.raceFirst(Deferred.await(stopped))
    )

    // An idle worker makes no spans, and the loop warns of a database that is down.
    yield* Effect.withTracerEnabled(Effect.flatMap(store.oldestPending, LedgerMetrics.setOldestPending), false).pipe(
      Effect.ignore,
      Effect.repeat(Schedule.spaced(gaugeInterval)),
      Effect.forkScoped
    )
    const looking = yield* Effect.forkScoped(loop)
    yield* Effect.forkScoped(Effect.forever(recordBatch))

    // The end of the scope: no new claims, a bounded wait for requests in flight, and the rest is given back.
    yield* Effect.addFinalizer(() =>
      Effect.gen(function*() {
        yield* Deferred.succeed(stopped, undefined)
        yield* Fiber.await(looking)
        yield* Effect.timeoutOption(Effect.interruptible(until(() => held.size === 0)), settings.drain)
        yield* FiberSet.clear(requests)
        // What was answered is recorded, so that it is not asked for again.
        yield* Effect.timeoutOption(Effect.interruptible(until(() => unrecorded === 0)), recordTimeout)
        if (held.size > 0) yield* Effect.ignoreLogged(store.release([...held.values()]))
      })
    )
  })

/** Returns the time until the next look at a pause. */
const wait = (left: number, { pollInterval }: Settings): Duration.Duration =>
  Duration.min(Duration.millis(Math.max(left, 1)), pollInterval)

/**
 * The time for which outcomes are gathered into one transaction. A transaction costs more than a request, and one of libsql
 * ends within a turn of the event loop, so that each response would have a transaction of its own.
 */
const gatherTime = Duration.millis(5)

/**
 * The requests that start in one turn of the event loop: up to 16,000 in a second, which is more than a core can handle. Each
 * holds its fibers until its response is read. If hundreds start at once, V8 lets the heap grow by four times what they hold.
 */
const startsInTurn = 16
const turn = Duration.millis(1)

/** The time between two updates of the gauge. The query reads the index of all pending entries. */
const gaugeInterval = Duration.seconds(30)

/** Outcomes of one transaction, and the characters of their records. More save hardly any CPU, and need more memory. */
const maxBatch = 64
const maxBatchLength = 4_000_000

/** The longest time that the end of the scope waits until outcomes are recorded. */
const recordTimeout = Duration.seconds(10)

/** Splits a batch so that no transaction has more than about 4 MB. */
const parts = (batch: ReadonlyArray<Outcome>): ReadonlyArray<ReadonlyArray<Outcome>> => {
  const result: Array<Array<Outcome>> = []
  let length = Infinity
  for (const outcome of batch) {
    const own = String(outcome.record ?? "").length
    if (length + own > maxBatchLength) {
      result.push([])
      length = 0
    }
    result.at(-1)?.push(outcome)
    length += own
  }
  return result
}

const cannotStore = new ResponseValidationError({ field: "data", message: "data: the ledger cannot store this record" })

const cannotRecord = new LedgerError({ reason: "Unknown", operation: "record", message: "The write died" })

const died = new ResponseValidationError({ field: "data", message: "data: the request died" })

/** The number of different ids in a row without a response after which all workers pause. */
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

/** Records outcomes. One that the database cannot store fails alone, and is given up if its row accepts no outcome. */
const record = (
  store: Store,
  batch: ReadonlyArray<Outcome>,
  within: Duration.Duration
): Effect.Effect<void, LedgerError> =>
  store.record(batch, within).pipe(
    Effect.flatMap(({ hasBegunPause, recorded }) => {
      const pause = batch.findLast((outcome) => outcome.pause !== null)?.pause
      return Effect.zipRight(
        LedgerMetrics.countRecorded(recorded),
        hasBegunPause && pause
          ? Effect.zipRight(
            LedgerMetrics.countPause(pause.reason),
            Effect.logWarning(`The ledger is paused (${pause.reason}): ${pause.message}`)
          )
          : Effect.void
      )
    }),
    Effect.catchAllDefect((defect) =>
      Effect.zipRight(Effect.logError("An outcome cannot be recorded", defect), Effect.fail(cannotRecord))
    ),
    Effect.catchIf(({ reason }) => reason === "Unknown", (error) => {
      const [only, ...others] = batch
      if (others.length > 0) {
        return Effect.forEach(batch, (outcome) => record(store, [outcome], within), { discard: true })
      }
      if (only === undefined) return Effect.void
      const { claim, id } = only
      // To try again would delay all other ids. This one is due again after `takeOver`.
      if (only.kind === "failed") return Effect.logError(`The outcome of ${id} cannot be recorded: ${error.message}`)
      return Effect.flatMap(
        Effect.orDie(encodeError(cannotStore)),
        (error) => record(store, [{ id, claim, kind: "failed", error, pause: null, isUp: true }], within)
      )
    })
  )

/** Repeats a write until the database is back. What a worker holds is not lost while it is down. */
const persistently = <A>(effect: Effect.Effect<A, LedgerError>): Effect.Effect<A> =>
  Effect.tapError(effect, ({ message }) => Effect.logWarning(`The worker of the ledger waits: ${message}`)).pipe(
    Effect.catchAll(() => {
      const again: Effect.Effect<A> = Effect.catchAll(Effect.delay(effect, retryInterval), () => again)
      return again
    })
  )

const retryInterval = Duration.seconds(1)
