import * as undici from "undici"

/** The reason why the installed undici cannot be used, or `undefined` if it can. */
export const undiciProblem = (): string | undefined =>
  typeof undici.Client !== "function" || isUnusable(undici.Client.prototype) ? needed : undefined

/** The reason why a dispatcher cannot be used, or `undefined` if it can. */
export const dispatcherProblem = (dispatcher: unknown): string | undefined =>
  typeof dispatcher !== "object" || dispatcher === null || isUnusable(dispatcher)
    ? `this dispatcher cannot be used: ${needed}`
    : undefined

const needed =
  "@effect-openrouter/client/node needs a dispatcher of undici 7.10 or later, and this one is of another version, " +
  "of Node.js or of Bun; use FetchHttpClient.layer or @effect-openrouter/client/fetch there"

/** undici 5 and 6, which Node.js 20 and 22 contain, have `interceptors` and call their handlers by other names; Bun's do not dispatch. */
const isUnusable = (dispatcher: object): boolean =>
  !("dispatch" in dispatcher && typeof dispatcher.dispatch === "function") || "interceptors" in dispatcher
