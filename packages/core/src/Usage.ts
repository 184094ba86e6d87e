/**
 * What the numbers of records mean.
 */
export { effectiveCost, failedAttempts, tokensPerSecond } from "./internal/generationUsage.js"
