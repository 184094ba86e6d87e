import type { ReplyError } from "../../Reply.js"
import type { Part, Plan } from "./plan.js"

/** The way in which one API of OpenRouter writes a completion. */
export interface Format {
  readonly apiType: Plan["apiType"]
  /** `true` if the response has the header `X-Generation-Id`. */
  readonly idInHeader: boolean
  /** The JSON of a whole response of these parts, which an error may have cut short. */
  readonly whole: (plan: Plan, parts: ReadonlyArray<Part>, error?: StreamError) => unknown
  /** The events of a stream; `null` = this API does not stream. */
  readonly stream: ((plan: Plan) => EventStream) | null
  /** The JSON of an error that comes instead of a response. */
  readonly error: (status: number, message: string, metadata: unknown) => unknown
}

/** The events of a stream, each the text of one server-sent event. */
export interface EventStream {
  readonly opening: ReadonlyArray<string>
  /** The events of each part. */
  readonly parts: ReadonlyArray<ReadonlyArray<string>>
  readonly closing: ReadonlyArray<string>
  /** The events that end the stream after an error that comes when some parts have been sent. */
  readonly error: (error: StreamError, sent: number) => ReadonlyArray<string>
}

/** An error in the middle of a response. */
export interface StreamError {
  readonly body: { readonly code: number; readonly message: string; readonly metadata?: unknown }
  readonly shape: NonNullable<ReplyError["shape"]>
}

/** A line that keeps the connection alive while a stream is awaited. */
export const comment = ": OPENROUTER PROCESSING\n\n"

/** An event without a name. */
export const event = (data: unknown): string => `data: ${JSON.stringify(data)}\n\n`

/** An event with a name. */
export const namedEvent = (name: string, data: unknown): string => `event: ${name}\n${event(data)}`

export const done = "data: [DONE]\n\n"

/** The text of the parts of one kind. */
export const getText = (parts: ReadonlyArray<Part>, kind: Part["kind"]): string =>
  parts.filter((part) => part.kind === kind).map(({ text }) => text).join("")

/** Neighbouring parts of one kind, written as one block; a tool call is always a block of its own. */
export const toBlocks = (parts: ReadonlyArray<Part>): ReadonlyArray<Block> => {
  const blocks: Array<{ readonly kind: Part["kind"]; readonly parts: Array<Part> }> = []
  for (const part of parts) {
    const last = blocks.at(-1)
    if (last?.kind === part.kind && part.kind !== "toolCall") last.parts.push(part)
    else blocks.push({ kind: part.kind, parts: [part] })
  }
  return blocks
}

export interface Block {
  readonly kind: Part["kind"]
  readonly parts: ReadonlyArray<Part>
}

/** The events of each part, where the first and the last part of a block also have the block's own events. */
export const eventsOfBlocks = (
  blocks: ReadonlyArray<Block>,
  events: {
    readonly start: (block: Block, index: number) => ReadonlyArray<string>
    readonly delta: (part: Part, index: number) => ReadonlyArray<string>
    readonly stop: (block: Block, index: number) => ReadonlyArray<string>
  }
): ReadonlyArray<ReadonlyArray<string>> =>
  blocks.flatMap((block, index) =>
    block.parts.map((part, position) => [
      ...(position === 0 ? events.start(block, index) : []),
      ...events.delta(part, index),
      ...(position === block.parts.length - 1 ? events.stop(block, index) : [])
    ])
  )
