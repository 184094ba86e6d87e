import * as HttpServerResponse from "@effect/platform/HttpServerResponse"
import * as Clock from "effect/Clock"
import * as Duration from "effect/Duration"
import * as Effect from "effect/Effect"
import * as Fiber from "effect/Fiber"
import * as FiberSet from "effect/FiberSet"
import * as Option from "effect/Option"
import * as Random from "effect/Random"
import * as Stream from "effect/Stream"
import type { Reply } from "../../Reply.js"
import { chat } from "../completions/chat.js"
import { embeddings } from "../completions/embeddings.js"
import type { Format } from "../completions/format.js"
import { messages } from "../completions/messages.js"
import { makePlan, type Plan } from "../completions/plan.js"
import { produce } from "../completions/produce.js"
import { toRecord } from "../completions/record.js"
import { readRequest } from "../completions/request.js"
import { responses } from "../completions/responses.js"
import { text } from "../completions/text.js"
import type { Endpoint, Endpoints } from "../endpoint.js"
import { errorMessage } from "../errorMessages.js"
import { makeOutbox } from "../outbox.js"
import type { Script } from "../script.js"
import * as Seeded from "../seeded.js"
import type { Store } from "../store.js"

/** A reply and the id that its generation will have. */
export interface ScriptedReply {
  readonly id: string
  readonly reply: Reply
}

/** The state that completions read and write. */
export interface CompletionContext {
  readonly store: Store
  readonly replies: Script<ScriptedReply>
  /** The completions being made, each of which goes on whether or not its body is read, until the caller cancels. */
  readonly productions: FiberSet.FiberSet
}

/** Chat, text completions, responses, messages and embeddings. */
export const completionEndpoints = (context: CompletionContext): Endpoints => ({
  "POST /api/v1/chat/completions": complete(context, chat),
  "POST /api/v1/completions": complete(context, text),
  "POST /api/v1/responses": complete(context, responses),
  "POST /api/v1/messages": complete(context, messages),
  "POST /api/v1/embeddings": complete(context, embeddings)
})

const complete = (context: CompletionContext, format: Format): Endpoint => (received) =>
  Option.match(readRequest(received), {
    onNone: () => Effect.succeed(failure(format, 400)),
    onSome: (request) =>
      Effect.gen(function*() {
        const scripted = yield* context.replies.take(() => true)
        const { id, reply } = Option.isSome(scripted)
          ? scripted.value
          : { id: yield* makeGenerationId(format.apiType), reply: {} }
        const { error, firstChunkDelay = 0 } = reply
        if (error !== undefined && error.afterChunks === undefined) {
          return yield* Effect.delay(
            Effect.sync(() => failure(format, error.status, error.message, error.metadata)),
            firstChunkDelay
          )
        }
        const createdAt = yield* Clock.currentTimeMillis
        return yield* respond(context, format, makePlan({ apiType: format.apiType, createdAt, id, reply, request }))
      })
  })

const failure = (format: Format, status: number, message = errorMessage(status), metadata?: unknown) =>
  HttpServerResponse.unsafeJson(format.error(status, message, metadata), { status })

const respond = Effect.fnUntraced(function*({ productions, store }: CompletionContext, format: Format, plan: Plan) {
  const body = yield* makeOutbox<Uint8Array>()
  const production = produce(plan, format, {
    send: (text) => body.offer(encoder.encode(text)),
    record: (ending) =>
      store.add(
        toRecord(plan, ending),
        Duration.decode(plan.reply.visibleAfter ?? "1 second"),
        toContent(plan, ending.produced)
      )
  })
  // Started uninterruptibly, so that a cancellation that comes at once is recorded, too.
  const fiber = yield* Effect.uninterruptible(
    FiberSet.run(productions, Effect.ensuring(production, body.end))
  )
  const isStream = plan.request.streamed && format.stream !== null
  return HttpServerResponse.stream(Stream.ensuring(body.stream, Fiber.interrupt(fiber)), {
    contentType: isStream ? "text/event-stream" : "application/json",
    headers: {
      ...(format.idInHeader && { "x-generation-id": plan.id }),
      ...(isStream && { "cache-control": "no-cache" })
    }
  })
})

const encoder = new TextEncoder()

const toContent = ({ apiType, parts, request: { body } }: Plan, produced: number) => {
  if (apiType !== "completions") return Option.none()
  const { messages, prompt } = body
  const made = parts.slice(0, produced)
  const getText = (kind: "reasoning" | "text") =>
    made.some((part) => part.kind === kind)
      ? made.map((part) => part.kind === kind ? part.text : "").join("")
      : null
  return Option.some({
    input: {
      prompt: typeof prompt === "string" ? prompt : null,
      messages: Array.isArray(messages) ? messages : null
    },
    output: { completion: getText("text"), reasoning: getText("reasoning") }
  })
}

/** An id of OpenRouter's form. */
export const makeGenerationId = Effect.fnUntraced(function*(apiType: Plan["apiType"]) {
  const seconds = Math.floor((yield* Clock.currentTimeMillis) / 1000)
  const characters = yield* Effect.replicateEffect(Random.nextIntBetween(0, Seeded.alphanumeric.length), 20)
  const unique = characters.map((index) => Seeded.alphanumeric[index]).join("")
  return `gen-${apiType === "embeddings" ? "emb-" : ""}${seconds}-${unique}`
})
