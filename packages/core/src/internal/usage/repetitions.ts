import type { Generation } from "../../Generation.js"
import { hasOtherId } from "../otherId.js"

/** The number of ids that are remembered: 1 MB. */
const maxIds = 10_000

/**
 * Returns a predicate that is `true` for a record that it was given before, if the record was returned for another id then or now. A
 * record that is given twice on purpose is no repetition.
 */
export const makeRepetitions = (): (generation: Generation) => boolean => {
  // A Map iterates in the order of insertion, so an id that is met again is inserted again.
  const ids = new Map<string, boolean>()
  return (generation) => {
    const { id } = generation
    const isOther = hasOtherId(generation)
    const wasOther = ids.get(id)
    if (wasOther !== undefined) {
      if (!isOther && !wasOther) return false
      ids.delete(id)
      ids.set(id, true)
      return true
    }
    ids.set(id, isOther)
    if (ids.size > maxIds) {
      const [oldest] = ids.keys()
      if (oldest !== undefined) ids.delete(oldest)
    }
    return false
  }
}
