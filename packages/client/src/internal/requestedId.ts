import { InvalidRequestError } from "@effect-openrouter/core/InvalidRequestError"
import * as Predicate from "effect/Predicate"
import type { TransportRequest } from "./transport/transport.js"

/** The parts of a request that may have an id. */
type IdParts = Pick<TransportRequest, "body" | "path">

/** The id in a path as `Generations` makes it. Any other path is parsed, which takes 2 % of the CPU of a call. */
const plainId = /^[^?]*\?id=([\w.~-]+)(?:&|$)/

/** Returns the generation that a request is about: `id` of its query, else `generation_id` of its body. */
export const requestedId = ({ body, path }: IdParts): string | undefined => {
  const query = path.indexOf("?")
  const id = query === -1
    ? null
    : plainId.exec(path)?.[1] ?? new URLSearchParams(path.slice(query + 1)).get("id")
  if (id !== null) return id
  const generationId = Predicate.isReadonlyRecord(body) ? body["generation_id"] : undefined
  return typeof generationId === "string" ? generationId : undefined
}

/**
 * Returns an error if the id of a request contains the key: it would be part of URLs, spans, errors and files. The error does
 * not quote it.
 */
export const checkRequestedId = (
  request: IdParts,
  containsKey: Predicate.Predicate<string>
): InvalidRequestError | undefined => {
  const id = requestedId(request)
  return id !== undefined && containsKey(id)
    ? new InvalidRequestError({ field: "id", message: "id must be the id of a generation, and not the API key" })
    : undefined
}
