import type { LedgerService } from "@effect-openrouter/ledger/Ledger"
import type { LedgerError } from "@effect-openrouter/ledger/LedgerError"
import * as BigDecimal from "effect/BigDecimal"
import * as DateTime from "effect/DateTime"
import * as Effect from "effect/Effect"
import type * as Scope from "effect/Scope"
import { openLedger, stopOnLedgerError } from "../ledger/open.js"
import { type Place, placeName } from "../ledger/place.js"
import type { Stop } from "../output/exit.js"
import type { ByModel, Noted, Range } from "./noted.js"

/** Opens the ledger at a place, and returns its generations. */
export const openNoted = (place: Place): Effect.Effect<Noted<Stop>, Stop, Scope.Scope> =>
  Effect.map(
    Effect.flatMap(openLedger(place, { create: false }), (ledger) =>
      stopOnLedgerError(fromLedger(placeName(place), ledger))),
    ({ has, totals, ...noted }) => ({
      ...noted,
      has: (id) =>
        stopOnLedgerError(has(id)),
      totals: (ranges) => stopOnLedgerError(totals(ranges))
    })
  )

/** Returns the generations in a ledger. The database adds them up, so that memory does not depend on their number. */
export const fromLedger = (name: string, ledger: LedgerService): Effect.Effect<Noted<LedgerError>, LedgerError> =>
  Effect.map(ledger.counts, ({ failed, notVisible, pending }) => ({
    name,
    without: { pending, notVisible, failed },
    unreadable: null,
    has: (id) => Effect.map(ledger.find(id), (entry) => entry !== null),
    totals: (ranges) =>
      Effect.all({
        byRange: Effect.forEach(ranges, (range) => byModel(ledger, range)),
        undated: Effect.zipWith(byModel(ledger, null), byModel(ledger, always), subtract)
      })
  }))

/** All times, so that it leaves out only records without a date. */
const always: Range = { since: Number.NEGATIVE_INFINITY, until: Date.parse("9999-12-31T23:59:59.999Z") }

const byModel = (ledger: LedgerService, range: Range | null): Effect.Effect<ByModel, LedgerError> =>
  Effect.map(
    ledger.summarize(
      "model",
      range === null ? {} : {
        ...Number.isFinite(range.since) ? { since: DateTime.unsafeMake(range.since) } : {},
        until: DateTime.unsafeMake(range.until)
      }
    ),
    (summaries) => summaries.map((summary) => ({ ...summary, key: summary.key === null ? null : String(summary.key) }))
  )

/** Returns the totals of what is in `all` and not in `part`. */
const subtract = (all: ByModel, part: ByModel): ByModel => {
  const parts = new Map(part.map((summary) => [summary.key, summary]))
  return all.flatMap(({ cost, count, key }) => {
    const other = parts.get(key)
    if (other === undefined) return { cost, count, key }
    const left = count - other.count
    return left <= 0 ? [] : {
      key,
      count: left,
      cost: {
        effective: BigDecimal.subtract(cost.effective, other.cost.effective),
        credits: BigDecimal.subtract(cost.credits, other.cost.credits),
        byok: BigDecimal.subtract(cost.byok, other.cost.byok),
        known: cost.known - other.cost.known,
        unknown: cost.unknown - other.cost.unknown
      }
    }
  })
}
