/**
 * The cost and the course of OpenRouter generations, from inside an Effect program.
 */
export * as Account from "./Account.js"
export * as CachedGenerations from "./CachedGenerations.js"
export * as Discovery from "./Discovery.js"
export { GenerationNotVisibleError } from "./GenerationNotVisibleError.js"
export {
  type AwaitOptions,
  Generations,
  type GenerationsService,
  type PollInterval,
  type WaitOptions
} from "./Generations.js"
export * as GenerationsMetrics from "./GenerationsMetrics.js"
export * as Settlement from "./Settlement.js"
export { SettlementLine } from "./SettlementLine.js"
