/** Keeps the newest so many of what is added, with memory for twice as many. */
export interface Newest<A> {
  readonly add: (value: A) => void
  /** The newest, first. */
  readonly all: () => ReadonlyArray<A>
  /** How many were added. */
  readonly added: () => number
}

export const make = <A>(capacity: number, timeOf: (value: A) => number): Newest<A> => {
  let kept: Array<A> = []
  let added = 0
  const prune = () => {
    kept = kept.toSorted((one, other) => timeOf(other) - timeOf(one)).slice(0, capacity)
  }
  return {
    add: (value) => {
      added++
      if (kept.push(value) >= 2 * capacity) prune()
    },
    all: () => {
      prune()
      return kept
    },
    added: () => added
  }
}
