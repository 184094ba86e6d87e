import type { Generation } from "@effect-openrouter/core/Generation"
import { costParts } from "@effect-openrouter/core/GenerationUsage"
import * as Usage from "@effect-openrouter/core/Usage"

/**
 * The data of a report's page: every record, as columns. It holds only what the page shows, and nothing that is private
 * in a record. The page adds up the records itself, because each filter needs other totals.
 */
export interface PageData {
  readonly source: Source
  readonly columns: Columns
  readonly attempts: Attempts
}

/** The origin of the records, and the parts that are missing. */
export interface Source {
  /** The file as the user named it, or `standard input`. */
  readonly file: string
  /** The time at which the page was written, ISO 8601. */
  readonly generated: string
  /** The time zone of all days and times: `UTC`, `Europe/Berlin`. */
  readonly timeZone: string
  /** Ids without a record. */
  readonly notVisible: number
  /** Ids whose request failed. */
  readonly failed: number
  /** The lines of the file that could not be read; `first` is the number of the first one. */
  readonly unreadable: { readonly lines: number; readonly bytes: number; readonly first: number } | null
  /** Other sentences that a reader must know. */
  readonly notes: ReadonlyArray<string>
}

/** A column of numbers; `null` is unknown. */
export type Numbers = ReadonlyArray<number | null>

/** A column of names: indices into `names`; `null` is unknown. */
export interface Names {
  readonly names: ReadonlyArray<string>
  readonly of: Numbers
}

/** One value for each record, in the order of the file. */
interface Columns {
  readonly id: ReadonlyArray<string>
  /** Milliseconds since 1970. */
  readonly created: Numbers
  /** Days since 1970-01-01, in the time zone of the report. */
  readonly day: Numbers
  readonly model: Names
  readonly provider: Names
  readonly session: Names
  readonly app: Names
  /** The amount that OpenRouter charged, in USD. */
  readonly credits: Numbers
  /** The amount that the provider charged to the caller's own key, in USD; 0 without such a key. */
  readonly byok: Numbers
  readonly cacheDiscount: Numbers
  readonly tokensIn: Numbers
  readonly tokensOut: Numbers
  readonly tokensCached: Numbers
  readonly tokensReasoning: Numbers
  /** Milliseconds. */
  readonly timeToFirstToken: Numbers
  readonly tokensPerSecond: Numbers
  /** The speed of the output without the wait for its first token. */
  readonly tokensPerSecondAfterFirstToken: Numbers
  /** 1 if the caller's own key was used, 0 if not. */
  readonly isByok: Numbers
  /** 1 if the caller cancelled, 0 if not. */
  readonly isCancelled: Numbers
}

/** One value for each provider attempt that failed. */
interface Attempts {
  /** The index of the record. */
  readonly record: ReadonlyArray<number>
  readonly provider: Names
  readonly status: ReadonlyArray<number>
  /** Milliseconds. */
  readonly latency: Numbers
}

/** The highest number of records of a page. Such a page has about 110 MB. */
export const maxRecords = 1_000_000

/** Collects the records of a page. */
export interface Collector {
  readonly add: (generation: Generation) => void
  /** Returns the data, or `null` if there are more than `maxRecords` records. */
  readonly result: (source: Source) => PageData | null
}

/** Returns a collector. `timeZone` is that of the days. @default "UTC" */
export const collector = (timeZone = "UTC"): Collector => {
  const day = dayNumber(Usage.day(timeZone))
  const [model, provider, session, app, attemptProvider] = [names(), names(), names(), names(), names()]
  const columns = {
    id: [] as Array<string>,
    created: numbers(),
    day: numbers(),
    model: model.column,
    provider: provider.column,
    session: session.column,
    app: app.column,
    credits: numbers(),
    byok: numbers(),
    cacheDiscount: numbers(),
    tokensIn: numbers(),
    tokensOut: numbers(),
    tokensCached: numbers(),
    tokensReasoning: numbers(),
    timeToFirstToken: numbers(),
    tokensPerSecond: numbers(),
    tokensPerSecondAfterFirstToken: numbers(),
    isByok: numbers(),
    isCancelled: numbers()
  }
  const attempts = {
    record: [] as Array<number>,
    provider: attemptProvider.column,
    status: [] as Array<number>,
    latency: numbers()
  }
  let isFull = false
  return {
    add: (generation) => {
      const record = columns.id.length
      if (record === maxRecords) isFull = true
      if (isFull) return
      columns.id.push(generation.id)
      columns.created.push(generation.createdAt?.epochMillis ?? null)
      columns.day.push(day(generation))
      model.add(generation.model)
      provider.add(generation.providerName)
      session.add(generation.sessionId)
      app.add(generation.appId === null ? null : String(generation.appId))
      const { byok, credits } = costParts(generation)
      columns.credits.push(credits)
      columns.byok.push(byok)
      columns.cacheDiscount.push(generation.cacheDiscount)
      columns.tokensIn.push(generation.nativeTokensPrompt)
      columns.tokensOut.push(generation.nativeTokensCompletion)
      columns.tokensCached.push(generation.nativeTokensCached)
      columns.tokensReasoning.push(generation.nativeTokensReasoning)
      columns.timeToFirstToken.push(rounded(generation.latency))
      columns.tokensPerSecond.push(rounded(Usage.tokensPerSecond(generation)))
      columns.tokensPerSecondAfterFirstToken.push(rounded(Usage.tokensPerSecondAfterFirstToken(generation)))
      columns.isByok.push(flag(generation.isByok))
      columns.isCancelled.push(flag(generation.cancelled))
      for (const { latency, providerName, status } of Usage.failedAttempts(generation)) {
        attempts.record.push(record)
        attemptProvider.add(providerName)
        attempts.status.push(status ?? 0)
        attempts.latency.push(rounded(latency))
      }
    },
    result: (source) => isFull ? null : { source, columns, attempts }
  }
}

const flag = (value: boolean | null): number | null => value === null ? null : Number(value)

const numbers = (): Array<number | null> => []

/** An empty name is as unknown as none. */
const names = () => {
  const indices = new Map<string, number>()
  const column = { names: [] as Array<string>, of: numbers() }
  return {
    column,
    add: (name: string | null): void => {
      if (name === null || name === "") {
        column.of.push(null)
        return
      }
      const index = indices.get(name) ?? column.names.push(name) - 1
      indices.set(name, index)
      column.of.push(index)
    }
  }
}

/** Days since 1970-01-01 of a function that returns texts such as `2026-11-03`. */
const dayNumber = (day: (generation: Generation) => string | null) => {
  const numbers = new Map<string, number | null>()
  return (generation: Generation): number | null => {
    const text = day(generation)
    if (text === null) return null
    const known = numbers.get(text)
    if (known !== undefined) return known
    const millis = Date.parse(text)
    const number = Number.isNaN(millis) ? null : millis / 86_400_000
    numbers.set(text, number)
    return number
  }
}

/** Times and speeds are measured: two decimals are enough. */
const rounded = (value: number | null): number | null => value === null ? null : Math.round(value * 100) / 100
