import { decodeEscapes } from "./decodeEscapes.js"
import { joinLines } from "./joinLines.js"
import { findAll, type Pattern, type Range, type View } from "./matcher.js"
import { secretPatterns } from "./secretPatterns.js"

/** Removes a secret from text. */
export interface Redact {
  (text: string): string
}

const replacement = "<redacted>"

/** The number of encodings around each other that are decoded: a key in a URL in a JSON text in another JSON text. */
const maxDepth = 3

/**
 * Returns a function that removes a secret from text that came from outside. Some proxies echo the request with its key:
 * as it was, in other letter case, in UTF-16, encoded for JSON, a URL or HTML, in base64 or in hex, broken into lines, whole or cut
 * off. A short secret, which may be a word, is removed only where it stands alone. The time is linear in the length of the text.
 */
export const makeRedact = (secret: string): Redact => {
  let patterns: ReadonlyArray<Pattern> | undefined
  return (text) => {
    // Most calls have nothing to redact.
    patterns ??= secretPatterns(secret)
    const prefixes = patterns.filter(({ isWord }) => !isWord)
    const found: Array<Range> = []
    let view: View | undefined = { text, offsets: undefined, end: text.length }
    for (let depth = 0; view !== undefined; depth++) {
      findAll(patterns, view, found)
      const joined = joinLines(view)
      if (joined !== undefined) findAll(prefixes, joined, found)
      view = depth < maxDepth ? decodeEscapes(view) : undefined
    }
    return found.length === 0 ? text : replaceAll(text, found.toSorted(([left], [right]) => left - right))
  }
}

const replaceAll = (text: string, ranges: ReadonlyArray<Range>): string => {
  const pieces: Array<string> = []
  let copied = 0
  ranges.forEach(([start, end], index) => {
    if (index === 0 || start > copied) pieces.push(text.slice(copied, start), replacement)
    copied = Math.max(copied, end)
  })
  return pieces.join("") + text.slice(copied)
}
