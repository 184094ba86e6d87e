/**
 * A generation that the emulator is to know.
 */
import type { Generation } from "@effect-openrouter/core/Generation"
import type { GenerationContent } from "@effect-openrouter/core/GenerationContent"

/** A record to emulate: its id, and whatever else matters to the test. What is not given is `null`. */
export type EmulatedGeneration = Partial<Generation> & Pick<Generation, "id">

/** A content to emulate; what is not given is `null`. */
export type EmulatedContent = {
  readonly [Name in keyof GenerationContent]?: Partial<NonNullable<GenerationContent[Name]>> | null
}
