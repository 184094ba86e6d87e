/**
 * The stored prompt and completion of a generation, without types of Effect.
 */
import type { GenerationContent } from "@effect-openrouter/core/GenerationContent"

type Input = NonNullable<GenerationContent["input"]>

/** The stored prompt and completion of a generation. Both are private. */
export interface GenerationContentData extends Omit<GenerationContent, "input"> {
  /** The input of the generation. It has either `messages` or `prompt`. */
  readonly input:
    | Omit<Input, "messages">
    | (Omit<Input, "messages" | "prompt"> & { readonly messages: ReadonlyArray<unknown> })
    | null
}

/** The result of `listGenerationContent`. */
export interface GenerationContentResponse {
  /** The content. */
  readonly data: GenerationContentData
}

/** @internal */
export const fromContent = (content: GenerationContent): GenerationContentResponse => ({
  data: { ...content, input: content.input === null ? null : withoutAlternative(content.input) }
})

/** Returns the input without the alternative that it does not have: programs test for it with `"messages" in input`. */
const withoutAlternative = ({ messages, prompt, ...rest }: Input): NonNullable<GenerationContentData["input"]> =>
  messages === null ? { prompt, ...rest } : { messages, ...rest, ...(prompt !== null && { prompt }) }
