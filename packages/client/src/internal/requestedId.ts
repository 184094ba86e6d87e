import * as Predicate from "effect/Predicate"
import type { TransportRequest } from "./transport/transport.js"

/** Returns the generation that a request is about: `id` of its query, else `generation_id` of its body. */
export const requestedId = ({ body, path }: Pick<TransportRequest, "body" | "path">): string | undefined => {
  const query = path.indexOf("?")
  const id = query === -1 ? null : new URLSearchParams(path.slice(query + 1)).get("id")
  if (id !== null) return id
  const generationId = Predicate.isReadonlyRecord(body) ? body["generation_id"] : undefined
  return typeof generationId === "string" ? generationId : undefined
}
