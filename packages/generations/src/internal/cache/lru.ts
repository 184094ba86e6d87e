/** A map that holds the values that were used last. Times are milliseconds of one clock. */
export interface Lru<A> {
  readonly get: (key: string, now: number) => A | undefined
  readonly set: (key: string, value: A, now: number) => void
}

/**
 * Makes an LRU cache of `capacity` values, each for `timeToLive` milliseconds. Effect's `Cache` is made for lookups: it keeps an entry
 * for every key that it does not find until it is full.
 */
export const makeLru = <A>(capacity: number, timeToLive: number): Lru<A> => {
  // A Map iterates in the order of insertion, so a value that is used is inserted again.
  const entries = new Map<string, { readonly value: A; readonly expiresAt: number }>()
  return {
    get: (key, now) => {
      const entry = entries.get(key)
      if (entry === undefined) return undefined
      entries.delete(key)
      if (entry.expiresAt <= now) return undefined
      entries.set(key, entry)
      return entry.value
    },
    set: (key, value, now) => {
      entries.delete(key)
      entries.set(key, { value, expiresAt: now + timeToLive })
      for (const oldest of entries.keys()) {
        if (entries.size <= capacity) break
        entries.delete(oldest)
      }
    }
  }
}
