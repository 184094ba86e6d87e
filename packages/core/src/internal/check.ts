/**
 * Checks of options that the packages share. Each returns the checked value or an `InvalidRequestError` that names the option.
 */
import * as Duration from "effect/Duration"
import * as Effect from "effect/Effect"
import * as Either from "effect/Either"
import * as Option from "effect/Option"
import { InvalidRequestError } from "../InvalidRequestError.js"

/** A checked option. */
export type Checked<A> = Either.Either<A, InvalidRequestError>

/** Rejects an option with a message. */
export const rejectWith = (field: string, message: string): Checked<never> =>
  Either.left(new InvalidRequestError({ field, message }))

/** Rejects an option with a rule: `reject("limit", "a whole number")` says "limit must be a whole number". */
export const reject = (field: string, rule: string): Checked<never> => rejectWith(field, `${field} must be ${rule}`)

/** Accepts a duration of more than 0, `Infinity` included. */
export const checkDuration = (field: string, duration: Duration.DurationInput): Checked<Duration.Duration> =>
  checkParsed(field, duration, Duration.greaterThan(Duration.zero), "a duration of more than 0 milliseconds")

/** Accepts a duration of 0 or more, `Infinity` included. */
export const checkDurationOrZero = (field: string, duration: Duration.DurationInput): Checked<Duration.Duration> =>
  checkParsed(field, duration, () => true, "a duration")

/** Accepts a duration of more than 0 that ends. */
export const checkFiniteDuration = (field: string, duration: Duration.DurationInput): Checked<Duration.Duration> =>
  checkParsed(
    field,
    duration,
    (duration) => Duration.isFinite(duration) && Duration.greaterThan(duration, Duration.zero),
    "a finite duration of more than 0 milliseconds"
  )

/** The largest count: the sum of two is exact in 32 bits. */
const maxCount = 2_147_483_647

/** Accepts a whole number from `minimum` to 2,147,483,647. */
export const checkCount = (field: string, count: number, minimum: number): Checked<number> =>
  Number.isInteger(count) && count >= minimum && count <= maxCount
    ? Either.right(count)
    : reject(field, `a whole number from ${minimum} to ${maxCount}`)

/** Accepts a number of at least 0, `Infinity` included. */
export const checkNumberOrZero = (field: string, number: number): Checked<number> =>
  typeof number === "number" && number >= 0 ? Either.right(number) : reject(field, "a number of at least 0")

/** Accepts a number above 0, `Infinity` included. */
export const checkPositiveNumber = (field: string, number: number): Checked<number> =>
  typeof number === "number" && number > 0 ? Either.right(number) : reject(field, "a number above 0")

/** Accepts `true` and `false`. */
export const checkBoolean = (field: string, value: boolean): Checked<boolean> =>
  typeof value === "boolean" ? Either.right(value) : reject(field, "true or false")

/** Accepts a string. */
export const checkString = (field: string, value: unknown): Checked<string> =>
  typeof value === "string" ? Either.right(value) : reject(field, "a string")

/** Accepts an object. */
export const checkObject = <A>(field: string, value: A): Checked<NonNullable<A>> =>
  typeof value === "object" && value !== null ? Either.right(value) : reject(field, "an object")

/** Accepts a function. */
export const checkFunction = <F>(field: string, value: F): Checked<F> =>
  typeof value === "function" ? Either.right(value) : reject(field, "a function")

/** Runs a check of an optional value: `null` and `undefined` mean that it is not given. */
export const checkOptional = <A, B>(
  field: string,
  value: A | null | undefined,
  check: (field: string, value: A) => Checked<B>
): Checked<B | undefined> => value === null || value === undefined ? Either.right(undefined) : check(field, value)

/** Runs a check, and rejects a value that throws when it is read, as a getter or a Proxy can. The error is not quoted. */
export const guard = <A>(field: string, check: () => Checked<A>): Checked<A> => {
  try {
    return check()
  } catch {
    return reject(field, "readable: it threw an error when it was read")
  }
}

/** Returns the result of a test of a value, or `false` if the value throws when it is read. */
export const holds = (test: () => boolean): boolean => {
  try {
    return test()
  } catch {
    return false
  }
}

/** Reads the options of these names, of an object that may be missing. `null` means that an option is not given. */
export const readOptions = <A extends object, Name extends keyof A & string>(
  field: string,
  options: A | null | undefined,
  names: ReadonlyArray<Name>
): Checked<{ readonly [N in Name]: Exclude<A[N], null | undefined> | undefined }> => {
  const given: unknown = options ?? {}
  if (typeof given !== "object") return reject(field, "an object")
  return Either.map(
    Either.all(
      names.map((name) =>
        guard(
          field === "options" ? name : `${field}.${name}`,
          () => Either.right([name, options?.[name] ?? undefined] as const)
        )
      )
    ),
    // The entries of these names have the types that the options have.
    (entries) => Object.fromEntries(entries) as { readonly [N in Name]: Exclude<A[N], null | undefined> | undefined }
  )
}

/** Runs a check as an Effect. */
export const toEffect: <A>(checked: Checked<A>) => Effect.Effect<A, InvalidRequestError> = Either.match({
  onLeft: (error) => Effect.fail(error),
  onRight: (value) => Effect.succeed(value)
})

const checkParsed = (
  field: string,
  duration: Duration.DurationInput,
  accepts: (duration: Duration.Duration) => boolean,
  rule: string
): Checked<Duration.Duration> => {
  return guard(field, () => {
    const parsed = parseDuration(duration)
    return Option.isSome(parsed) && accepts(parsed.value) ? Either.right(parsed.value) : reject(field, rule)
  })
}

// `Duration` itself reads a negative number and NaN as zero.
const parseDuration = (duration: Duration.DurationInput): Option.Option<Duration.Duration> =>
  typeof duration === "number" && !(duration >= 0) ? Option.none() : Duration.decodeUnknown(duration)
