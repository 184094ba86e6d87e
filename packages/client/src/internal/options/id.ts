import { InvalidRequestError } from "@effect-openrouter/core/InvalidRequestError"
import type * as Predicate from "effect/Predicate"
import { requestedId } from "../requestedId.js"
import type { TransportRequest } from "../transport/transport.js"

/**
 * Returns an error if the id of a request contains the key: it would be part of URLs, spans, errors and files. The error does
 * not quote it.
 */
export const checkId = (
  request: Pick<TransportRequest, "body" | "path">,
  containsKey: Predicate.Predicate<string>
): InvalidRequestError | undefined => {
  const id = requestedId(request)
  return id !== undefined && containsKey(id)
    ? new InvalidRequestError({ field: "id", message: "id must be the id of a generation, and not the API key" })
    : undefined
}
