/**
 * Asks fetch to bypass its cache: a cached 404 would be the response to every poll. Some workers reject the option, and
 * there is no harmless way to find out: `new Request()` makes the undici inside Node.js 20 the global dispatcher. So the
 * first rejection turns it off for good, and a header takes its place.
 */
export class NoStore {
  private isRejected = false

  /** The options and headers of the next request. */
  get options(): { readonly init: RequestInit; readonly headers: Readonly<Record<string, string>> } {
    return this.isRejected ? { init: {}, headers: noCacheHeader } : { init: { cache: "no-store" }, headers: {} }
  }

  /** Returns `true` if a request failed because of the option: nothing was sent, and the next one goes without it. */
  isRejectedBy(cause: unknown): boolean {
    if (this.isRejected || !isCacheRejection(cause)) return false
    this.isRejected = true
    return true
  }
}

/** Asks a cache between here and OpenRouter for a new response. */
export const noCacheHeader = { "cache-control": "no-cache" }

/** A failure of the network has a cause or a code, and a rejected option has neither. */
const isCacheRejection = (cause: unknown): boolean =>
  cause instanceof Error && cause.cause === undefined && !("code" in cause) && /\bcache\b/i.test(cause.message)
