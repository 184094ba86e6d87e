import * as Account from "@effect-openrouter/generations/Account"
import * as Discovery from "@effect-openrouter/generations/Discovery"
import * as Effect from "effect/Effect"
import * as Option from "effect/Option"
import * as Stream from "effect/Stream"
import { environmentKey } from "../input/apiKey.js"
import { plural } from "../output/format.js"
import * as Compare from "./compare.js"
import { isoDay, splitDays } from "./days.js"
import type { ByModel, Noted, Range } from "./noted.js"
import { interval, readCredits, type Reading } from "./readings.js"
import type { Tolerance } from "./tolerance.js"

/** The result of a reconciliation. */
export interface Reconciliation {
  readonly rows: ReadonlyArray<Compare.Row>
  readonly checks: ReadonlyArray<Compare.Check>
  /** The parts that are not compared, and what may explain a difference of the whole. */
  readonly notes: ReadonlyArray<Compare.Explanation>
  readonly tolerance: Tolerance
  readonly agrees: boolean
}

/** The period to compare, in milliseconds; `null` where it is open. */
interface Period {
  readonly now: number
  readonly since: number | null
  readonly until: number | null
}

interface Options {
  /** The file of the readings of the credits. */
  readonly credits: string | undefined
  /** The readings that are in it. */
  readonly readings: ReadonlyArray<Reading>
  /** True to look for the ids that only OpenRouter has. */
  readonly discover: boolean
  readonly tolerance: Tolerance
}

/** Compares what was noted in a period with OpenRouter's totals. */
export const reconcileWith = <E>(
  noted: Noted<E>,
  period: Period,
  { credits, discover, readings, tolerance }: Options
) =>
  Effect.gen(function*() {
    const { completed, older, today } = splitDays(period)
    const activity = completed.length === 0 ? [] : yield* Account.activity()
    const key = today === null ? null : yield* keyOfCompletions
    const credit = credits === undefined ? null : yield* readCredits(credits)
    const between = credit === null ? null : interval([...readings, credit.reading], period)

    const ranges = [...completed, today, older, between].filter((range) => range !== null)
    const { byRange, undated } = yield* noted.totals(ranges)
    const totals = (range: Range | null): ByModel => range === null ? [] : byRange[ranges.indexOf(range)] ?? []
    const notedDay = (range: Range): Compare.NotedDay => ({ day: isoDay(range.since), totals: totals(range) })

    const ofKey = today === null || key === null ? null : Compare.compareToday(notedDay(today), key)
    const ofCredits = between === null ? null : Compare.compareCredits(totals(between), between.first, between.last)
    const rows = [...Compare.compareActivity(completed.map(notedDay), activity), ofKey, ofCredits]
      .filter((row) => row !== null)
    const sources = [
      completed.length === 0 ? null : "activity" as const,
      ofKey?.source ?? null,
      ofCredits?.source ?? null
    ].filter((source) => source !== null)
    const checks = Compare.check(rows, sources, tolerance)

    const notes: ReadonlyArray<Compare.Explanation> = [
      ...today !== null && ofKey === null ? [todayIsNotCompared] : [],
      ...credit !== null && ofCredits === null ? [creditsAreNotCompared] : [],
      ...notesOn(noted),
      ...leftOut("undated", undated, "without a date are not compared"),
      ...leftOut(
        "outside30Days",
        totals(older),
        `from before ${isoDay(older?.until ?? period.now)} are not compared: OpenRouter has only the last 30 days`
      ),
      ...discover ? yield* onlyAtOpenRouter(noted, rows) : []
    ]
    if (credit !== null) yield* credit.save
    const result: Reconciliation = { rows, checks, notes, tolerance, agrees: checks.every(({ agrees }) => agrees) }
    return result
  })

/** A management key makes no completions: the spend of today is that of the other key, if there is one. */
const keyOfCompletions = Effect.flatMap(
  environmentKey,
  (found) => Account.key(Option.isSome(found) ? { apiKey: found.value.key } : {})
)

const todayIsNotCompared: Compare.Explanation = {
  kind: "notCompared",
  text: "today is not compared: OpenRouter has it only for the key of the completions. " +
    "Set OPENROUTER_API_KEY to that key, and OPENROUTER_MANAGEMENT_KEY to the management key"
}

const creditsAreNotCompared: Compare.Explanation = {
  kind: "notCompared",
  text: "credits are not compared: the period has fewer than two readings with an amount. The next run adds one"
}

/** Says which ids have no record, so that their cost is missing. */
const notesOn = (
  { unreadable, without: { failed, notVisible, pending } }: Noted<unknown>
): ReadonlyArray<Compare.Explanation> =>
  [
    { kind: "pending" as const, count: pending, text: "pending: what they cost is missing" },
    { kind: "notVisible" as const, count: notVisible, text: "not visible (yet): what they cost is missing" },
    { kind: "failed" as const, count: failed, text: "failed: what they cost is missing" },
    { kind: "unreadable" as const, count: unreadable?.lines ?? 0, text: "unreadable: what is in it is missing" }
  ].filter(({ count }) => count > 0).map(({ count, kind, text }) => ({
    kind,
    text: `${plural(count, kind === "unreadable" ? "line" : "id")} ${text}`
  }))

const leftOut = (
  kind: "outside30Days" | "undated",
  summaries: ByModel,
  text: string
): ReadonlyArray<Compare.Explanation> => {
  const total = Compare.addUp(summaries)
  return total.count === 0 ? [] : [{ kind, text: `${Compare.totalText(total)}, ${text}` }]
}

/** The number of ids that are shown as examples. */
const examples = 3

/** Counts the ids that only OpenRouter has, on the days that differ. */
const onlyAtOpenRouter = <E>(noted: Noted<E>, rows: ReadonlyArray<Compare.Row>) =>
  Effect.map(
    Effect.forEach([...new Set(rows.filter(Compare.differs).flatMap(({ day }) => day ?? []))], (day) =>
      Effect.gen(function*() {
        const since = Date.parse(`${day}T00:00:00Z`)
        const missing = Stream.filterEffect(
          Discovery.stream({ since, until: since + 86_400_000 }),
          (id) =>
            Effect.map(noted.has(id), (has) => !has)
        )
        const ids: Array<string> = []
        let count = 0
        yield* Stream.runForEach(missing, (id) =>
          Effect.sync(() => {
            if (count++ < examples) ids.push(id)
          }))
        return { day, count, ids }
      })),
    (days): ReadonlyArray<Compare.Explanation> =>
      days.filter(({ count }) =>
        count > 0
      ).map(({ count, day, ids }) => ({
        kind: "onlyOpenRouter",
        text: `${plural(count, "id")} of ${day} only OpenRouter has, such as ${ids.join(", ")}: ` +
          `discover --since ${day} --until ${day} prints them`
      }))
  )
