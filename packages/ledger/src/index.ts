/**
 * Durable settlement of OpenRouter generations in SQL.
 */
export {
  type Change,
  type Counts,
  type Entry,
  type Filter,
  type Ids,
  Ledger,
  type LedgerOptions,
  type LedgerService,
  type Pause,
  type SettleOptions,
  type State,
  type SummarizeOptions,
  type Tags
} from "./Ledger.js"
export { LedgerError } from "./LedgerError.js"
export * as LedgerMetrics from "./LedgerMetrics.js"
export * as LedgerWorker from "./LedgerWorker.js"
export type { WorkerOptions } from "./LedgerWorker.js"
