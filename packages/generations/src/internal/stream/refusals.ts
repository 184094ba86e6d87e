/**
 * The failures of single ids, which may turn out to be the failure of all.
 */
import { isSameFailure, type OpenRouterError } from "@effect-openrouter/core/OpenRouterError"
import * as Deferred from "effect/Deferred"
import * as Effect from "effect/Effect"
import * as Exit from "effect/Exit"
import * as FiberId from "effect/FiberId"

/** Equal failures of different ids in a row, with no success in between. */
export interface Refusals {
  /** Adds a failure to the row. Returns `true` if it is the failure of every id. */
  readonly add: (id: string, error: OpenRouterError) => boolean
  /** Returns an effect that waits until the failures of the present row are known to be those of single ids, for at most `maxHold`. */
  readonly hold: () => Effect.Effect<void>
  /** Ends the row: the server handles other ids. */
  readonly clear: () => void
}

/** The failures in a row that make it the failure of every id. */
const maxRefusals = 5

/** The time that a failure is held back: a slow source of ids may not decide earlier. */
const maxHold = "1 minute"

/** Makes an empty row. */
export const makeRefusals = (): Refusals => {
  const ids = new Set<string>()
  let first: OpenRouterError | undefined
  let end = Deferred.unsafeMake<void>(FiberId.none)

  const clear = () => {
    if (first === undefined) return
    first = undefined
    ids.clear()
    Deferred.unsafeDone(end, Exit.void)
    end = Deferred.unsafeMake(FiberId.none)
  }

  return {
    add: (id, error) => {
      if (first !== undefined && !isSameFailure(first, error)) clear()
      first = error
      ids.add(id)
      return ids.size >= maxRefusals
    },
    hold: () => Effect.asVoid(Effect.timeoutOption(Deferred.await(end), maxHold)),
    clear
  }
}
