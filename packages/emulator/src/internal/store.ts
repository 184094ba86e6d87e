import { Generation } from "@effect-openrouter/core/Generation"
import { GenerationContent } from "@effect-openrouter/core/GenerationContent"
import { ProviderResponse } from "@effect-openrouter/core/ProviderResponse"
import * as Clock from "effect/Clock"
import * as Duration from "effect/Duration"
import * as Effect from "effect/Effect"
import * as HashMap from "effect/HashMap"
import * as Option from "effect/Option"
import * as Ref from "effect/Ref"
import * as Schema from "effect/Schema"
import type { EmulatedContent, EmulatedGeneration } from "../EmulatedGeneration.js"

/** What is kept of one generation, in OpenRouter's own form. */
interface Entry {
  readonly visibleAt: number
  readonly generation: Generation.Encoded
  readonly content: Option.Option<GenerationContent.Encoded>
}

/** The records, each hidden until its time has come. */
export interface Store {
  readonly add: (
    record: EmulatedGeneration,
    visibleAfter: Duration.Duration,
    content: Option.Option<EmulatedContent>
  ) => Effect.Effect<void>
  readonly find: (id: string) => Effect.Effect<Option.Option<Entry>>
}

export const makeStore: Effect.Effect<Store> = Effect.map(Ref.make(HashMap.empty<string, Entry>()), (entries) => ({
  add: (record, visibleAfter, content) =>
    Effect.gen(function*() {
      const now = yield* Clock.currentTimeMillis
      const entry: Entry = {
        visibleAt: now + Duration.toMillis(visibleAfter),
        generation: yield* encodeGeneration(record),
        content: yield* Effect.transposeMapOption(content, encodeContent)
      }
      yield* Ref.update(entries, HashMap.set(record.id, entry))
    }).pipe(Effect.orDie),

  find: (id) =>
    Effect.map(
      Effect.all([Ref.get(entries), Clock.currentTimeMillis]),
      ([entries, now]) => Option.filter(HashMap.get(entries, id), ({ visibleAt }) => visibleAt <= now)
    )
}))

/** What is not given is null, as in a record of which OpenRouter knows no more. */
const encodeGeneration = ({ providerResponses, ...record }: EmulatedGeneration) =>
  Effect.gen(function*() {
    const blank = yield* Schema.decode(Generation)({ id: record.id })
    const blankAttempt = yield* Schema.decode(ProviderResponse)({})
    return yield* Schema.encodeUnknown(Generation)({
      ...fill(blank, record),
      providerResponses: providerResponses?.map((attempt) => fill(blankAttempt, attempt)) ?? null
    })
  })

const encodeContent = ({ error, input, output, unknownFields }: EmulatedContent) =>
  Effect.gen(function*() {
    const blank = yield* Schema.decode(GenerationContent)({ error: {}, input: {}, output: {} })
    return yield* Schema.encodeUnknown(GenerationContent)({
      error: error == null ? null : fill(blank.error, error),
      input: input == null ? null : fill(blank.input, input),
      output: output == null ? null : fill(blank.output, output),
      unknownFields: unknownFields ?? {}
    })
  })

const fill = (blank: object | null, given: object): object => ({
  ...blank,
  ...Object.fromEntries(Object.entries(given).filter(([, value]) => value !== undefined))
})
