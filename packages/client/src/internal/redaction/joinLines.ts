import type { View } from "./matcher.js"

const gap = /[\s\0\p{Cf}]/u

/** The parts of a text between white space, invisible characters and the soft line breaks of quoted-printable. */
const part = /(?:(?!=\r?\n)[^\s\0\p{Cf}])+/gu

/**
 * Returns a text without white space and invisible characters, or `undefined` if it has none: base64 may be broken into lines, hex into
 * bytes, a long word may have soft hyphens, and UTF-16 that was read as UTF-8 has a NUL after each character.
 */
export const joinLines = ({ end, offsets, text }: View): View | undefined => {
  if (!gap.test(text)) return undefined
  const parts = [...text.matchAll(part)]
  const starts = new Int32Array(text.length + 1)
  const ends = new Int32Array(text.length)
  let length = 0
  for (const { 0: { length: partLength }, index } of parts) {
    for (let at = index; at < index + partLength; at++, length++) {
      starts[length] = offsets?.[at] ?? at
      ends[length] = offsets?.[at + 1] ?? at + 1
    }
  }
  starts[length] = end
  return { text: parts.map(([part]) => part).join(""), offsets: starts, ends, end }
}
