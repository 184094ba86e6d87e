import type { Calls } from "./calls.js"

/** The calls of each client, for the functions of this package only, where no printer finds them. */
export const callsByClient = new WeakMap<object, Calls>()
