import { GenerationFeedback } from "@effect-openrouter/core/GenerationFeedback"
import * as Effect from "effect/Effect"
import * as Option from "effect/Option"
import * as Schema from "effect/Schema"
import type { Endpoints } from "../endpoint.js"
import { data, error } from "../responses.js"
import type { Entry, Store } from "../store.js"

/** The record of a generation, its content, and feedback about it. */
export const generationEndpoints = (store: Store): Endpoints => {
  const respond = (id: string, onFound: (entry: Entry) => ReturnType<typeof data>) =>
    id === ""
      ? Effect.succeed(error(400))
      : Effect.map(store.find(id), Option.match({ onNone: () => error(404), onSome: onFound }))

  return {
    "GET /api/v1/generation": ({ query }) => respond(query.get("id") ?? "", ({ encoded }) => data(encoded)),

    "GET /api/v1/generation/content": ({ query }) =>
      respond(
        query.get("id") ?? "",
        ({ content }) => Option.match(content, { onNone: () => error(404), onSome: data })
      ),

    "POST /api/v1/generation/feedback": ({ body }) =>
      Option.match(decodeFeedback(body), {
        onNone: () => Effect.succeed(error(400)),
        onSome: ({ generationId }) => respond(generationId, () => data({ success: true }))
      })
  }
}

const decodeFeedback = Schema.decodeOption(Schema.parseJson(GenerationFeedback))
