import type { Generation } from "@effect-openrouter/core/Generation"
import * as Effect from "effect/Effect"
import type * as Scope from "effect/Scope"
import * as Stream from "effect/Stream"
import type { Records } from "../input/records.js"
import type { Stop } from "../output/exit.js"
import { openLedger, stopOnLedgerError, toStop } from "./open.js"
import { type Place, placeName } from "./place.js"

/** The number of records in a batch. */
const batchSize = 100

/** Reads the records of a ledger. The database returns them in pages, so that memory does not depend on their number. */
export const readLedger = (place: Place): Effect.Effect<Records, Stop, Scope.Scope> =>
  Effect.gen(function*() {
    const ledger = yield* openLedger(place, { create: false })
    const { failed, notVisible, pending } = yield* stopOnLedgerError(ledger.counts)
    return {
      name: placeName(place),
      generations: ledger.entries({ state: "settled" }).pipe(
        Stream.grouped(batchSize),
        Stream.map((entries): ReadonlyArray<Generation> =>
          [...entries].flatMap(({ record }) => record === null ? [] : [record])
        ),
        Stream.mapError(toStop)
      ),
      without: { pending, notVisible, failed },
      unreadable: null
    }
  })
