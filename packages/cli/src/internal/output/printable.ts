/**
 * Returns a text from outside as it may be shown in a terminal: without characters that move the cursor, color, hide or
 * reverse text. A line end is such a character.
 */
export const printable = (text: string): string => text.replaceAll(unprintable, "�")

/** Returns a text of several lines as it may be shown in a terminal: as `printable`, but line feeds and tabs stay. */
export const printableLines = (text: string): string => text.replaceAll(unprintableInLines, "�")

/** Returns JSON with the same value whose control and bidirectional characters are `\u` escapes. */
export const printableJson = (json: string): string =>
  json.replaceAll(unprintable, (character) => `\\u${character.charCodeAt(0).toString(16).padStart(4, "0")}`)

const bidirectional = "\\u061c\\u200e\\u200f\\u202a-\\u202e\\u2066-\\u2069"
const unprintable = new RegExp(`[\\p{Cc}\\p{Zl}\\p{Zp}${bidirectional}]`, "gu")
const unprintableInLines = new RegExp(`(?![\\n\\t])[\\p{Cc}${bidirectional}]`, "gu")
