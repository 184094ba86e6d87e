import type { Redact } from "../redaction/redact.js"
import { maxErrorBody } from "../transport/bodyLimit.js"

/**
 * Returns the part of a body that an error keeps, with the key removed. The text is cut before and after: a body of 32 MB is
 * not searched for the key, and a replaced key may be longer than the part that the first cut left of it.
 */
export const errorBody = (text: string, redact: Redact): string => cut(redact(cut(text)))

// A copy: a slice would keep the whole text in memory.
const cut = (text: string): string => text.length <= maxErrorBody ? text : ` ${text.slice(0, maxErrorBody)}`.slice(1)
