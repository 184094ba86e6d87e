/** A text, or what it decodes to. */
export interface View {
  readonly text: string
  /**
   * The place in the original text at which each character begins, and the one after the last; `undefined` for the original
   * text.
   */
  readonly offsets: Int32Array | undefined
  /** The place after each character, if it is not that of the next one: characters between them are left out. */
  readonly ends?: Int32Array
  /** The length of the original text. */
  readonly end: number
}

/** A text that gives a secret away. */
export interface Pattern {
  readonly text: string
  /** The number of characters from its beginning that give the secret away. */
  readonly minLength: number
  /** The same at the end of a text, which may have been cut off there. */
  readonly minLengthAtEnd: number
  /** `true` for a pattern that counts only where it stands alone, in the same letter case. */
  readonly isWord: boolean
  /** The beginning without which there is no match, in lower case. */
  readonly start: string
  /** Made for the first text that has that beginning. */
  table: Table | undefined
}

/** The table of Knuth, Morris and Pratt. */
interface Table {
  readonly codes: Uint16Array
  /** The length of the longest proper prefix that each prefix ends with. */
  readonly borders: Int32Array
}

/** A part of the original text: its first character and the one after its last. */
export type Range = readonly [start: number, end: number]

/** Makes a pattern that counts from `minLength` characters on, in any letter case. */
export const makePrefix = (text: string, minLength: number, minLengthAtEnd: number): Pattern =>
  makePattern(text, Math.min(minLength, text.length), minLengthAtEnd, false)

/** Makes a pattern that counts where it stands alone. */
export const makeWord = (text: string, minLengthAtEnd: number): Pattern =>
  makePattern(text, text.length, minLengthAtEnd, true)

const makePattern = (text: string, minLength: number, minLengthAtEnd: number, isWord: boolean): Pattern => ({
  text,
  minLength,
  minLengthAtEnd,
  isWord,
  start: text.slice(0, Math.min(minLength, minLengthAtEnd)).toLowerCase(),
  table: undefined
})

/** Adds the place of every part of a text that one of the patterns begins with, in one pass for each pattern that may be found. */
export const findAll = (patterns: ReadonlyArray<Pattern>, view: View, found: Array<Range>): void => {
  const text = view.text.toLowerCase()
  for (const pattern of patterns) if (text.includes(pattern.start)) find(pattern, view, found)
}

const find = (pattern: Pattern, view: View, found: Array<Range>): void => {
  const { isWord, minLength, minLengthAtEnd } = pattern
  const { borders, codes } = pattern.table ??= makeTable(pattern.text, isWord ? (code) => code : toLowerCase)
  const { end, ends, offsets, text } = view
  const originalOffset = (index: number) => offsets?.[index] ?? index
  const originalEnd = (index: number) => ends?.[index - 1] ?? originalOffset(index)
  let length = 0
  let start = 0
  let stop = 0
  const flush = () => stop > start && found.push([originalOffset(start), originalEnd(stop)])
  for (let index = 0; index < text.length; index++) {
    const code = isWord ? text.charCodeAt(index) : toLowerCase(text.charCodeAt(index))
    while (length > 0 && codes[length] !== code) length = borders[length - 1] ?? 0
    if (codes[length] === code) length++
    if (length < minLength || (isWord && isInWord(text, index - length, index + 1))) continue
    if (index - length >= stop) {
      flush()
      start = index - length + 1
    }
    stop = index + 1
  }
  flush()
  if (length >= minLengthAtEnd && !(isWord && length === codes.length)) {
    found.push([originalOffset(text.length - length), end])
  }
}

const makeTable = (text: string, fold: (code: number) => number): Table => {
  const codes = Uint16Array.from({ length: text.length }, (_, index) => fold(text.charCodeAt(index)))
  const borders = new Int32Array(codes.length)
  for (let index = 1, length = 0; index < codes.length; index++) {
    while (length > 0 && codes[length] !== codes[index]) length = borders[length - 1] ?? 0
    if (codes[length] === codes[index]) length++
    borders[index] = length
  }
  return { codes, borders }
}

/** Only ASCII letters, so that a text keeps its length. */
const toLowerCase = (code: number): number => code >= 65 && code <= 90 ? code + 32 : code

const isInWord = (text: string, before: number, after: number): boolean =>
  isWordCharacter(text[before]) || isWordCharacter(text[after])

const isWordCharacter = (character: string | undefined): boolean =>
  character !== undefined && /[0-9a-z]/i.test(character)
