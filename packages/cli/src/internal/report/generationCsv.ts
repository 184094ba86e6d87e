import type { Generation } from "@effect-openrouter/core/Generation"
import * as Usage from "@effect-openrouter/core/Usage"
import * as Format from "../output/format.js"
import { csv } from "./summaryView.js"

/** The columns of one record. Nothing private is among them: no user, no user agent, no referer, no session. */
const columns: ReadonlyArray<readonly [name: string, value: (generation: Generation) => string | number | null]> = [
  ["id", ({ id }) => id],
  ["created", ({ createdAt }) => createdAt === null ? null : new Date(createdAt.epochMillis).toISOString()],
  ["model", ({ model }) => model],
  ["provider", ({ providerName }) => providerName],
  ["cost", (generation) => amount(Usage.cost(generation).effective)],
  ["credits", (generation) => amount(Usage.cost(generation).credits)],
  ["byok", (generation) => amount(Usage.cost(generation).byok)],
  ["tokens_in", ({ nativeTokensPrompt }) => nativeTokensPrompt],
  ["tokens_out", ({ nativeTokensCompletion }) => nativeTokensCompletion],
  ["tokens_cached", ({ nativeTokensCached }) => nativeTokensCached],
  ["tokens_reasoning", ({ nativeTokensReasoning }) => nativeTokensReasoning],
  ["first_token_ms", ({ latency }) => latency],
  ["tokens_per_second", Usage.tokensPerSecond],
  ["tokens_per_second_after_first_token", Usage.tokensPerSecondAfterFirstToken],
  ["failed_attempts", (generation) => Usage.failedAttempts(generation).length],
  ["own_provider_key", ({ isByok }) => isByok === null ? null : String(isByok)],
  ["cancelled", ({ cancelled }) => cancelled === null ? null : String(cancelled)]
]

const amount = (cost: Usage.Cost["effective"]): string | null => cost === null ? null : Usage.formatUsd(cost)

/** The line of names. */
export const generationHeader: string = csv([columns.map(([name]) => name)])

/** Returns a record as a line of CSV; unknown values are empty. */
export const generationRow = (generation: Generation): string =>
  csv([columns.map(([, value]) => plain(value(generation)))])

const plain = (value: string | number | null): string => {
  if (value === null) return ""
  return typeof value === "string" ? value : Format.plain(value)
}
