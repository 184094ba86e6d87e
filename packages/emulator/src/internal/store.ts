import type { Generation } from "@effect-openrouter/core/Generation"
import { GenerationContent } from "@effect-openrouter/core/GenerationContent"
import * as Duration from "effect/Duration"
import * as Effect from "effect/Effect"
import * as Option from "effect/Option"
import * as Schema from "effect/Schema"
import type { EmulatedContent, EmulatedGeneration } from "../EmulatedGeneration.js"
import { completeRecord, encodeRecord } from "./completeRecord.js"

/** A generation and when it becomes visible, in milliseconds of the monotonic clock. */
export interface Entry {
  readonly visibleAt: number
  readonly record: Generation
  /** The record in OpenRouter's own form. */
  readonly encoded: Generation.Encoded
  readonly content: Option.Option<GenerationContent.Encoded>
}

/** The generations, each hidden until it becomes visible. */
export interface Store {
  readonly add: (
    generation: EmulatedGeneration,
    visibleAfter: Duration.Duration,
    content: Option.Option<EmulatedContent>
  ) => Effect.Effect<void>
  /** The visible generation of this id. */
  readonly find: (id: string) => Effect.Effect<Option.Option<Entry>>
  readonly visible: Effect.Effect<ReadonlyArray<Entry>>
  /** Every generation, visible or not, the oldest addition first. */
  readonly all: Effect.Effect<ReadonlyArray<Entry>>
  readonly clear: Effect.Effect<void>
}

export const makeStore: Effect.Effect<Store> = Effect.sync(() => {
  const entries = new Map<string, Entry>()
  return {
    add: (generation, visibleAfter, content) =>
      Effect.map(monotonicMillis, (now) => {
        const record = completeRecord(generation)
        entries.set(generation.id, {
          visibleAt: now + Duration.toMillis(visibleAfter),
          record,
          encoded: encodeRecord(record, generation),
          content: Option.map(content, encodeContent)
        })
      }),
    find: (id) =>
      Effect.map(
        monotonicMillis,
        (now) => Option.filter(Option.fromNullable(entries.get(id)), ({ visibleAt }) => visibleAt <= now)
      ),
    visible: Effect.map(monotonicMillis, (now) => [...entries.values()].filter(({ visibleAt }) => visibleAt <= now)),
    all: Effect.sync(() => [...entries.values()]),
    clear: Effect.sync(() => entries.clear())
  }
})

/** The monotonic clock, in milliseconds. */
export const monotonicMillis: Effect.Effect<number> = Effect.clockWith((clock) =>
  Effect.sync(() => Number(clock.unsafeCurrentTimeNanos()) / 1e6)
)

const blankContent = Schema.decodeSync(GenerationContent)({ error: {}, input: {}, output: {} })

const encodeContent = ({ error, input, output, unknownFields }: EmulatedContent): GenerationContent.Encoded =>
  Schema.encodeUnknownSync(GenerationContent)({
    error: fill(blankContent.error, error),
    input: fill(blankContent.input, input),
    output: fill(blankContent.output, output),
    unknownFields: unknownFields ?? {}
  })

const fill = (blank: object | null, given: object | null | undefined): object | null =>
  given == null
    ? null
    : { ...blank, ...Object.fromEntries(Object.entries(given).filter(([, value]) => value !== undefined)) }
