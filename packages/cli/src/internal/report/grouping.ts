import type { Generation } from "@effect-openrouter/core/Generation"
import * as Usage from "@effect-openrouter/core/Usage"
import * as Either from "effect/Either"
import { type Parsed, value } from "../arguments/option.js"
import { didYouMean } from "../arguments/suggest.js"

/** The keys that a report can group by. */
const keyNames = ["model", "provider", "day", "app", "session", "generation"] as const

/** The name of a key that a report can group by. */
export type KeyName = typeof keyNames[number]

/** The value of a key; `null` = unknown. */
export type KeyValue = string | number | null

/** Totals of the generations with the same keys. */
export type Group = Usage.Summary<ReadonlyArray<KeyValue>>

/** `--by model,day`: the keys to group by. */
export const byOption = value(
  "KEYS",
  `Group by one or more of ${keyNames.join(", ")}, with commas between. Default: model`,
  {
    fallback: ["model"] as ReadonlyArray<KeyName>,
    parse: (text): Parsed<ReadonlyArray<KeyName>> =>
      Either.flatMap(
        Either.all(text.split(",").map(parseName)),
        (names) =>
          new Set(names).size === names.length
            ? Either.right(names)
            : Either.left(`Expected each key once, received: '${text}'`)
      )
  }
)

const parseName = (text: string): Parsed<KeyName> =>
  Either.fromNullable(
    keyNames.find((name) => name === text.trim()),
    () => `Expected one or more of ${keyNames.join(", ")}, received: '${text}'. ${didYouMean(text, keyNames)}`.trim()
  )

/** Returns an empty summarizer of groups; days are those of a time zone. */
export const makeGroups = (names: ReadonlyArray<KeyName>, timeZone: string) =>
  Usage.summarizer(names.map((name) => keyFunctions(timeZone)[name]))

const keyFunctions = (timeZone: string): Readonly<Record<KeyName, (generation: Generation) => KeyValue>> => ({
  model: ({ model }) => model || null,
  provider: ({ providerName }) => providerName || null,
  day: Usage.day(timeZone),
  app: ({ appId }) => appId,
  session: ({ sessionId }) => sessionId || null,
  generation: ({ id }) => id
})
