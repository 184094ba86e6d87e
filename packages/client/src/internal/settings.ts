import * as Check from "@effect-openrouter/core/internal/check"
import { InvalidRequestError } from "@effect-openrouter/core/InvalidRequestError"
import { isOpenRouterError, type OpenRouterError } from "@effect-openrouter/core/OpenRouterError"
import * as Headers from "@effect/platform/Headers"
import * as Cause from "effect/Cause"
import * as Duration from "effect/Duration"
import * as Effect from "effect/Effect"
import * as Either from "effect/Either"
import { constFalse, identity } from "effect/Function"
import * as Option from "effect/Option"
import type * as Predicate from "effect/Predicate"
import type * as Redacted from "effect/Redacted"
import * as Schedule from "effect/Schedule"
import { defaultBaseUrl, type OpenRouterClientOptions } from "../OpenRouterClientOptions.js"
import type { RequestOptions, TransformAttempt } from "../RequestOptions.js"
import * as RetryPolicy from "../RetryPolicy.js"
import { checkApiKey, containsKey } from "./options/apiKey.js"
import { checkBaseUrl } from "./options/baseUrl.js"
import { checkHeaders } from "./options/headers.js"
import { makeRedact } from "./redaction/redact.js"
import { invalidPolicyError } from "./retry/invalidPolicy.js"
import { makeRetryBudget, type RetryBudget } from "./retry/retryBudget.js"
import { strictTimeout } from "./strictTimeout.js"
import type { TransportSettings } from "./transport/transport.js"
import { version } from "./version.js"

/** The checked and completed options of a call. */
export interface Settings extends TransportSettings {
  /** The key, if it is read for each attempt; `undefined` if `headers` carry it. */
  readonly apiKey: Effect.Effect<Redacted.Redacted, OpenRouterError> | undefined
  /** Returns `true` if a text gives the key away. */
  readonly containsKey: Predicate.Predicate<string>
  readonly retry: RetryPolicy.RetryPolicy
  readonly retryBudget: RetryBudget
  readonly rateLimit: Effect.Effect<void, OpenRouterError> | undefined
  readonly transformAttempt: TransformAttempt
  readonly isExpected: Predicate.Predicate<OpenRouterError>
}

const defaults = {
  baseUrl: defaultBaseUrl,
  timeout: "15 seconds",
  connectTimeout: "10 seconds",
  maxBodySize: 32 * 1024 * 1024,
  propagateTrace: false,
  retryBudget: 100,
  userAgent: `effect-openrouter/${version}`
} as const

/** The names of the options of a client. */
export const optionNames = [
  "apiKey",
  "appCategories",
  "appTitle",
  "baseUrl",
  "connectTimeout",
  "headers",
  "httpReferer",
  "maxBodySize",
  "propagateTrace",
  "rateLimit",
  "retry",
  "retryBudget",
  "timeout",
  "userAgent"
] as const

/** Checks and completes the options of a client. */
export const make = (options: OpenRouterClientOptions): Check.Checked<Settings> =>
  Either.gen(function*() {
    const given = yield* Check.readOptions("options", options, optionNames)
    /** Checks an option that has a default. */
    const check = <Name extends keyof typeof defaults, A>(
      name: Name,
      checkValue: (name: Name, value: NonNullable<(typeof given)[Name]> | (typeof defaults)[Name]) => Check.Checked<A>
    ) => checkValue(name, given[name] ?? defaults[name])
    const settings: Settings = {
      ...yield* checkBaseUrl(given.baseUrl ?? defaults.baseUrl),
      headers: Headers.merge(
        yield* checkHeaders({
          accept: "application/json",
          "user-agent": yield* check("userAgent", Check.checkString),
          "http-referer": yield* Check.checkOptional("httpReferer", given.httpReferer, Check.checkString),
          "x-openrouter-title": yield* Check.checkOptional("appTitle", given.appTitle, Check.checkString),
          "x-openrouter-categories": yield* Check.checkOptional("appCategories", given.appCategories, checkCategories)
        }),
        yield* checkHeaders(given.headers ?? {})
      ),
      timeout: yield* check("timeout", Check.checkDuration),
      connectTimeout: yield* check("connectTimeout", Check.checkDuration),
      propagateTrace: yield* check("propagateTrace", Check.checkBoolean),
      retry: yield* checkRetry(given.retry ?? RetryPolicy.standard),
      maxBodySize: yield* check("maxBodySize", Check.checkPositiveNumber),
      retryBudget: makeRetryBudget(yield* check("retryBudget", Check.checkNumberOrZero)),
      rateLimit: yield* Check.checkOptional("rateLimit", given.rateLimit, checkRateLimit),
      transformAttempt: identity,
      isExpected: constFalse,
      apiKey: undefined,
      containsKey: constFalse,
      redact: identity
    }
    return yield* withApiKey(settings, given.apiKey)
  })

/** Returns the settings of one call: those of the client, with the options of the call in their place. */
export const override = (settings: Settings, options: RequestOptions | null): Check.Checked<Settings> =>
  Either.gen(function*() {
    const given = yield* Check.readOptions("options", options, [
      "apiKey",
      "baseUrl",
      "headers",
      "isExpected",
      "retry",
      "timeout",
      "transformAttempt"
    ])
    const overridden: Settings = {
      ...settings,
      ...(given.baseUrl !== undefined && (yield* checkBaseUrl(given.baseUrl))),
      ...(given.headers !== undefined && {
        headers: Headers.merge(settings.headers, Headers.remove(yield* checkHeaders(given.headers), "authorization"))
      }),
      ...(given.timeout !== undefined && { timeout: yield* Check.checkDuration("timeout", given.timeout) }),
      ...(given.retry !== undefined && { retry: yield* checkRetry(given.retry) }),
      ...(given.transformAttempt !== undefined && {
        transformAttempt: checkTransform(yield* Check.checkFunction("transformAttempt", given.transformAttempt))
      }),
      ...(given.isExpected !== undefined && {
        isExpected: checkPredicate(yield* Check.checkFunction("isExpected", given.isExpected))
      })
    }
    return given.apiKey === undefined ? overridden : yield* withApiKey(overridden, given.apiKey)
  })

/** Returns the settings of one attempt: reads the key if it is read for each attempt, which must not take longer than one. */
export const ofAttempt = (
  settings: Settings,
  apiKey: Effect.Effect<Redacted.Redacted, OpenRouterError>
): Effect.Effect<Settings, OpenRouterError> =>
  withTypedFailure("apiKey", apiKey).pipe(
    strictTimeout({
      duration: settings.timeout,
      onTimeout: () =>
        new InvalidRequestError({
          field: "apiKey",
          message: `apiKey gave no key within ${Duration.format(settings.timeout)}`
        })
    }),
    Effect.flatMap((key) => Check.toEffect(checkApiKey(key))),
    Effect.map((key) => withKey(settings, key))
  )

const withApiKey = (
  settings: Settings,
  apiKey: OpenRouterClientOptions["apiKey"] | undefined
): Check.Checked<Settings> =>
  isEffect(apiKey)
    ? Either.right({ ...settings, apiKey })
    : Either.map(checkApiKey(apiKey), (key) => withKey(settings, key))

const withKey = (settings: Settings, key: string): Settings => ({
  ...settings,
  apiKey: undefined,
  headers: Headers.set(settings.headers, "authorization", `Bearer ${key}`),
  containsKey: containsKey(key),
  redact: makeRedact(key)
})

/** Returns a predicate that is `false` if the given one throws. */
const checkPredicate = <A>(predicate: Predicate.Predicate<A>): Predicate.Predicate<A> => (value) =>
  Check.holds(() => predicate(value))

/** Also checks the result of the function, which is not checked anywhere else. */
const checkTransform = (transformAttempt: TransformAttempt): TransformAttempt => (attempt) =>
  Effect.flatten(Check.toEffect(
    Check.guard("transformAttempt", () => {
      const transformed = transformAttempt(attempt)
      return Effect.isEffect(transformed)
        ? Either.right(transformed)
        : Check.reject("transformAttempt", "a function that returns an Effect")
    })
  ))

const checkCategories = (field: string, categories: string | ReadonlyArray<string>): Check.Checked<string> =>
  Check.guard(field, () => {
    const list = Array.isArray(categories) ? categories : [categories]
    return list.every((category) => typeof category === "string")
      ? Either.right(list.join(","))
      : Check.reject(field, "a string or a list of strings")
  })

const checkRetry = (retry: RetryPolicy.RetryPolicy): Check.Checked<RetryPolicy.RetryPolicy> =>
  Check.guard("retry", () => {
    if (!Schedule.isSchedule(retry)) return Check.reject("retry", "a RetryPolicy, which is a Schedule")
    const error = invalidPolicyError(retry)
    return error === undefined ? Either.right(retry) : Either.left(error)
  })

const checkRateLimit = (
  field: string,
  rateLimit: Effect.Effect<void, OpenRouterError>
): Check.Checked<Effect.Effect<void, OpenRouterError>> =>
  isEffect(rateLimit) ? Either.right(withTypedFailure(field, rateLimit)) : Check.reject(field, "an Effect")

const isEffect = (value: unknown): value is Effect.Effect<unknown, unknown> => Check.holds(() => Effect.isEffect(value))

/**
 * Runs an Effect that is an option. If it dies, or fails with something else than an `OpenRouterError`, the error names the option
 * and does not quote the defect, which may hold a secret.
 */
const withTypedFailure = <A>(
  field: string,
  effect: Effect.Effect<A, OpenRouterError>
): Effect.Effect<A, OpenRouterError> =>
  Effect.catchAllCause(effect, (cause) => {
    const failure = Cause.failureOption(cause)
    return Cause.isInterruptedOnly(cause) || (Option.isSome(failure) && isOpenRouterError(failure.value))
      ? Effect.failCause(cause)
      : Effect.fail(new InvalidRequestError({ field, message: `the Effect of ${field} failed or died` }))
  })
