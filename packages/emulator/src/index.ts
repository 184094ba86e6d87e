/**
 * An OpenRouter good enough to test against, in memory or on a socket.
 */
export type {
  EmulatedContent,
  EmulatedFields,
  EmulatedGeneration,
  EmulatedProviderResponse
} from "./EmulatedGeneration.js"
export type { Fault } from "./Fault.js"
export { type AddOptions, OpenRouterEmulator, type OpenRouterEmulatorService } from "./OpenRouterEmulator.js"
export type { ReceivedRequest } from "./ReceivedRequest.js"
export type { Reply, ReplyError, ReplyToolCall, ReplyUsage } from "./Reply.js"
