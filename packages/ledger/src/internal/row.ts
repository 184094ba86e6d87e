/**
 * The mapping between records, entries and rows.
 */
import { Generation } from "@effect-openrouter/core/Generation"
import { cost, failedAttempts, formatUsd } from "@effect-openrouter/core/GenerationUsage"
import { noteOtherId } from "@effect-openrouter/core/internal/otherId"
import { OpenRouterError } from "@effect-openrouter/core/OpenRouterError"
import { ProviderResponse } from "@effect-openrouter/core/ProviderResponse"
import type * as Usage from "@effect-openrouter/core/Usage"
import * as BigDecimal from "effect/BigDecimal"
import * as DateTime from "effect/DateTime"
import * as Effect from "effect/Effect"
import type * as ParseResult from "effect/ParseResult"
import * as Schema from "effect/Schema"
import type { Entry, State } from "./contract.js"
import { iso, storable } from "./text.js"

/** The columns that are taken from a record, with their types. */
export const recordColumns = {
  created_at: "text",
  model: "text",
  provider: "text",
  session: "text",
  app: "real",
  cost: "text",
  credits: "text",
  byok: "text",
  tokens_prompt: "real",
  tokens_completion: "real",
  tokens_cached: "real",
  tokens_reasoning: "real",
  latency: "real",
  generation_time: "real",
  failed_attempts: "integer",
  record: "text",
  record_id: "text"
} as const

/** The values of the columns of a record. */
export type RecordRow = { readonly [Column in keyof typeof recordColumns]: string | number | null }

/** The columns that a summary needs. */
export interface UsageRow {
  readonly id: string
  readonly key: string | null
  readonly created_at: string | null
  readonly credits: string | null
  readonly byok: string | null
  readonly tokens_prompt: string | null
  readonly tokens_completion: string | null
  readonly tokens_cached: string | null
  readonly tokens_reasoning: string | null
  readonly latency: string | null
  readonly generation_time: string | null
  readonly failed_attempts: string | null
}

/** The totals of one key, as Postgres adds them up. */
export interface TotalsRow {
  readonly key: string | number | null
  readonly count: string
  readonly credits: string | null
  readonly byok: string | null
  readonly known: string
  readonly prompt: number | null
  readonly completion: number | null
  readonly cached: number | null
  readonly reasoning: number | null
  readonly failed_attempts: string
  /** p50 and p95, or null without values. */
  readonly per_second: readonly [number, number] | null
  readonly after_first: readonly [number, number] | null
  readonly first: readonly [number, number] | null
}

const encodeRecord = Schema.encode(Schema.parseJson(Generation))
const decodeRecord = Schema.decode(Schema.parseJson(Generation))

/**
 * Encodes the record that was returned for an id; fails if it cannot be encoded. Without `privateFields` the fields that
 * identify users are `null`. `record_id` is set only if the record has another id.
 */
export const toRow = (
  id: string,
  generation: Generation,
  privateFields: boolean
): Effect.Effect<RecordRow, ParseResult.ParseError> => {
  const { byok, credits, effective } = cost(generation)
  const kept = privateFields
    ? generation
    : { ...generation, origin: null, httpReferer: null, userAgent: null, externalUser: null }
  return Effect.map(encodeRecord(kept), (record) => ({
    created_at: generation.createdAt === null ? null : iso(generation.createdAt),
    model: storable(generation.model),
    provider: storable(generation.providerName),
    session: storable(generation.sessionId),
    app: generation.appId,
    cost: decimal(effective),
    credits: decimal(credits),
    byok: decimal(byok),
    tokens_prompt: generation.nativeTokensPrompt,
    tokens_completion: generation.nativeTokensCompletion,
    tokens_cached: generation.nativeTokensCached,
    tokens_reasoning: generation.nativeTokensReasoning,
    latency: generation.latency,
    generation_time: generation.generationTime,
    failed_attempts: failedAttempts(generation).length,
    record,
    record_id: generation.id === id ? null : storable(generation.id)
  }))
}

const decimal = (amount: BigDecimal.BigDecimal | null): string | null => amount === null ? null : formatUsd(amount)

/** A row as the queries select it: every column as text. */
export interface Row {
  readonly id: string
  readonly state: State
  readonly tags: string
  readonly attempts: string
  readonly added_at: string
  readonly due_at: string
  readonly finished_at: string | null
  readonly cost: string | null
  readonly cursor: string | null
  readonly record: string | null
  readonly error: string | null
}

const encodeErrorJson = Schema.encode(Schema.parseJson(OpenRouterError))
const decodeErrorJson = Schema.decode(Schema.parseJson(OpenRouterError))

/** Encodes an error as JSON. */
export const encodeError = (error: OpenRouterError): Effect.Effect<string, ParseResult.ParseError> =>
  encodeErrorJson(error)

const decodeTags = Schema.decode(Schema.parseJson(Schema.Object))

/** Decodes a row. It fails if a column was changed by hand to something that this package did not write. */
export const toEntry = (row: Row): Effect.Effect<Entry, ParseResult.ParseError> =>
  Effect.gen(function*() {
    const tags = yield* decodeTags(row.tags)
    const record = row.record === null ? null : yield* decodeRecord(row.record)
    if (record !== null && record.id !== row.id) noteOtherId(record)
    return {
      id: row.id,
      state: row.state,
      // A program in another language may have written numbers.
      tags: Object.fromEntries(
        Object.entries(tags).filter(([, value]) => value !== null).map((
          [name, value]
        ) => [name, typeof value === "string" ? value : JSON.stringify(value)])
      ),
      attempts: Number(row.attempts),
      addedAt: utc(row.added_at),
      dueAt: row.state === "pending" ? utc(row.due_at) : null,
      finishedAt: row.finished_at === null ? null : utc(row.finished_at),
      record,
      cost: row.cost === null ? null : BigDecimal.normalize(BigDecimal.unsafeFromString(row.cost)),
      error: row.error === null ? null : yield* decodeErrorJson(row.error)
    }
  })

/** Returns a time that the database wrote. */
export const utc = (iso: string): DateTime.Utc => DateTime.unsafeMake(iso)

const number = (text: string | null): number | null => text === null ? null : Number(text)

/** Returns a record with the fields that a summary reads. */
export const toUsage = (row: UsageRow): Generation => ({
  ...blank,
  totalCost: number(row.credits),
  // The parts were stored by the BYOK rule, so the second one counts as it is.
  isByok: true,
  upstreamInferenceCost: number(row.byok),
  nativeTokensPrompt: number(row.tokens_prompt),
  nativeTokensCompletion: number(row.tokens_completion),
  nativeTokensCached: number(row.tokens_cached),
  nativeTokensReasoning: number(row.tokens_reasoning),
  latency: number(row.latency),
  generationTime: number(row.generation_time),
  providerResponses: Array.from({ length: Number(row.failed_attempts) }, () => failedAttempt)
})

const blank = Schema.decodeUnknownSync(Generation)({ id: "gen-summary" })
const failedAttempt = Schema.decodeUnknownSync(ProviderResponse)({ status: 500 })

/** Returns the totals that the database has added up. Its quantiles are exact. */
export const toSummaries = (
  rows: ReadonlyArray<TotalsRow>
): ReadonlyArray<Usage.Summary<string | number | null>> =>
  rows.map(
    (
      { after_first, byok, cached, completion, count, credits, failed_attempts, first, key, known, per_second, ...row }
    ) => {
      const parts = { credits: amount(credits), byok: amount(byok) }
      return {
        key,
        count: Number(count),
        cost: {
          effective: BigDecimal.normalize(BigDecimal.sum(parts.credits, parts.byok)),
          ...parts,
          known: Number(known),
          unknown: Number(count) - Number(known)
        },
        tokens: { prompt: row.prompt, completion, cached, reasoning: row.reasoning },
        tokensPerSecond: quantiles(per_second),
        tokensPerSecondAfterFirstToken: quantiles(after_first),
        timeToFirstToken: quantiles(first),
        failedAttempts: Number(failed_attempts)
      }
    }
  )

const amount = (sum: string | null): BigDecimal.BigDecimal =>
  BigDecimal.normalize(sum === null ? BigDecimal.unsafeFromNumber(0) : BigDecimal.unsafeFromString(sum))

const quantiles = (values: readonly [number, number] | null): Usage.Quantiles | null =>
  values === null ? null : { p50: values[0], p95: values[1], exact: true }
