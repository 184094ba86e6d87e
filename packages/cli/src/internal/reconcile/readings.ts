import * as Account from "@effect-openrouter/generations/Account"
import * as DateTime from "effect/DateTime"
import * as Effect from "effect/Effect"
import * as Option from "effect/Option"
import * as Schema from "effect/Schema"
import { promises as fs } from "node:fs"
import { fileProblem } from "../input/files.js"
import { ExitCode, Stop, usage } from "../output/exit.js"
import type { Range } from "./noted.js"

/** One reading of the credits that an account has used since it exists. */
export interface Reading {
  /** Milliseconds since 1970. */
  readonly at: number
  /** In USD; `null` is unknown. */
  readonly totalUsage: number | null
}

/** A reading as a line of a file. */
const Line = Schema.parseJson(Schema.Struct({
  at: Schema.DateTimeUtc,
  total_usage: Schema.NullOr(Schema.Finite),
  total_credits: Schema.optional(Schema.NullOr(Schema.Finite))
}))

/** Returns the readings of a file, the oldest first; none if the file does not exist. */
export const readReadings = (file: string): Effect.Effect<ReadonlyArray<Reading>, Stop> =>
  Effect.gen(function*() {
    const text = yield* Effect.tryPromise({
      try: () => fs.readFile(file, "utf8").catch((error) => error.code === "ENOENT" ? "" : Promise.reject(error)),
      catch: (error) => new Stop({ code: ExitCode.usage, problem: `cannot read ${file}: ${fileProblem(error)}` })
    })
    const lines = text.split("\n").map((line, index) => ({ line: line.trim(), number: index + 1 }))
      .filter(({ line }) => line !== "")
    const readings = yield* Effect.forEach(lines, ({ line, number }) =>
      Option.match(Schema.decodeOption(Line)(line), {
        onNone: () =>
          usage(`line ${number} of ${file} is not a reading of the credits`, "name another file for --credits"),
        onSome: ({ at, total_usage }) =>
          Effect.succeed<Reading>({ at: DateTime.toEpochMillis(at), totalUsage: total_usage })
      }))
    return readings.toSorted((one, other) => one.at - other.at)
  })

/** The readings between which the credits are compared. */
export interface Interval extends Range {
  readonly first: Reading
  readonly last: Reading
}

/** Returns the interval from the first to the last reading in a period, or `null` if it has fewer than two. */
export const interval = (
  readings: ReadonlyArray<Reading>,
  { since, until }: { readonly since: number | null; readonly until: number | null }
): Interval | null => {
  const inPeriod = readings.filter(({ at }) => (since === null || at >= since) && (until === null || at < until))
  const [first] = inPeriod
  const last = inPeriod.at(-1)
  return first === undefined || last === undefined || first === last
    ? null
    : { first, last, since: first.at, until: last.at }
}

/** Reads the credits of the account. `save` adds the reading to a file, which only its owner can read if it is new. */
export const readCredits = (file: string) =>
  Effect.gen(function*() {
    const { totalCredits, totalUsage } = yield* Account.credits()
    const at = yield* DateTime.now
    const line = yield* Effect.orDie(Schema.encode(Line)({ at, total_usage: totalUsage, total_credits: totalCredits }))
    const reading: Reading = { at: DateTime.toEpochMillis(at), totalUsage }
    const save: Effect.Effect<void, Stop> = Effect.tryPromise({
      try: () => fs.appendFile(file, `${line}\n`, { mode: 0o600 }),
      catch: (error) => new Stop({ code: ExitCode.failed, problem: `cannot write ${file}: ${fileProblem(error)}` })
    })
    return { reading, save }
  })
