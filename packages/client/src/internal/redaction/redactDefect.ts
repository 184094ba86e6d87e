import type { Scrub } from "./redact.js"

/** A defect of the HTTP client may be a platform error that holds the request: only its words are kept, scrubbed. */
export const withoutSecret = (defect: unknown, scrub: Scrub): Error => {
  const error = defect instanceof Error ? defect : new Error(String(defect))
  const safe = new Error(scrub(error.message))
  safe.name = error.name
  if (error.stack !== undefined) safe.stack = scrub(error.stack)
  return safe
}
