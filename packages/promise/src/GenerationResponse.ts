/**
 * The record of one generation, without types of Effect.
 */
import type { Generation } from "@effect-openrouter/core/Generation"
import { copyOtherId } from "@effect-openrouter/core/internal/otherId"
import * as DateTime from "effect/DateTime"

/** The record of one generation; `null` means unknown or absent. `Usage` explains its numbers. */
export interface GenerationResponseData extends Omit<Generation, "createdAt"> {
  /** The time of creation in ISO 8601 with milliseconds, UTC: `2026-07-21T09:59:00.123Z`. */
  readonly createdAt: string | null
}

/** The result of `getGeneration`. */
export interface GenerationResponse {
  /** The record. */
  readonly data: GenerationResponseData
}

/** @internal */
export const fromGeneration = (generation: Generation): GenerationResponse => ({
  data: copyOtherId(generation, {
    ...generation,
    createdAt: generation.createdAt === null ? null : DateTime.formatIso(generation.createdAt)
  })
})
