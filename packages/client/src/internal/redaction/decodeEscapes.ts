import type { View } from "./matcher.js"

/** An escape of JSON or JavaScript, a percent-encoded byte, or an HTML entity: each stands for one character. */
const escape =
  /\\(?:u([0-9a-f]{4})|u\{0{0,8}([0-9a-f]{1,6})\}|x([0-9a-f]{2})|([^ux%&]))|%([0-9a-f]{2})|&(?:#0{0,8}(\d{1,7})|#x0{0,8}([0-9a-f]{1,6})|([a-z]{2,8}));?/gi

const escapeStart = /[\\%&]/

/** An escape that the end of the text cuts off. */
const cutOff = /(?:\\(?:u[0-9a-f]{0,3}|u\{[0-9a-f]{0,14}|x[0-9a-f]?)?|%[0-9a-f]?|&#?x?[0-9a-z]{0,15})$/i

/** More characters than such an escape has. */
const maxCutOff = 24

/** The names in HTML of the characters that a key may have, each with its character. */
const entityNames =
  "amp& apos' ast* bsol\\ colon: comma, commat@ dash- dollar$ equals= excl! grave` gt> hat^ hyphen- " +
  "lbrace{ lbrack[ lcub{ lowbar_ lpar( lsqb[ lt< midast* minus- num# percnt% period. plus+ quest? quot\" " +
  "rbrace} rbrack] rcub} rpar) rsqb] semi; sol/ underbar_ verbar| vert|"

const entities = new Map(entityNames.split(" ").map((entity) => [entity.slice(0, -1), entity.slice(-1)]))

/** The letters that stand for a control character after a backslash. */
const controls = new Map(Object.entries({ b: "\b", f: "\f", n: "\n", r: "\r", t: "\t" }))

/** Decodes every escape once, or returns `undefined` if there is none. */
export const decodeEscapes = ({ end, offsets, text }: View): View | undefined => {
  if (!escapeStart.test(text)) return undefined
  const complete = text.length - (cutOff.exec(text.slice(-maxCutOff))?.[0].length ?? 0)
  const originalOffset = (index: number) => offsets?.[index] ?? index
  const decodedOffsets = new Int32Array(complete + 1)
  const pieces: Array<string> = []
  let length = 0
  let copied = 0
  const copyUntil = (index: number) => {
    pieces.push(text.slice(copied, index))
    for (; copied < index; copied++) decodedOffsets[length++] = originalOffset(copied)
  }
  for (const match of text.slice(0, complete).matchAll(escape)) {
    const character = decode(match)
    if (character === undefined) continue
    copyUntil(match.index)
    pieces.push(character)
    decodedOffsets[length++] = originalOffset(match.index)
    copied = match.index + match[0].length
  }
  if (pieces.length === 0 && complete === text.length) return undefined
  copyUntil(complete)
  decodedOffsets[length] = originalOffset(complete)
  return { text: pieces.join(""), offsets: decodedOffsets, end }
}

/** Returns one character, whatever the escape stands for, so that it has one place in the original text. */
const decode = (
  [, unicode, braced, hex, single, percent, decimal, hexEntity, entity]: RegExpMatchArray
): string | undefined => {
  if (single !== undefined) return controls.get(single) ?? single
  if (entity !== undefined) return entities.get(entity.toLowerCase())
  const hexadecimal = unicode ?? braced ?? hex ?? percent ?? hexEntity
  return String.fromCharCode(hexadecimal === undefined ? Number(decimal) : Number.parseInt(hexadecimal, 16))
}
