/**
 * Totals of many generations by model, provider, day, app, session or any other key.
 */
import type * as BigDecimal from "effect/BigDecimal"
import * as Data from "effect/Data"
import * as DateTime from "effect/DateTime"
import * as Effect from "effect/Effect"
import * as MutableHashMap from "effect/MutableHashMap"
import * as Option from "effect/Option"
import * as Schema from "effect/Schema"
import * as Sink from "effect/Sink"
import type { Generation } from "./Generation.js"
import { Decimal } from "./internal/usage/decimal.js"
import { makeRepetitions } from "./internal/usage/repetitions.js"
import * as Totals from "./internal/usage/totals.js"
import { InvalidRequestError } from "./InvalidRequestError.js"

/** The totals of all generations with one key. */
export interface Summary<out K> {
  /** The value that the generations have in common; `null` = unknown. */
  readonly key: K
  /** Number of generations. */
  readonly count: number
  /** Cost in USD, exact to the last digit. The sums contain every part that is known. */
  readonly cost: {
    /** The amount that was really spent: `credits` plus `byok`. */
    readonly effective: BigDecimal.BigDecimal
    /** The amount that OpenRouter charged. */
    readonly credits: BigDecimal.BigDecimal
    /** The amount that providers charged to the caller's own keys ("bring your own key"). */
    readonly byok: BigDecimal.BigDecimal
    /** Number of generations whose cost is known. */
    readonly known: number
    /** Number of generations of whose cost a part is unknown: that part comes on top of `effective`. */
    readonly unknown: number
  }
  /** Tokens as the providers counted and billed them: the sum of the known counts, `null` if none is known. */
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
  /** Billed completion tokens per second, as `Usage.tokensPerSecond` returns them; `null` if none is known. */
  readonly tokensPerSecond: Quantiles | null
  /** Tokens per second after the first token, as `Usage.tokensPerSecondAfterFirstToken` returns them; `null` if none is known. */
  readonly tokensPerSecondAfterFirstToken: Quantiles | null
  /** Time to the first token, in milliseconds; `null` if none is known. */
  readonly timeToFirstToken: Quantiles | null
  /** Number of provider attempts that failed. */
  readonly failedAttempts: number
}

/**
 * Quantiles by nearest rank. They are exact for up to 1,000 values, else within 1 % or 0.001, whichever is more. A value
 * above 10^9 counts as 10^9.
 */
export interface Quantiles {
  /** Half of the values are at most this. */
  readonly p50: number
  /** 95 % of the values are at most this. */
  readonly p95: number
  /** `true` if the quantiles are exact, `false` if they are approximate. */
  readonly exact: boolean
}

const Tokens = Schema.NullOr(Schema.Finite)

const Quantiles = Schema.NullOr(Schema.Struct({ p50: Schema.Finite, p95: Schema.Finite, exact: Schema.Boolean }))

const KeyPart = Schema.NullOr(Schema.Union(Schema.String, Schema.Finite, Schema.Boolean))

/** A key that JSON can carry: text, a number, a boolean, `null`, or a list of these. */
export type SummaryKey = string | number | boolean | null | ReadonlyArray<string | number | boolean | null>

/**
 * The Schema of a summary whose key JSON can carry. Encoded, an amount is text of plain decimal digits in USD.
 *
 * @example
 * ```ts
 * import { Usage } from "@effect-openrouter/core"
 * import { Effect, Schema, Stream } from "effect"
 *
 * const json = Stream.empty.pipe(
 *   Stream.run(Usage.summarize(["model", "day"])),
 *   Effect.flatMap(Schema.encode(Schema.parseJson(Schema.Array(Usage.Summary))))
 * )
 * ```
 */
export const Summary = Schema.Struct({
  key: Schema.Union(KeyPart, Schema.Array(KeyPart)),
  count: Schema.Int,
  cost: Schema.Struct({
    effective: Decimal,
    credits: Decimal,
    byok: Decimal,
    known: Schema.Int,
    unknown: Schema.Int
  }),
  tokens: Schema.Struct({ prompt: Tokens, completion: Tokens, cached: Tokens, reasoning: Tokens }),
  tokensPerSecond: Quantiles,
  tokensPerSecondAfterFirstToken: Quantiles,
  timeToFirstToken: Quantiles,
  failedAttempts: Schema.Int
}).annotations({ identifier: "UsageSummary" })

/**
 * Adds up generations. Memory depends on the number of keys, not on the number of generations: about 16 kB for each key,
 * at most 100 kB, and 1 MB for the last 10,000 ids.
 *
 * A record that OpenRouter returned for another id than its own may be the record of several ids: it is added once, as long
 * as its id is among the last 10,000. Any other generation that is given twice is added twice.
 */
export interface Summarizer<out K> {
  /** Adds a generation to the totals of its key. */
  readonly add: (generation: Generation) => void
  /** Returns the totals so far, in the order in which the keys first came. More generations may be added afterwards. */
  readonly result: () => ReadonlyArray<Summary<K>>
}

/** The named keys and their types; `null` = unknown. */
export interface Keys {
  /** The dated slug of the model that ran. */
  readonly model: string | null
  /** The provider that served. */
  readonly provider: string | null
  /** The day of creation in UTC: `2026-11-22`. `Usage.day` groups by the days of another time zone. */
  readonly day: string | null
  /** The id of the app that made the request. */
  readonly app: number | null
  /** The session, as the caller named it. */
  readonly session: string | null
}

type OneBy = keyof Keys | ((generation: Generation) => unknown)

/** A grouping: the name of a key, a function that returns the key of a generation, or a list of these. */
export type By = OneBy | ReadonlyArray<OneBy>

/** The type of the key of a `By`; a list has a tuple of keys. */
export type Key<B extends By> = B extends keyof Keys ? Keys[B]
  : B extends (generation: Generation) => infer K ? K
  : B extends ReadonlyArray<OneBy> ? { readonly [I in keyof B]: B[I] extends OneBy ? Key<B[I]> : never }
  : never

/**
 * Returns a Sink of totals by `"model"`, `"provider"`, `"day"`, `"app"`, `"session"`, by the result of a function, or by a
 * list of these. Keys are compared as `Equal` does: primitives by value, and so are lists, but a plain object equals only
 * itself. `Summarizer` says which records are added once, and how much memory is used. Without a Stream, use `summarizer`.
 *
 * @example
 * ```ts
 * import { Usage } from "@effect-openrouter/core"
 * import { Settlement } from "@effect-openrouter/generations"
 * import { Console, Effect, Stream } from "effect"
 *
 * const report = Settlement.stream(["gen-1", "gen-2"]).pipe(
 *   Stream.filter(Settlement.is("Settled")),
 *   Stream.map(({ generation }) => generation),
 *   Stream.run(Usage.summarize(["model", "day"])),
 *   Effect.flatMap(Effect.forEach(({ cost, key: [model, day], timeToFirstToken }) =>
 *     Console.log(model, day, Usage.formatUsd(cost.effective), cost.unknown, timeToFirstToken?.p95)
 *   ))
 * )
 * ```
 */
export const summarize = <const B extends By>(by: B): Sink.Sink<ReadonlyArray<Summary<Key<B>>>, Generation> =>
  Sink.suspend(() => {
    const { add, result } = makeSummarizer(by)
    return Sink.map(
      Sink.forEachChunk((generations: Iterable<Generation>) =>
        Effect.sync(() => {
          for (const generation of generations) add(generation)
        })
      ),
      result
    )
  })

/**
 * Returns a summarizer without generations. It is an Effect because a summarizer is mutable; it runs synchronously.
 *
 * @example
 * ```ts
 * import { type Generation, Usage } from "@effect-openrouter/core"
 * import { Effect } from "effect"
 *
 * const table = (generations: Iterable<Generation>) => {
 *   const totals = Effect.runSync(Usage.summarizer(["model", ({ isByok }) => isByok]))
 *   for (const generation of generations) totals.add(generation)
 *   return totals.result()
 * }
 * ```
 */
export const summarizer = <const B extends By>(by: B): Effect.Effect<Summarizer<Key<B>>> =>
  Effect.sync(() => makeSummarizer(by))

const makeSummarizer = <B extends By>(by: B): Summarizer<Key<B>> => {
  const toKey = toFunction(by) as (generation: Generation) => Key<B>
  const byKey = MutableHashMap.empty<Key<B>, Totals.Totals<Key<B>>>()
  const inOrder: Array<Totals.Totals<Key<B>>> = []
  const start = (key: Key<B>) => {
    const totals = Totals.make(key)
    MutableHashMap.set(byKey, key, totals)
    inOrder.push(totals)
    return totals
  }
  const isRepetition = makeRepetitions()
  return {
    add: (generation) => {
      if (isRepetition(generation)) return
      const key = toKey(generation)
      Totals.add(Option.getOrElse(MutableHashMap.get(byKey, key), () => start(key)), generation)
    },
    result: () => inOrder.map(Totals.summary)
  }
}

const toFunction = (by: By): (generation: Generation) => unknown => {
  if (typeof by === "function") return by
  if (typeof by === "string") return keys[by]
  const parts = by.map(toFunction)
  return (generation) => Data.array(parts.map((part) => part(generation)))
}

/**
 * Returns a grouping by the day of creation in a time zone: an IANA name such as `Europe/Berlin`, or a
 * `DateTime.TimeZone`. The day is text such as `2026-11-22`, or `null` if it is unknown. Throws an `InvalidRequestError`
 * if there is no such time zone.
 *
 * @example
 * ```ts
 * import { Usage } from "@effect-openrouter/core"
 *
 * const byDayInBerlin = Usage.summarize(["model", Usage.day("Europe/Berlin")])
 * ```
 */
export const day = (
  timeZone: DateTime.TimeZone | string
): (generation: Pick<Generation, "createdAt">) => string | null => {
  const zone = typeof timeZone === "string" ? DateTime.zoneFromString(timeZone) : Option.some(timeZone)
  if (Option.isNone(zone)) {
    throw new InvalidRequestError({ field: "timeZone", message: "timeZone must be the IANA name of a time zone" })
  }
  return ({ createdAt }) => createdAt === null ? null : DateTime.formatIsoDate(DateTime.setZone(createdAt, zone.value))
}

// An empty name says as little as none.
const keys: { readonly [B in keyof Keys]: (generation: Generation) => Keys[B] } = {
  model: ({ model }) => model || null,
  provider: ({ providerName }) => providerName || null,
  day: ({ createdAt }) => createdAt === null ? null : DateTime.formatIsoDateUtc(createdAt),
  app: ({ appId }) => appId,
  session: ({ sessionId }) => sessionId || null
}
