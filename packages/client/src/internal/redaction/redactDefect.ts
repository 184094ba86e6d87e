import type { Redact } from "./redact.js"

/**
 * Returns an error with the name, message and stack of a defect, without the key. A defect of an HTTP client may be a platform
 * error that holds the request.
 */
export const redactDefect = (defect: unknown, redact: Redact): Error => {
  const error = defect instanceof Error ? defect : new Error(String(defect))
  const safe = new Error(redact(error.message))
  safe.name = error.name
  if (error.stack !== undefined) safe.stack = redact(error.stack)
  return safe
}
