/**
 * Totals of many generations by model, provider, day, app, session or any other key.
 */
import type * as BigDecimal from "effect/BigDecimal"
import type * as Chunk from "effect/Chunk"
import * as DateTime from "effect/DateTime"
import * as Effect from "effect/Effect"
import * as MutableHashMap from "effect/MutableHashMap"
import * as Option from "effect/Option"
import * as Sink from "effect/Sink"
import type { Generation } from "./Generation.js"
import type { Totals } from "./internal/usage/totals.js"

/** The totals of all generations with one key. */
export interface Summary<out K> {
  /** What the generations have in common; `null` = unknown. */
  readonly key: K
  /** How many generations there were. */
  readonly count: number
  /** What they cost, in USD, exact to the last digit. Unknown costs are in none of the sums: see `unknown`. */
  readonly cost: {
    /** What was really spent: `credits` and `byok` together. */
    readonly effective: BigDecimal.BigDecimal
    /** What OpenRouter charged. */
    readonly credits: BigDecimal.BigDecimal
    /** What providers charged to the caller's own keys ("bring your own key"). */
    readonly byok: BigDecimal.BigDecimal
    /** How many generations have a known cost. */
    readonly known: number
    /** How many have not: what they cost comes on top of `effective`. */
    readonly unknown: number
  }
  /** Tokens as the providers counted and billed them: the sum of what is known, `null` where nothing is. */
  readonly tokens: {
    /** Tokens of the prompts. */
    readonly prompt: number | null
    /** Tokens of the completions. */
    readonly completion: number | null
    /** Tokens read from the providers' caches. */
    readonly cached: number | null
    /** Tokens of reasoning. */
    readonly reasoning: number | null
  }
  /** Billed completion tokens per second, as `Usage.tokensPerSecond` has them; `null` where none is known. */
  readonly tokensPerSecond: Quantiles | null
  /** Time to the first token, in milliseconds; `null` where none is known. */
  readonly timeToFirstToken: Quantiles | null
  /** How many provider attempts failed before the ones that served. */
  readonly failedAttempts: number
}

/** Values by nearest rank, within 1 % or 0.001, whichever is more. What is above 10^9 counts as 10^9. */
export interface Quantiles {
  /** Half of the values are at most this. */
  readonly p50: number
  /** 95 % of the values are at most this. */
  readonly p95: number
}

/**
 * Adds up generations. Memory depends on the number of keys, not on the number of generations: some 10 kB for each key,
 * at most 80 kB.
 */
export interface Summarizer<out K> {
  /** Adds a generation to the totals of its key. */
  readonly add: (generation: Generation) => void
  /** The totals so far, in the order in which the keys were first met. More may be added afterwards. */
  readonly result: () => ReadonlyArray<Summary<K>>
}

/** What generations may be grouped by under a name, with the type of the key; `null` = unknown. */
export interface Keys {
  /** The dated slug of the model that ran. */
  readonly model: string | null
  /** The provider that served. */
  readonly provider: string | null
  /** The day of creation in UTC: `2026-11-22`. */
  readonly day: string | null
  /** The id of the app that made the request. */
  readonly app: number | null
  /** The session, as the caller named it. */
  readonly session: string | null
}

/** What generations are grouped by: the name of a key, or a function that makes one of a generation. */
export type By = keyof Keys | ((generation: Generation) => unknown)

/** The type of key that a `By` makes. */
export type Key<B extends By> = B extends keyof Keys ? Keys[B]
  : B extends (generation: Generation) => infer K ? K
  : never

/**
 * A Sink of totals by `"model"`, `"provider"`, `"day"`, `"app"`, `"session"`, or by what a function makes of a
 * generation. Keys are compared as `Equal` does: primitives by value, and so is `Data.tuple(model, day)`, but a plain
 * object equals only itself. Memory depends on the number of keys only. Without a Stream, use `summarizer`.
 *
 * @example
 * ```ts
 * import { Usage } from "@effect-openrouter/core"
 * import { Settlement } from "@effect-openrouter/generations"
 * import { BigDecimal, Console, Effect, Stream } from "effect"
 *
 * const report = Settlement.stream(["gen-1", "gen-2"]).pipe(
 *   Stream.filter(Settlement.is("Settled")),
 *   Stream.map(({ generation }) => generation),
 *   Stream.run(Usage.summarize("model")),
 *   Effect.flatMap(Effect.forEach(({ cost, key, timeToFirstToken }) =>
 *     Console.log(key, BigDecimal.format(cost.effective), cost.unknown, timeToFirstToken?.p95)
 *   ))
 * )
 * ```
 */
export const summarize = <B extends By>(by: B): Sink.Sink<ReadonlyArray<Summary<Key<B>>>, Generation> =>
  Sink.unwrap(
    Effect.map(summarizer(by), (totals) =>
      Sink.foldLeftChunks(totals, (_, generations: Chunk.Chunk<Generation>) => {
        for (const generation of generations) totals.add(generation)
        return totals
      }))
  ).pipe(Sink.map(({ result }) => result()))

/**
 * What `summarize` is made of: totals of nothing yet, to which generations are added one by one. An Effect, because the
 * quantile sketch is loaded when it is first needed, so that a program without summaries does not pay for it.
 *
 * @example
 * ```ts
 * import { type Generation, Usage } from "@effect-openrouter/core"
 * import { Data, Effect } from "effect"
 *
 * const table = (generations: Iterable<Generation>) =>
 *   Effect.gen(function*() {
 *     const totals = yield* Usage.summarizer(({ isByok, model }) => Data.tuple(model, isByok))
 *     for (const generation of generations) totals.add(generation)
 *     return totals.result()
 *   })
 * ```
 */
export const summarizer = <B extends By>(by: B): Effect.Effect<Summarizer<Key<B>>> =>
  Effect.map(Effect.promise(() => import("./internal/usage/totals.js")), (Totals) => {
    const keyOf = (typeof by === "function" ? by : keys[by as keyof Keys]) as (generation: Generation) => Key<B>
    const byKey = MutableHashMap.empty<Key<B>, Totals<Key<B>>>()
    const inOrder: Array<Totals<Key<B>>> = []
    const start = (key: Key<B>) => {
      const totals = Totals.make(key)
      MutableHashMap.set(byKey, key, totals)
      inOrder.push(totals)
      return totals
    }
    return {
      add: (generation) => {
        const key = keyOf(generation)
        Totals.add(Option.getOrElse(MutableHashMap.get(byKey, key), () => start(key)), generation)
      },
      result: () => inOrder.map(Totals.summary)
    }
  })

// An empty name tells as little as none.
const keys: { readonly [B in keyof Keys]: (generation: Generation) => Keys[B] } = {
  model: ({ model }) => model || null,
  provider: ({ providerName }) => providerName || null,
  day: ({ createdAt }) => createdAt === null ? null : DateTime.formatIsoDateUtc(createdAt),
  app: ({ appId }) => appId,
  session: ({ sessionId }) => sessionId || null
}
