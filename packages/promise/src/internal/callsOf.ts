import type { OpenRouterCore } from "../core.js"
import type { Calls } from "./calls.js"

/** What is behind each client: where no printer looks, and for the functions of this package only. */
export const callsOf = new WeakMap<OpenRouterCore, Calls>()
