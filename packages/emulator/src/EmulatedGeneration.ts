/**
 * A generation that the emulator is to know.
 */
import type { Generation } from "@effect-openrouter/core/Generation"
import type { GenerationContent } from "@effect-openrouter/core/GenerationContent"
import type { ProviderResponse } from "@effect-openrouter/core/ProviderResponse"

/** Fields of a record, any of them. */
type Some<A> = { readonly [Name in keyof A]?: A[Name] | undefined }

/** A record to emulate: its id, and whatever else matters to the test. What is not given is `null`. */
export type EmulatedGeneration =
  & Some<Omit<Generation, "id" | "providerResponses">>
  & Pick<Generation, "id">
  & { readonly providerResponses?: ReadonlyArray<Some<ProviderResponse>> | null | undefined }

/** A content to emulate; what is not given is `null`. */
export type EmulatedContent = {
  readonly [Name in keyof GenerationContent]?: Some<NonNullable<GenerationContent[Name]>> | null | undefined
}
