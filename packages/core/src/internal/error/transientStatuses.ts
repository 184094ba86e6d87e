/** The statuses after which the same request may succeed later. The standard retry policy retries them, too. */
export const transientStatuses: ReadonlyArray<number> = [408, 429, 500, 502, 503, 504, 524, 529]
