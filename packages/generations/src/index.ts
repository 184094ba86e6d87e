/**
 * What an OpenRouter generation really cost and how it ran, from inside an Effect program.
 */
export * as CachedGenerations from "./CachedGenerations.js"
export * as Discovery from "./Discovery.js"
export { GenerationNotVisibleError } from "./GenerationNotVisibleError.js"
export { type AwaitOptions, Generations, type GenerationsService } from "./Generations.js"
export * as GenerationsMetrics from "./GenerationsMetrics.js"
export * as Settlement from "./Settlement.js"
export { SettlementLine } from "./SettlementLine.js"
