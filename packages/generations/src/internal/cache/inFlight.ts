import type { RequestOptions } from "@effect-openrouter/client/RequestOptions"
import type { Generation } from "@effect-openrouter/core/Generation"
import { effectiveCost } from "@effect-openrouter/core/GenerationUsage"
import type { OpenRouterError } from "@effect-openrouter/core/OpenRouterError"
import * as Data from "effect/Data"
import * as Effect from "effect/Effect"
import * as Equal from "effect/Equal"
import * as Hash from "effect/Hash"
import * as RcMap from "effect/RcMap"
import * as Scope from "effect/Scope"
import type { Keep } from "../makeGenerations.js"

type Ask = Effect.Effect<Generation, OpenRouterError>

/**
 * Whether a record will not change any more: its cost is known. Nothing else in it tells: a cancelled one has no reason why
 * it ended, and older ones lack what newer ones have.
 */
export const isFinished = (generation: Generation): boolean => effectiveCost(generation) !== null

/** Whether a call may be told another thing than others of the same id, and is neither answered from nor kept here. */
export const isApart = (options: RequestOptions | undefined): boolean =>
  options?.baseUrl !== undefined || options?.headers !== undefined

/**
 * Equal calls that are in flight together are one: the first asks, by way of `around`, with its own context and under its
 * span, and all have its end. It is interrupted with the last of them, not with the first.
 */
export const makeKeep = (around: (id: string, ask: Ask) => Ask): Effect.Effect<Keep> =>
  Effect.map(
    RcMap.make({ lookup: ({ ask, id }: Flight) => Effect.interruptible(around(id, ask)) }),
    (flights): Keep => (id, ask, options) =>
      isApart(options) ? ask : Effect.scoped(RcMap.get(flights, new Flight(id, ask, options)))
  ).pipe(inNoScope)

/** Nothing is left when the last call has gone, and a service may outlive its layer: there is nothing to close. */
function inNoScope<A>(effect: Effect.Effect<A, never, Scope.Scope>): Effect.Effect<A> {
  return Effect.flatMap(Scope.make(), (scope) => Scope.extend(effect, scope))
}

/** Calls are equal that ask for the same id, within the same time and with the same retries. */
class Flight implements Equal.Equal {
  readonly id: string
  readonly ask: Ask
  private readonly key: ReadonlyArray<unknown>

  constructor(id: string, ask: Ask, options: RequestOptions | undefined) {
    this.id = id
    this.ask = ask
    this.key = Data.tuple(id, options?.timeout, options?.retry)
  }

  [Equal.symbol](that: Equal.Equal): boolean {
    return that instanceof Flight && Equal.equals(this.key, that.key)
  }

  [Hash.symbol](): number {
    return Hash.hash(this.key)
  }
}
