import type { Generation } from "@effect-openrouter/core/Generation"
import * as Usage from "@effect-openrouter/core/Usage"
import * as BigDecimal from "effect/BigDecimal"
import * as DateTime from "effect/DateTime"
import * as Histogram from "./histogram.js"
import * as Newest from "./newest.js"

/**
 * What the page of a report shows: totals of every generation by day, model and provider, and the newest records. Only
 * what the page needs is in it, and nothing of what is private in a record.
 */
export interface PageData {
  readonly generated: string
  readonly notVisible: number
  readonly failed: number
  readonly tokensPerSecondEdges: ReadonlyArray<number>
  readonly timeToFirstTokenEdges: ReadonlyArray<number>
  /** Of every generation. */
  readonly cells: ReadonlyArray<Cell>
  /** Of the newest, of which there are `rowsOf` in all. */
  readonly rows: ReadonlyArray<Row>
  readonly rowsOf: number
  /** The newest that had a provider attempt that failed, of which there are `fallbacksOf` in all. */
  readonly fallbacks: ReadonlyArray<Fallback>
  readonly fallbacksOf: number
}

interface Group {
  /** `2026-11-22`, in UTC. */
  readonly day: string | null
  readonly model: string | null
  readonly provider: string | null
}

interface Cell extends Group {
  readonly count: number
  /** USD; those whose cost is not known are in `unknown`. */
  readonly cost: number
  readonly unknown: number
  readonly tokensIn: number
  readonly tokensOut: number
  readonly tokensPerSecond: ReadonlyArray<number>
  readonly timeToFirstToken: ReadonlyArray<number>
}

interface Row extends Group {
  readonly id: string
  readonly created: number | null
  readonly tokensIn: number | null
  readonly tokensOut: number | null
  readonly cost: number | null
  readonly timeToFirstToken: number | null
  readonly tokensPerSecond: number | null
  readonly failedAttempts: number
  readonly byok: boolean
  readonly cancelled: boolean
}

interface Fallback extends Group {
  readonly id: string
  readonly created: number | null
  readonly attempts: ReadonlyArray<{
    readonly provider: string | null
    readonly status: number | null
    /** Milliseconds until the provider answered. */
    readonly latency: number | null
  }>
}

/** How many records the page's table holds: more would make it slow to open. */
export const maxRows = 5000

/** How many generations the page's timeline holds. */
const maxFallbacks = 1000

/** Collects what the page shows. Memory depends on the days, models and providers, not on the number of generations. */
export const collector = () => {
  const cells = new Map<string, MutableCell>()
  const rows = Newest.make<Row>(maxRows, timeOf)
  const fallbacks = Newest.make<Fallback>(maxFallbacks, timeOf)
  return {
    add: (generation: Generation): void => {
      const group = groupOf(generation)
      const key = JSON.stringify(group)
      const cell = cells.get(key) ?? start(group)
      cells.set(key, cell)
      addTo(cell, generation)
      const row = rowOf(generation, group)
      rows.add(row)
      if (row.failedAttempts > 0) fallbacks.add(fallbackOf(generation, group))
    },

    result: (generated: string, notVisible: number, failed: number): PageData => ({
      generated,
      notVisible,
      failed,
      tokensPerSecondEdges: Histogram.tokensPerSecondEdges,
      timeToFirstTokenEdges: Histogram.timeToFirstTokenEdges,
      cells: [...cells.values()].map((cell) => ({
        day: cell.day,
        model: cell.model,
        provider: cell.provider,
        count: cell.count,
        cost: BigDecimal.unsafeToNumber(cell.cost),
        unknown: cell.unknown,
        tokensIn: cell.tokensIn,
        tokensOut: cell.tokensOut,
        tokensPerSecond: cell.tokensPerSecond.counts,
        timeToFirstToken: cell.timeToFirstToken.counts
      })),
      rows: rows.all(),
      rowsOf: rows.added(),
      fallbacks: fallbacks.all(),
      fallbacksOf: fallbacks.added()
    })
  }
}

interface MutableCell extends Group {
  count: number
  cost: BigDecimal.BigDecimal
  unknown: number
  tokensIn: number
  tokensOut: number
  readonly tokensPerSecond: Histogram.Histogram
  readonly timeToFirstToken: Histogram.Histogram
}

const start = (group: Group): MutableCell => ({
  ...group,
  count: 0,
  cost: BigDecimal.unsafeFromNumber(0),
  unknown: 0,
  tokensIn: 0,
  tokensOut: 0,
  tokensPerSecond: Histogram.make(Histogram.tokensPerSecondEdges),
  timeToFirstToken: Histogram.make(Histogram.timeToFirstTokenEdges)
})

const addTo = (cell: MutableCell, generation: Generation): void => {
  const cost = Usage.effectiveCost(generation)
  cell.count++
  if (cost === null) cell.unknown++
  else cell.cost = BigDecimal.sum(cell.cost, BigDecimal.unsafeFromNumber(cost))
  cell.tokensIn += generation.nativeTokensPrompt ?? 0
  cell.tokensOut += generation.nativeTokensCompletion ?? 0
  Histogram.add(cell.tokensPerSecond, Usage.tokensPerSecond(generation))
  Histogram.add(cell.timeToFirstToken, generation.latency)
}

const groupOf = ({ createdAt, model, providerName }: Generation): Group => ({
  day: createdAt === null ? null : DateTime.formatIsoDateUtc(createdAt),
  model: model || null,
  provider: providerName || null
})

const rowOf = (generation: Generation, group: Group): Row => ({
  ...group,
  id: generation.id,
  created: generation.createdAt?.epochMillis ?? null,
  tokensIn: generation.nativeTokensPrompt,
  tokensOut: generation.nativeTokensCompletion,
  cost: Usage.effectiveCost(generation),
  timeToFirstToken: generation.latency,
  tokensPerSecond: Usage.tokensPerSecond(generation),
  failedAttempts: Usage.failedAttempts(generation).length,
  byok: generation.isByok === true,
  cancelled: generation.cancelled === true
})

const fallbackOf = (generation: Generation, group: Group): Fallback => ({
  ...group,
  id: generation.id,
  created: generation.createdAt?.epochMillis ?? null,
  attempts: (generation.providerResponses ?? []).map(({ latency, providerName, status }) => ({
    provider: providerName,
    status,
    latency
  }))
})

const timeOf = ({ created }: { readonly created: number | null }): number => created ?? Number.NEGATIVE_INFINITY
