/**
 * The meaning of the numbers of records: of one, and of many together.
 */
import type { Generation } from "@effect-openrouter/core/Generation"
import { copyOtherId } from "@effect-openrouter/core/internal/otherId"
import * as Core from "@effect-openrouter/core/Usage"
import * as DateTime from "effect/DateTime"
import * as Effect from "effect/Effect"
import * as Option from "effect/Option"
import type { GenerationResponseData } from "./GenerationResponse.js"
import { fromGeneration } from "./GenerationResponse.js"

export {
  type Cost,
  cost,
  type CostFields,
  effectiveCost,
  failedAttempts,
  formatUsd,
  isCostKnown,
  type Keys,
  type Quantiles,
  type Summary,
  tokensPerSecond,
  tokensPerSecondAfterFirstToken
} from "@effect-openrouter/core/Usage"

type OneBy = keyof Core.Keys | ((record: GenerationResponseData) => unknown)

/** A grouping: the name of a key, a function that returns the key of a record, or a list of these. */
export type By = OneBy | ReadonlyArray<OneBy>

/** The type of the key of a `By`. A list has a tuple of keys. */
export type Key<B extends By> = B extends keyof Core.Keys ? Core.Keys[B]
  : B extends (record: GenerationResponseData) => infer K ? K
  : B extends ReadonlyArray<OneBy> ? { readonly [I in keyof B]: B[I] extends OneBy ? Key<B[I]> : never }
  : never

/**
 * Adds up records. Memory depends on the number of keys, not on the number of records. A record that OpenRouter returned for
 * another id than its own is added once, as long as its id is among the last 10,000.
 */
export interface Summarizer<out K> {
  /** Adds a record to the totals of its key. */
  readonly add: (record: GenerationResponseData) => void
  /** Returns the totals so far, in the order in which the keys first came. More records may be added afterwards. */
  readonly result: () => ReadonlyArray<Core.Summary<K>>
}

/**
 * Returns a summarizer without records, for records that come one after the other.
 *
 * @example
 * ```ts
 * import { OpenRouter, Usage } from "@effect-openrouter/promise"
 *
 * const openRouter = new OpenRouter()
 * const totals = Usage.summarizer(["model", "day"])
 *
 * for (const id of ["gen-1", "gen-2"]) totals.add((await openRouter.generations.getGeneration({ id })).data)
 * for (const { cost, key } of totals.result()) console.log(key, Usage.formatUsd(cost.effective), cost.unknown)
 * ```
 */
export const summarizer = <const B extends By>(by: B): Summarizer<Key<B>> => {
  const { add, result } = Effect.runSync(Core.summarizer(toCore(by)))
  return {
    add: (record) => add(toGeneration(record)),
    // The keys of a list and of a function are those that its parts return.
    result: result as () => ReadonlyArray<Core.Summary<Key<B>>>
  }
}

/** Returns the totals of records by `"model"`, `"provider"`, `"day"`, `"app"`, `"session"`, a function, or a list of these. */
export const summarize = <const B extends By>(
  records: Iterable<GenerationResponseData>,
  by: B
): ReadonlyArray<Core.Summary<Key<B>>> => {
  const { add, result } = summarizer(by)
  for (const record of records) add(record)
  return result()
}

/**
 * Returns a grouping by the day of creation in a time zone, an IANA name such as `Europe/Berlin`. The day is text such as
 * `2026-11-22`, or `null` if it is unknown. Throws an `InvalidRequestError` if there is no such time zone.
 */
export const day = (timeZone: string): (record: GenerationResponseData) => string | null => {
  const toDay = Core.day(timeZone)
  return ({ createdAt }) => toDay({ createdAt: toDateTime(createdAt) })
}

type CoreOneBy = keyof Core.Keys | ((generation: Generation) => unknown)

const toCore = (by: By): CoreOneBy | ReadonlyArray<CoreOneBy> =>
  typeof by === "string" || typeof by === "function" ? toCoreKey(by) : by.map(toCoreKey)

const toCoreKey = (by: OneBy): CoreOneBy =>
  typeof by === "string" ? by : (generation) => by(fromGeneration(generation).data)

const toGeneration = (record: GenerationResponseData): Generation =>
  copyOtherId(record, { ...record, createdAt: toDateTime(record.createdAt) })

const toDateTime = (createdAt: string | null): DateTime.Utc | null =>
  createdAt === null ? null : Option.getOrNull(Option.map(DateTime.make(createdAt), DateTime.toUtc))
