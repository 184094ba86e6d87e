import type { LedgerService } from "@effect-openrouter/ledger/Ledger"
import type { LedgerError } from "@effect-openrouter/ledger/LedgerError"
import * as DateTime from "effect/DateTime"
import * as Effect from "effect/Effect"
import type { ByModel, Noted, Range } from "./noted.js"

/**
 * Returns the generations in a ledger. The database adds them up, so that memory does not depend on their number. A record
 * without a date is in no range, and is not counted.
 */
export const fromLedger = (name: string, ledger: LedgerService): Effect.Effect<Noted<LedgerError>, LedgerError> =>
  Effect.map(ledger.counts, ({ failed, notVisible, pending }) => ({
    name,
    without: { pending, notVisible, failed },
    unreadable: null,
    has: (id) => Effect.map(ledger.find(id), (entry) => entry !== null),
    totals: (ranges) =>
      Effect.map(Effect.forEach(ranges, (range) => byModel(ledger, range)), (byRange) => ({ byRange, undated: [] }))
  }))

const byModel = (ledger: LedgerService, { since, until }: Range): Effect.Effect<ByModel, LedgerError> =>
  Effect.map(
    ledger.summarize("model", {
      ...Number.isFinite(since) ? { since: DateTime.unsafeMake(since) } : {},
      until: DateTime.unsafeMake(until)
    }),
    (summaries) => summaries.map((summary) => ({ ...summary, key: summary.key === null ? null : String(summary.key) }))
  )
