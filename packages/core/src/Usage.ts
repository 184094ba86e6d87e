/**
 * What the numbers of records mean: of one, and of many together.
 */
export { effectiveCost, failedAttempts, tokensPerSecond } from "./GenerationUsage.js"
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
