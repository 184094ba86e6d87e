/**
 * Finds the id of a generation in the response of a completion.
 */
import * as Predicate from "effect/Predicate"

/**
 * Returns the id in the `X-Generation-Id` header of a response, in any letter case, or `null` if there is none. It is the
 * only place where speech endpoints have it. Takes the Headers of fetch and of `@effect/platform`, and any record of headers.
 * Never throws.
 *
 * @example
 * ```ts
 * import { GenerationId } from "@effect-openrouter/core"
 *
 * GenerationId.fromHeaders(new Headers({ "x-generation-id": "gen-1" })) // "gen-1"
 * GenerationId.fromHeaders({ "X-Generation-Id": "gen-1" }) // "gen-1"
 * GenerationId.fromHeaders({}) // null
 * ```
 */
export const fromHeaders = (headers: HeadersLike): string | null =>
  orNull(() => {
    const entries = Symbol.iterator in headers ? headers : Object.entries(headers)
    for (const [name, value] of entries) {
      if (name.toLowerCase() !== "x-generation-id") continue
      const text = typeof value === "string" ? value : value?.[0]
      // Fetch joins the values of a header that was sent more than once.
      const id = typeof text === "string" ? text.split(",", 1).join().trim() : ""
      return id === "" ? null : id
    }
    return null
  })

/** Headers: pairs of a name and a value (those of fetch are), or a record. */
export type HeadersLike =
  | Iterable<readonly [name: string, value: string]>
  | { readonly [name: string]: string | ReadonlyArray<string> | undefined }

/**
 * Returns the id in the result of a completion, or `null` if there is none; the header may have it then. Takes the result of
 * any client as it is:
 *
 * - the parsed body of a response, or a chunk or event of its stream, of fetch, `openai` and `@openrouter/sdk`: `id`,
 *   `response.id` or `message.id`; of a video job, `generation_id`;
 * - a result of the AI SDK (`generateText`, `embed`, the awaited `response` of `streamText`), and a part of its text;
 * - a message or a chunk of LangChain;
 * - a response of `@effect/ai`, and its part `response-metadata`.
 *
 * Bodies also have other ids (`resp_…`, `msg_…`): only one that begins with `gen-` is returned. Never throws.
 *
 * @example
 * ```ts
 * import { GenerationId } from "@effect-openrouter/core"
 *
 * GenerationId.fromCompletion({ id: "gen-1", object: "chat.completion.chunk", choices: [] }) // "gen-1"
 * GenerationId.fromCompletion({ error: { code: 502, message: "Bad gateway" } }) // null
 * ```
 */
export const fromCompletion = (completion: unknown): string | null =>
  orNull(() => {
    const response = field(completion, "response")
    const content = field(completion, "content")
    return [
      field(completion, "generation_id"),
      field(completion, "generationId"),
      field(completion, "id"),
      field(response, "id"),
      field(field(completion, "message"), "id"),
      // The AI SDK keeps the id of embeddings in their body alone.
      field(field(response, "body"), "id"),
      ...(Array.isArray(content) ? content.filter(isResponseMetadata).map((part) => field(part, "id")) : [])
    ].map(someValue).find(isGenerationId) ?? null
  })

/** Returns `null` for a value that throws when it is read, or that has another shape. */
const orNull = (read: () => string | null): string | null => {
  try {
    return read()
  } catch {
    return null
  }
}

const field = (value: unknown, name: string): unknown => Predicate.isRecord(value) ? value[name] : undefined

/** A part of a response of `@effect/ai`, whose id is an Option. */
const isResponseMetadata = (part: unknown): boolean => field(part, "type") === "response-metadata"

/** The value in an Option; anything else as it is. Read by hand, because the Option may be that of another version. */
const someValue = (value: unknown): unknown => field(value, "_tag") === "Some" ? field(value, "value") : value

const isGenerationId = (id: unknown): id is string => typeof id === "string" && id.startsWith("gen-")
