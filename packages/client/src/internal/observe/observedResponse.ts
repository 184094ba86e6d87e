import * as Effect from "effect/Effect"
import * as Exit from "effect/Exit"
import * as Predicate from "effect/Predicate"
import * as Stream from "effect/Stream"
import type { Observation } from "./observation.js"
import type { BodyError } from "./responseHead.js"
import { type Response, WrappedResponse } from "./wrappedResponse.js"

/** A response whose body is watched as it is read. */
export class ObservedResponse extends WrappedResponse {
  private readonly observation: Observation

  constructor(original: Response, observation: Observation) {
    super(original)
    this.observation = observation
  }

  get stream(): Stream.Stream<Uint8Array, BodyError> {
    const { observation } = this
    return this.original.stream.pipe(
      Stream.mapChunks((chunk) => {
        for (const bytes of chunk) observation.write(bytes)
        return chunk
      }),
      Stream.concat(Stream.execute(Effect.sync(() => observation.end("ended")))),
      Stream.ensuring(Effect.sync(() => observation.end("stopped")))
    )
  }

  get text() {
    return this.whole(this.original.text, (text) => {
      // In pieces, so that a large text is not held twice.
      for (let at = 0; at < text.length; at += pieceLength) {
        this.observation.write(encoder.encode(text.slice(at, at + pieceLength)))
      }
    })
  }

  get json() {
    return this.whole(this.original.json, (json) => this.observation.write(encoder.encode(essentialJson(json))))
  }

  get urlParamsBody() {
    return this.whole(this.original.urlParamsBody, () => {})
  }

  get formData() {
    return this.whole(this.original.formData, () => {})
  }

  get arrayBuffer() {
    return this.whole(this.original.arrayBuffer, (buffer) => this.observation.write(new Uint8Array(buffer)))
  }

  private whole<A, E>(reading: Effect.Effect<A, E>, read: (body: A) => void): Effect.Effect<A, E> {
    return Effect.onExit(reading, (exit) =>
      Effect.sync(() => {
        if (Exit.isSuccess(exit)) read(exit.value)
        this.observation.end(Exit.isSuccess(exit) ? "ended" : "stopped")
      }))
  }
}

/** The JSON of the fields that matter, without texts and vectors. */
const essentialJson = (json: unknown): string => {
  const choices = field(json, "choices")
  return JSON.stringify({
    id: text(json, "id"),
    generation_id: text(json, "generation_id"),
    model: text(json, "model"),
    type: text(json, "type"),
    error: field(json, "error") == null ? null : true,
    response: { id: text(field(json, "response"), "id"), model: text(field(json, "response"), "model") },
    message: { id: text(field(json, "message"), "id"), model: text(field(json, "message"), "model") },
    choices: Array.isArray(choices) ? [{ finish_reason: text(choices[0], "finish_reason") }] : []
  })
}

const field = (value: unknown, name: string): unknown => Predicate.hasProperty(value, name) ? value[name] : undefined

const text = (value: unknown, name: string): string | null => {
  const found = field(value, name)
  return typeof found === "string" ? found : null
}

const pieceLength = 65_536

const encoder = new TextEncoder()
