import type { Generation } from "@effect-openrouter/core/Generation"
import * as Usage from "@effect-openrouter/core/Usage"
import * as Effect from "effect/Effect"
import type * as Scope from "effect/Scope"
import * as Stream from "effect/Stream"
import type { Records } from "../input/records.js"
import type { Stop } from "../output/exit.js"
import type { Stdio } from "../output/stdio.js"
import { readLatest } from "../settlements/latestSettlements.js"

/** A range of time in milliseconds: the start is included, the end is not. */
export interface Range {
  readonly since: number
  readonly until: number
}

/** The totals of generations by model. */
export type ByModel = ReadonlyArray<Pick<Usage.Summary<string | null>, "cost" | "count" | "key">>

/** The generations that the caller noted. Reading them can fail with `E`. */
export interface Noted<out E> extends Pick<Records, "name" | "unreadable" | "without"> {
  /** Returns the totals of each range, and those of records without a date. */
  readonly totals: (ranges: ReadonlyArray<Range>) => Effect.Effect<
    {
      readonly byRange: ReadonlyArray<ByModel>
      readonly undated: ByModel
    },
    E,
    Stdio
  >
  /** Returns true if an id was noted, with a record or without. */
  readonly has: (id: string) => Effect.Effect<boolean, E>
}

/** Returns the generations in a file of settlements, or in standard input if it is `-`. */
export const fromFile = (file: string): Effect.Effect<Noted<Stop>, Stop, Stdio | Scope.Scope> =>
  Effect.map(readLatest(file), ({ generations, has, name, unreadable, without }) => ({
    name,
    without,
    unreadable,
    has: (id) => Effect.succeed(has(id)),
    totals: (ranges) =>
      Effect.gen(function*() {
        const byRange = yield* Effect.forEach(ranges, () => Usage.summarizer("model"))
        const undated = yield* Usage.summarizer("model")
        const add = (generation: Generation) => {
          const created = generation.createdAt?.epochMillis
          if (created === undefined) return undated.add(generation)
          for (const [index, { since, until }] of ranges.entries()) {
            if (created >= since && created < until) byRange[index]?.add(generation)
          }
        }
        yield* Stream.runForEach(generations, (generations) => Effect.sync(() => generations.forEach(add)))
        return { byRange: byRange.map((summarizer) => summarizer.result()), undated: undated.result() }
      })
  }))
