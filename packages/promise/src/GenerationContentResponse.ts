/**
 * The stored prompt and completion of a generation, for people without Effect.
 */
import type { GenerationContent } from "@effect-openrouter/core/GenerationContent"

type Input = NonNullable<GenerationContent["input"]>

/** The stored prompt and completion of a generation. They are people's words: private. */
export interface GenerationContentData extends Omit<GenerationContent, "input"> {
  /** What was sent: it has `messages` or `prompt`, whichever it was. */
  readonly input:
    | Omit<Input, "messages">
    | (Omit<Input, "messages" | "prompt"> & { readonly messages: ReadonlyArray<unknown> })
    | null
}

/** What `listGenerationContent` resolves to. */
export interface GenerationContentResponse {
  /** The content. */
  readonly data: GenerationContentData
}

/** @internal */
export const fromContent = (content: GenerationContent): GenerationContentResponse => ({
  data: { ...content, input: content.input === null ? null : asSent(content.input) }
})

/** Without the alternative that was not sent: people ask for it by `"messages" in input`. */
const asSent = ({ messages, prompt, ...rest }: Input): NonNullable<GenerationContentData["input"]> =>
  messages === null ? { prompt, ...rest } : { messages, ...rest, ...(prompt !== null && { prompt }) }
