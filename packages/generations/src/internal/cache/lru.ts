/** Values by their keys, as many as fit: the least recently used one goes first. */
export interface RecentlyUsed<A> {
  readonly get: (key: string, now: number) => A | undefined
  readonly set: (key: string, value: A, now: number) => void
}

/**
 * Makes room for so many values, each for so many milliseconds. Effect's `Cache` is made for lookups: it notes every key
 * that it does not find, and forgets them only when it is full.
 */
export const makeRecentlyUsed = <A>(capacity: number, timeToLive: number): RecentlyUsed<A> => {
  // A Map keeps the order of insertion: what is used is inserted anew.
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
