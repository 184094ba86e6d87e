/**
 * Adds up what generations cost, with promises and without Effect: node spend.js gen-1 gen-2 …
 */
import {
  type CallError,
  type GenerationResponseData,
  OpenRouter,
  RequestAbortedError,
  type SDKOptions,
  Usage
} from "@effect-openrouter/promise"
import { generationsGetGeneration } from "@effect-openrouter/promise/funcs/generationsGetGeneration.js"
import { pathToFileURL } from "node:url"

/** Returns a client whose attempts end after 5 seconds, and whose retries end 10 seconds after a call has begun. */
export const connect = (options: SDKOptions = {}): OpenRouter =>
  new OpenRouter({
    timeoutMs: 5_000,
    retryConfig: {
      strategy: "backoff",
      backoff: { initialInterval: 200, maxInterval: 2_000, exponent: 1.5, maxElapsedTime: 10_000 },
      retryConnectionErrors: true
    },
    ...options
  })

export interface Spend {
  readonly records: ReadonlyArray<GenerationResponseData>
  /** The error of each id that has no record. What those cost is unknown, not 0. */
  readonly failures: ReadonlyMap<string, CallError>
}

/** Requests records, 8 at a time. If the signal is aborted, it rejects with its reason. */
export const getRecords = async (
  openRouter: OpenRouter,
  ids: Iterable<string>,
  signal: AbortSignal
): Promise<Spend> => {
  const records: Array<GenerationResponseData> = []
  const failures = new Map<string, CallError>()
  const queue = new Set(ids).values()
  const work = async (): Promise<void> => {
    const { done, value: id } = queue.next()
    if (done === true) return
    const result = await generationsGetGeneration(openRouter, { id }, { signal })
    if (result.ok) records.push(result.value.data)
    else if (result.error instanceof RequestAbortedError) throw result.error.cause
    else failures.set(id, result.error)
    return work()
  }
  await Promise.all(Array.from({ length: 8 }, work))
  return { records, failures }
}

/** Returns one line for each model, and one for each id that has no record. */
export const describeSpend = ({ failures, records }: Spend): ReadonlyArray<string> => [
  ...Usage.summarize(records, "model").map(({ cost, count, key }) =>
    `${key ?? "unknown model"}: ${count} for $${Usage.formatUsd(cost.effective)}, ${cost.unknown} unknown`
  ),
  ...Array.from(failures, ([id, error]) => `${id}: ${error.message}`)
]

if (import.meta.url === pathToFileURL(process.argv[1] ?? "").href) {
  await using openRouter = connect()
  const spend = await getRecords(openRouter, process.argv.slice(2), AbortSignal.timeout(60_000))
  for (const line of describeSpend(spend)) console.log(line)
}
