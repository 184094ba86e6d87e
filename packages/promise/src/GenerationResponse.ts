/**
 * The record of one generation, for people without Effect.
 */
import type { Generation } from "@effect-openrouter/core/Generation"
import * as DateTime from "effect/DateTime"

/** The record of one generation; `null` = unknown or absent. `Usage` says what its numbers mean. */
export interface GenerationResponseData extends Omit<Generation, "createdAt"> {
  /** When the generation was created, in ISO 8601 with milliseconds, UTC: `2026-07-21T09:59:00.123Z`. */
  readonly createdAt: string | null
}

/** What `getGeneration` resolves to. */
export interface GenerationResponse {
  /** The record. */
  readonly data: GenerationResponseData
}

/** @internal */
export const fromGeneration = (generation: Generation): GenerationResponse => ({
  data: { ...generation, createdAt: generation.createdAt === null ? null : DateTime.formatIso(generation.createdAt) }
})
