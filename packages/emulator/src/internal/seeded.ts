/** Values that look random and depend only on a text: the same seed gives the same value in every run. */

const hash = (text: string): number => {
  let state = 0x811c9dc5
  for (let index = 0; index < text.length; index++) {
    state = Math.imul(state ^ text.charCodeAt(index), 0x01000193)
  }
  state = Math.imul(state ^ (state >>> 16), 0x85ebca6b)
  state = Math.imul(state ^ (state >>> 13), 0xc2b2ae35)
  return (state ^ (state >>> 16)) >>> 0
}

/** A whole number from `min` to `max`, both included. */
export const integer = (seed: string, min: number, max: number): number => min + hash(seed) % (max - min + 1)

/** One of the items. */
export const pick = <A>(seed: string, items: readonly [A, ...ReadonlyArray<A>]): A =>
  items[integer(seed, 0, items.length - 1)] ?? items[0]

/** A text of the given length, made of characters of the alphabet. */
export const characters = (seed: string, length: number, alphabet: string): string =>
  Array.from({ length }, (_, index) => alphabet[integer(`${seed}/${index}`, 0, alphabet.length - 1)]).join("")

/** The letters and digits of OpenRouter's ids. */
export const alphanumeric = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789"

/** A version 4 UUID. */
export const uuid = (seed: string): string =>
  "xxxxxxxx-xxxx-4xxx-8xxx-xxxxxxxxxxxx".replaceAll("x", "\0").split("").map((character, index) =>
    character === "\0" ? characters(`${seed}/${index}`, 1, "0123456789abcdef") : character
  ).join("")
