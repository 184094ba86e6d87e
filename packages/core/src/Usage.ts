/**
 * The meaning of the numbers of records: of one, and of many together.
 */
export {
  type Cost,
  cost,
  type CostFields,
  effectiveCost,
  failedAttempts,
  formatUsd,
  isCostKnown,
  tokensPerSecond,
  tokensPerSecondAfterFirstToken
} from "./GenerationUsage.js"
export {
  type By,
  day,
  type Key,
  type Keys,
  type Quantiles,
  summarize,
  type Summarizer,
  summarizer,
  Summary,
  type SummaryKey
} from "./UsageSummary.js"
