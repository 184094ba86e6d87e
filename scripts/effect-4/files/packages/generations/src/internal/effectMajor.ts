/**
 * The check of types that the installed Effect has the major that this package is made for.
 */
import type * as Effect from "effect/Effect"

/** `A`, or the words of a type error where the other major of Effect is installed. */
export type WithEffect<A> = "callback" extends keyof typeof Effect ? A
  : "@effect-openrouter 4.x is for Effect 4, and another Effect is installed: install @effect-openrouter/generations@3"
