/**
 * What the numbers of records mean: of one, and of many together.
 */
export { effectiveCost, failedAttempts, tokensPerSecond } from "./internal/generationUsage.js"
export {
  type By,
  type Key,
  type Keys,
  type Quantiles,
  summarize,
  type Summarizer,
  summarizer,
  type Summary
} from "./UsageSummary.js"
