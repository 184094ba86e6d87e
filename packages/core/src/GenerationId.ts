/**
 * Where the id of a generation is found in what a completion answered.
 */
import * as Predicate from "effect/Predicate"

/**
 * The id in the `X-Generation-Id` header of an answer, in any letter case; `null` = there is none. The only place where
 * speech endpoints tell it. Takes the Headers of fetch and of `@effect/platform`, and any record of headers.
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
export const fromHeaders = (headers: HeadersLike): string | null => {
  const entries = Symbol.iterator in headers ? headers : Object.entries(headers)
  for (const [name, value] of entries) {
    if (name.toLowerCase() !== "x-generation-id") continue
    const id = typeof value === "string" ? value : value?.[0]
    return id || null
  }
  return null
}

/** Headers: pairs of a name and a value (those of fetch are), or a record. */
export type HeadersLike =
  | Iterable<readonly [name: string, value: string]>
  | { readonly [name: string]: string | ReadonlyArray<string> | undefined }

/**
 * The id in the body of a completion, or in a chunk or event of its stream, already parsed: `id`, or where a wrapper is
 * around it, `response.id` or `message.id`; of a video job, `generation_id`. Bodies carry other ids, too (`resp_…`,
 * `msg_…`): taken is one that begins with `gen-`, as all that have been met do. `null` = there is none, and the header may
 * have it. Never throws on what `JSON.parse` gives.
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
  [
    field(completion, "generation_id"),
    field(completion, "generationId"),
    field(completion, "id"),
    field(field(completion, "response"), "id"),
    field(field(completion, "message"), "id")
  ].find(isGenerationId) ?? null

const field = (value: unknown, name: string): unknown => Predicate.isRecord(value) ? value[name] : undefined

const isGenerationId = (id: unknown): id is string => typeof id === "string" && id.startsWith("gen-")
