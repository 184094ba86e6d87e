import * as Duration from "effect/Duration"
import * as Effect from "effect/Effect"
import { errorMessage } from "../errorMessages.js"
import { monotonicMillis } from "../store.js"
import { comment, type Format, type StreamError } from "./format.js"
import type { Plan } from "./plan.js"
import type { Ending } from "./record.js"

/** The receivers of what a production makes. */
export interface Output {
  /** Sends text to the caller. */
  readonly send: (text: string) => Effect.Effect<void>
  /** Writes the record. */
  readonly record: (ending: Ending) => Effect.Effect<void>
}

/**
 * Makes a completion: sends its text with the delays of the reply, and writes its record. An interruption is the caller's
 * cancellation.
 */
export const produce = (plan: Plan, format: Format, { record, send }: Output): Effect.Effect<void> => {
  const sendAll = (texts: ReadonlyArray<string> = []) => Effect.forEach(texts, send, { discard: true })

  return Effect.gen(function*() {
    const { parts, reply } = plan
    const startedAt = yield* monotonicMillis
    const elapsed = Effect.map(monotonicMillis, (now) => Math.round(now - startedAt))
    let produced = 0
    let latency: number | null = null
    let isRecorded = false
    const end = (how: Ending["how"]) =>
      Effect.suspend(() => {
        if (isRecorded) return Effect.void
        isRecorded = true
        return Effect.flatMap(elapsed, (generationTime) => record({ how, produced, latency, generationTime }))
      })

    const events = plan.request.streamed && format.stream !== null ? format.stream(plan) : null
    const failsAfter = reply.error?.afterChunks ?? Infinity
    const breaksAfter = reply.breakOffAfter ?? Infinity
    const limit = Math.min(failsAfter, breaksAfter, parts.length)
    const error = failsAfter <= breaksAfter ? streamError(plan) : undefined
    const isBrokenOff = error === undefined && breaksAfter < Infinity

    const making = Effect.gen(function*() {
      const keepAlive = events === null ? "\n         \n" : comment
      yield* sendAll(Array.from({ length: reply.comments ?? 1 }, () => keepAlive))
      yield* pause(reply.firstChunkDelay)
      yield* sendAll(events?.opening)
      for (let index = 0; index < limit; index++) {
        if (index > 0) yield* pause(reply.chunkDelay)
        latency ??= yield* elapsed
        produced = index + 1
        yield* sendAll(events?.parts[index])
      }
      if (limit > 0 && limit < parts.length) yield* pause(reply.chunkDelay)
      if (parts.length === 0) latency = yield* elapsed
      // The record comes first: a caller may close the connection as soon as it has read the last event.
      yield* end(error === undefined ? "finished" : "failed")
      if (events === null) {
        const whole = JSON.stringify(format.whole(plan, parts.slice(0, limit), error))
        yield* send(isBrokenOff ? whole.slice(0, whole.length / 2) : whole)
      } else if (!isBrokenOff) {
        yield* sendAll(error === undefined ? events.closing : events.error(error, limit))
      }
    })

    yield* Effect.onInterrupt(Effect.interruptible(making), () => end("cancelled"))
  })
}

const streamError = ({ reply: { error } }: Plan): StreamError | undefined =>
  error === undefined ? undefined : {
    body: {
      code: error.status,
      message: error.message ?? errorMessage(error.status),
      ...(error.metadata !== undefined && { metadata: error.metadata })
    },
    shape: error.shape ?? "finishReason"
  }

const pause = (duration: Duration.DurationInput = 0) =>
  Duration.toMillis(duration) === 0 ? Effect.void : Effect.sleep(duration)
