import {
  Generation,
  OpenRouterDefaultError,
  type OpenRouterError,
  type OpenRouterErrorReason
} from "@effect-openrouter/core"
import { Generations } from "@effect-openrouter/generations"
import { Ledger, LedgerWorker } from "@effect-openrouter/ledger"
import { Cause, Effect, Layer, Schedule, Schema } from "effect"

/** A record with these fields of the wire. */
export const generation = (fields: object = {}): Generation =>
  Schema.decodeUnknownSync(Generation)({ id: "gen-1", ...fields })

/** An error with this status. */
export const failure = (status: number, reason: OpenRouterErrorReason = "Unknown") =>
  new OpenRouterDefaultError({ status, reason, message: `OpenRouter answered ${status}` })

/** `Generations` whose `get` is a function of the test, and the ids that it was asked for. */
export const scripted = (get: (id: string) => Effect.Effect<Generation, OpenRouterError>) => {
  const asked: Array<string> = []
  const layer = Layer.mock(Generations, {
    get: (id) =>
      Effect.suspend(() => {
        asked.push(id)
        return get(id)
      })
  })
  return { asked, layer }
}

/** A worker that looks often, over `Generations` of the test. */
export const worker = (generations: Layer.Layer<Generations>, options: LedgerWorker.WorkerOptions = {}) =>
  LedgerWorker.layer({ pollInterval: "20 millis", probeInterval: "50 millis", ...options }).pipe(
    Layer.provide(generations)
  )

/** Waits until a value of the ledger has a property, for at most a minute. */
export const eventually = <A, E, R>(effect: Effect.Effect<A, E, R>, isReached: (value: A) => boolean) =>
  effect.pipe(
    Effect.filterOrFail(
      isReached,
      (value) => new Cause.NoSuchElementException(`not reached: ${JSON.stringify(value)}`)
    ),
    Effect.retry(Schedule.upTo(Schedule.spaced("20 millis"), "1 minute"))
  )

/** Waits until no entry is pending. */
export const settled = eventually(Ledger.counts, ({ pending }) => pending === 0)
