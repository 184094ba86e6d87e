import type { Generation } from "@effect-openrouter/core/Generation"
import type { Settlement } from "@effect-openrouter/generations/Settlement"
import * as Stream from "effect/Stream"

/** What settlements say of each id in the end. Memory depends on the number of ids, not on their records. */
export class Ledger {
  readonly #last = new Map<string, Settlement["_tag"]>()

  /** Each record once: it does not change, so what else is said of its id, before or after, does not count. */
  readonly records = <E, R>(settlements: Stream.Stream<Settlement, E, R>): Stream.Stream<Generation, E, R> =>
    settlements.pipe(
      Stream.filter(({ _tag, id }) => {
        if (this.#last.get(id) === "Settled") return false
        this.#last.set(id, _tag)
        return _tag === "Settled"
      }),
      Stream.map((settlement) => (settlement as Extract<Settlement, { readonly _tag: "Settled" }>).generation)
    )

  /** How many ids ended so. */
  count(tag: Settlement["_tag"]): number {
    let count = 0
    for (const last of this.#last.values()) if (last === tag) count++
    return count
  }
}
