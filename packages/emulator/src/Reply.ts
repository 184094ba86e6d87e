/**
 * A completion as a test scripts it for the emulator.
 */
import type * as Duration from "effect/Duration"
import type { EmulatedFields, EmulatedProviderResponse } from "./EmulatedGeneration.js"

/** A completion as a test scripts it. Every field may be left out. */
export interface Reply {
  /**
   * The id of the generation.
   *
   * @default `gen-<unix seconds>-<20 letters and digits>`; `gen-emb-…` if `embeddings` is given
   */
  readonly id?: string | undefined
  /**
   * The text that the model writes. In a stream an array gives one chunk for each item; a string is cut after each word.
   *
   * @default a short greeting; nothing if there are tool calls
   */
  readonly text?: string | ReadonlyArray<string> | undefined
  /** The reasoning of the model, before the text. One chunk. */
  readonly reasoning?: string | undefined
  /** The tools that the model calls, after the text. One chunk each. */
  readonly toolCalls?: ReadonlyArray<ReplyToolCall> | undefined
  /**
   * The vectors of `POST /embeddings`. A request with `encoding_format: "base64"` gets them in that form.
   *
   * @default one short vector for each input
   */
  readonly embeddings?: ReadonlyArray<ReadonlyArray<number>> | undefined
  /**
   * The slug of the model that runs.
   *
   * @default the one that the request asks for
   */
  readonly model?: string | undefined
  /**
   * The provider that serves the completion.
   *
   * @default one that fits the model
   */
  readonly provider?: string | undefined
  /**
   * The reason why the completion ends, in OpenRouter's terms.
   *
   * @default "stop"; "tool_calls" if there are tool calls
   */
  readonly finishReason?: string | undefined
  /**
   * The reason why the completion ends, in the provider's terms.
   *
   * @default `finishReason`
   */
  readonly nativeFinishReason?: string | undefined
  /** Tokens and costs, as the response and the record report them. */
  readonly usage?: ReplyUsage | undefined
  /** The provider attempts that fail before the one that serves. */
  readonly failedAttempts?: ReadonlyArray<EmulatedProviderResponse> | undefined
  /** Fields of the record that replace those that follow from the reply. */
  readonly record?: EmulatedFields | undefined
  /**
   * The time from the end of the completion until its record becomes visible.
   *
   * @default "1 second"
   */
  readonly visibleAfter?: Duration.DurationInput | undefined
  /**
   * The number of `: OPENROUTER PROCESSING` lines before the first chunk, or of blank lines before a whole response.
   *
   * @default 1
   */
  readonly comments?: number | undefined
  /**
   * The time to the first chunk. A whole response waits for all its delays.
   *
   * @default 0
   */
  readonly firstChunkDelay?: Duration.DurationInput | undefined
  /**
   * The time between two chunks.
   *
   * @default 0
   */
  readonly chunkDelay?: Duration.DurationInput | undefined
  /** A failure of the completion. */
  readonly error?: ReplyError | undefined
  /** The number of chunks after which the body ends, without usage and without a terminal event. */
  readonly breakOffAfter?: number | undefined
}

/** A tool call of a reply. */
export interface ReplyToolCall {
  readonly name: string
  /** Text is sent as it is, anything else as JSON. */
  readonly arguments: unknown
  /** Default: one that depends on the id of the generation. */
  readonly id?: string | undefined
}

/** Tokens and costs of a reply. */
export interface ReplyUsage {
  /** Default: a quarter of the request's characters. */
  readonly promptTokens?: number | undefined
  /** Default: a quarter of the characters of text, reasoning and tool calls. */
  readonly completionTokens?: number | undefined
  /** Default: a quarter of the characters of the reasoning. They are part of the completion's tokens. */
  readonly reasoningTokens?: number | undefined
  /** @default 0 */
  readonly cachedTokens?: number | undefined
  /** The price for the account, in USD. Default: the tokens at the model's price; with BYOK five percent of that. */
  readonly cost?: number | undefined
  /** `true` if the caller's own provider key is used. @default false */
  readonly isByok?: boolean | undefined
  /** The price of the provider, in USD. Default: `cost`; with BYOK the tokens at the model's price. */
  readonly upstreamInferenceCost?: number | null | undefined
}

/** A failure of a completion. */
export interface ReplyError {
  /** The HTTP status of the response, or with `afterChunks` the `code` of the error in the stream. */
  readonly status: number
  /** Default: OpenRouter's message for the status. */
  readonly message?: string | undefined
  readonly metadata?: unknown
  /** The number of chunks before the error. Without it the response has the status, no id, and no record is written. */
  readonly afterChunks?: number | undefined
  /**
   * The shape of the error in a stream of chat chunks; all three have been recorded. `finishReason`: a choice with
   * `finish_reason: "error"`. `noChoices`: an empty list of choices. `usage`: a choice without a finish reason and usage of
   * cost 0, then `[DONE]`.
   *
   * @default "finishReason"
   */
  readonly shape?: "finishReason" | "noChoices" | "usage" | undefined
}
