import * as Check from "@effect-openrouter/core/internal/check"
import * as Either from "effect/Either"
import type { BackoffSettings } from "./backoff.js"
import type { BackoffConfig } from "./policy.js"

/** The defaults of OpenRouter's own client. */
const defaults = {
  initialInterval: 500,
  maxInterval: 60_000,
  exponent: 1.5,
  maxElapsedTime: 3_600_000,
  retryConnectionErrors: false,
  retryCodes: ["5XX"]
} as const

const intervalNames = ["initialInterval", "maxInterval", "exponent", "maxElapsedTime"] as const

/** Checks and completes a configuration. */
export const checkBackoff = (config: BackoffConfig): Check.Checked<BackoffSettings | "none"> =>
  Either.gen(function*() {
    const options = yield* Check.readOptions("retry", config, [
      "strategy",
      "backoff",
      "retryConnectionErrors",
      "retryCodes"
    ])
    if (options.strategy === "none") return "none"
    if (options.strategy !== "backoff") return yield* Check.reject("retry.strategy", `"backoff" or "none"`)
    const intervals = yield* Check.readOptions("retry.backoff", options.backoff, intervalNames)
    const interval = (name: (typeof intervalNames)[number]) =>
      Check.checkNumberOrZero(`retry.backoff.${name}`, intervals[name] ?? defaults[name])
    return {
      initialInterval: yield* interval("initialInterval"),
      maxInterval: yield* interval("maxInterval"),
      exponent: yield* interval("exponent"),
      maxElapsedTime: yield* interval("maxElapsedTime"),
      retryConnectionErrors: yield* Check.checkBoolean(
        "retry.retryConnectionErrors",
        options.retryConnectionErrors ?? defaults.retryConnectionErrors
      ),
      retryCodes: yield* Check.guard("retry.retryCodes", () => checkCodes(options.retryCodes ?? defaults.retryCodes))
    }
  })

const checkCodes = (codes: ReadonlyArray<string | number>): Check.Checked<ReadonlySet<string>> =>
  Array.isArray(codes) && codes.every((code) => /^\d(\d\d|XX)$/i.test(String(code)))
    ? Either.right(new Set(codes.map((code) => String(code).toUpperCase())))
    : Check.reject("retry.retryCodes", "a list of statuses or families of them, such as 429 and 5XX")
