/** Returns the sentence that names the nearest of the known names, or an empty text if none is similar. */
export const didYouMean = (name: string, known: ReadonlyArray<string>): string => {
  if (name === "") return ""
  const [nearest] = known
    .map((candidate) => ({ candidate, edits: distance(name, candidate) }))
    .filter(({ candidate, edits }) =>
      edits <= Math.max(2, Math.ceil(candidate.length / 2)) || candidate.startsWith(name)
    )
    .toSorted((one, other) => one.edits - other.edits)
  return nearest === undefined ? "" : `Did you mean '${nearest.candidate}'?`
}

/** Returns how many characters must be added, removed, replaced or swapped to turn one text into the other. */
const distance = (one: string, other: string): number => {
  let beforeLast: Array<number> = []
  let last = Array.from({ length: other.length + 1 }, (_, index) => index)
  for (let row = 1; row <= one.length; row++) {
    const current = [row]
    for (let column = 1; column <= other.length; column++) {
      const isSame = one[row - 1] === other[column - 1]
      const isSwap = row > 1 && column > 1 && one[row - 1] === other[column - 2] && one[row - 2] === other[column - 1]
      current.push(Math.min(
        (last[column] ?? 0) + 1,
        (current[column - 1] ?? 0) + 1,
        (last[column - 1] ?? 0) + (isSame ? 0 : 1),
        isSwap ? (beforeLast[column - 2] ?? 0) + 1 : Number.POSITIVE_INFINITY
      ))
    }
    beforeLast = last
    last = current
  }
  return last[other.length] ?? one.length
}
