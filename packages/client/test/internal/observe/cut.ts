import { FastCheck } from "effect"

export const encoder = new TextEncoder()

/** Cuts bytes at the given places. */
export const cut = (bytes: Uint8Array, places: ReadonlyArray<number>): ReadonlyArray<Uint8Array> => {
  const at = [0, ...places.map((place) => place % (bytes.length + 1)).toSorted((a, b) => a - b), bytes.length]
  return at.slice(1).map((end, index) => bytes.subarray(at[index], end))
}

export const places = FastCheck.array(FastCheck.nat(), { maxLength: 12 })
