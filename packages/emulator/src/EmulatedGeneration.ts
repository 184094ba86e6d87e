/**
 * A generation as a test describes it to the emulator.
 */
import type { Generation } from "@effect-openrouter/core/Generation"
import type { GenerationContent } from "@effect-openrouter/core/GenerationContent"
import type { ProviderResponse } from "@effect-openrouter/core/ProviderResponse"

/** Fields of a record, any of them. */
type Some<A> = { readonly [Name in keyof A]?: A[Name] | undefined }

/** One provider attempt to emulate. A field that is left out gets a realistic value. */
export type EmulatedProviderResponse = Some<ProviderResponse>

/** The fields of a record to emulate, any of them. `createdAt` may also be ISO 8601 text. */
export type EmulatedFields = Some<Omit<Generation, "id" | "providerResponses" | "createdAt">> & {
  readonly createdAt?: Generation["createdAt"] | string | undefined
}

/**
 * A record to emulate: its id, and whatever else matters to the test. A field that is left out gets a realistic value that
 * fits the given ones and depends only on the id. An explicit `null` stays `null`.
 */
export type EmulatedGeneration = Pick<Generation, "id"> & EmulatedFields & {
  readonly providerResponses?: ReadonlyArray<EmulatedProviderResponse> | null | undefined
}

/** A content to emulate. A field that is left out is `null`. */
export type EmulatedContent = {
  readonly [Name in keyof GenerationContent]?: Some<NonNullable<GenerationContent[Name]>> | null | undefined
}
