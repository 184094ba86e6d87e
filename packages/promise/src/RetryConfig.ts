/**
 * How failures are tried again.
 */

/**
 * How failures are tried again, field for field as in OpenRouter's own client; times in milliseconds.
 *
 * `backoff`: the first pause (500), the longest pause (60,000), what each pause is multiplied by to get the next (1.5),
 * and the time in which all of a call must begin, its pauses included (3,600,000). `retryConnectionErrors`: whether
 * connections that failed and attempts that timed out are tried again (false). `strategy: "none"` never tries again.
 */
export type RetryConfig =
  | { readonly strategy: "none" }
  | {
    readonly strategy: "backoff"
    readonly backoff?: {
      readonly initialInterval: number
      readonly maxInterval: number
      readonly exponent: number
      readonly maxElapsedTime: number
    } | undefined
    readonly retryConnectionErrors?: boolean | undefined
  }
