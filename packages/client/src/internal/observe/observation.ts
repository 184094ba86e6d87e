import { fromHeaders } from "@effect-openrouter/core/GenerationId"
import type { ObservedGeneration, StartedGeneration } from "../../ObservedGeneration.js"
import { EventScanner } from "./eventScanner.js"
import { JsonScanner } from "./jsonScanner.js"

/** The listeners of one observer. They never throw. */
export interface Listeners {
  readonly onStart: (generation: StartedGeneration) => void
  readonly onGeneration: (generation: ObservedGeneration) => void
}

/** The head of a response. */
export interface Head {
  readonly path: string
  readonly status: number
  readonly header: (name: string) => string | null
}

/** Watches one response and reports its generation once. */
export interface Observation {
  /** Reads a part of the body, before the caller gets it. */
  readonly write: (bytes: Uint8Array) => void
  /** Reports the generation, if an id was seen: the body ended by itself, or failed or was cancelled. */
  readonly end: (how: "ended" | "stopped") => void
}

/**
 * Starts to watch a response. `null` = there is nothing to watch: an error whose id is in its header is reported at once,
 * whether or not its body is read.
 */
export const observe = ({ header, path, status }: Head, { onGeneration, onStart }: Listeners): Observation | null => {
  const isSuccess = status >= 200 && status < 300
  const headerId = fromHeaders({ "x-generation-id": header("x-generation-id") ?? "" })
  const report = (id: string, source: ObservedGeneration["source"], model: string | null, complete: boolean) =>
    onGeneration({ id, source, path, status, model, complete })

  let isStarted = false
  const start = (id: string | null) => {
    if (isStarted || id === null) return
    isStarted = true
    onStart({ id, path, status })
  }

  start(headerId)
  if (headerId !== null && !isSuccess) {
    report(headerId, "header", null, false)
    return null
  }

  const body = makeBody(header)
  let isReported = false
  return {
    write: (bytes) => {
      body.write(bytes)
      start(body.id())
    },
    end: (how) => {
      if (isReported) return
      isReported = true
      const id = headerId ?? body.id()
      if (id === null) return
      const complete = isSuccess && body.isComplete(how === "ended")
      report(id, headerId === null ? body.source : "header", body.model(), complete)
    }
  }
}

/** The findings in a body. */
interface Body {
  readonly source: "body" | "stream"
  readonly write: (bytes: Uint8Array) => void
  readonly id: () => string | null
  readonly model: () => string | null
  readonly isComplete: (hasEnded: boolean) => boolean
}

const makeBody = (header: Head["header"]): Body => {
  let body: Body | undefined
  // Decided at the first byte: fetch decodes a body and leaves the header that says how it was encoded.
  const chosen = (bytes?: Uint8Array): Body =>
    body ??= isReadable(header("content-encoding"), bytes) ? readableBody(header("content-type") ?? "") : opaqueBody
  return {
    get source() {
      return chosen().source
    },
    write: (bytes) => {
      if (bytes.length > 0) chosen(bytes).write(bytes)
    },
    id: () => chosen().id(),
    model: () => chosen().model(),
    isComplete: (hasEnded) => chosen().isComplete(hasEnded)
  }
}

const isReadable = (encoding: string | null, [first]: Uint8Array | [] = []): boolean =>
  encoding === null || first === undefined || (first >= 0x20 && first < 0x7f) ||
  /[\t\n\r\u00ef]/.test(String.fromCharCode(first))

const readableBody = (contentType: string): Body =>
  /^text\/event-stream\b/i.test(contentType) ? streamBody() : wholeBody(/\bjson\b/i.test(contentType))

/** A body that is still compressed, as over undici. */
const opaqueBody: Body = {
  source: "body",
  write: () => {},
  id: () => null,
  model: () => null,
  isComplete: (hasEnded) => hasEnded
}

const wholeBody = (isJson: boolean): Body => {
  const json = new JsonScanner()
  return {
    source: "body",
    write: (bytes) => json.write(bytes, 0, bytes.length),
    id: () => json.id,
    model: () => json.model,
    isComplete: (hasEnded) => hasEnded && (json.isClosed || !isJson) && !isFailure(json)
  }
}

const streamBody = (): Body => {
  let hasTerminalEvent = false
  let hasFailed = false
  const onDone = () => {
    hasTerminalEvent = true
  }
  const events = new EventScanner((json) => {
    hasFailed ||= isFailure(json)
    hasTerminalEvent ||= terminalTypes.has(json.type)
  }, onDone)
  return {
    source: "stream",
    write: (bytes) => events.write(bytes),
    id: () => events.json.id,
    model: () => events.json.model,
    isComplete: () => hasTerminalEvent && !hasFailed
  }
}

const terminalTypes: ReadonlySet<string | null> = new Set([
  "message_stop",
  "response.completed",
  "response.incomplete"
])

const isFailure = ({ finishReason, hasError, type }: JsonScanner): boolean =>
  hasError || finishReason === "error" || type === "error" || type === "response.failed"
