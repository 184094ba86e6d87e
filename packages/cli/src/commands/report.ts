import type { Generation } from "@effect-openrouter/core/Generation"
import * as BigDecimal from "effect/BigDecimal"
import * as Clock from "effect/Clock"
import * as Effect from "effect/Effect"
import * as Either from "effect/Either"
import * as Stream from "effect/Stream"
import * as Command from "../internal/arguments/command.js"
import * as Option from "../internal/arguments/option.js"
import { fileName, isSameFile } from "../internal/input/files.js"
import { checkFile, chooseInput, type Input, ledgerInput, type Records } from "../internal/input/records.js"
import { ExitCode, ignoreClosedPipe, Stop, usage } from "../internal/output/exit.js"
import { count, plural, usd } from "../internal/output/format.js"
import { jsonOption } from "../internal/output/json.js"
import { printableJson } from "../internal/output/printable.js"
import { Stdio, writeError, writeOut } from "../internal/output/stdio.js"
import { writeWhole } from "../internal/output/writeWhole.js"
import * as Comparison from "../internal/report/comparison.js"
import { generationHeader, generationRow } from "../internal/report/generationCsv.js"
import { byOption, type Group, type KeyName, makeGroups } from "../internal/report/grouping.js"
import { makeFilter, type Period, sinceOption, timeZoneOption, untilOption } from "../internal/report/period.js"
import { type Summary, summaryCsv, summaryLine, summaryMarkdown, summaryText } from "../internal/report/summaryView.js"
import { readLatest } from "../internal/settlements/latestSettlements.js"
import { type Unreadable, unreadableText } from "../internal/settlements/settlementReader.js"

/** `report [FILE|-] [--by model,day] [--html FILE]` */
export const report = Command.make({
  name: "report",
  summary: "Adds up what generations cost, from the output of sweep, get --json or await --json, or from a ledger.",
  details: [
    "An id counts once: with its newest record whose cost is known. An unknown cost is counted as unknown, never as $0. A percentile that is approximate has a ~.",
    "The exit code is 4 if the cost is above --fail-over or the ledger cannot be used, and 5 if a part of the file cannot be read."
  ],
  examples: [
    ["what each provider was paid", "report november.ndjson --by provider"],
    ["a page to read and to share", "report november.ndjson --html november.html"],
    ["the last week by model and day, as CSV", "report november.ndjson --since 7d --by model,day --csv"],
    ["what is in a ledger", "report --ledger openrouter-ledger.db --by day"],
    ["from a pipe", "get --json gen-1 gen-2 | openrouter-generations report --by day"],
    ["in CI", "report november.ndjson --fail-over 5USD"]
  ],
  options: {
    ledger: ledgerInput,
    json: jsonOption,
    csv: Option.flag("Print CSV; with --by generation one line for each record"),
    markdown: Option.flag("Print a Markdown table"),
    by: byOption,
    since: sinceOption,
    until: untilOption,
    timezone: timeZoneOption,
    compare: Option.text("FILE", "Also show the cost in another file, and the difference"),
    failOver: Option.value("AMOUNT", "End with exit code 4 if the cost is above this amount, such as 5USD", {
      fallback: null,
      parse: (text) => {
        const [, amount] = /^\$?(\d+(?:\.\d+)?) ?(?:USD)?$/i.exec(text.trim()) ?? []
        return amount === undefined
          ? Either.left(`Expected an amount such as 5USD or 0.25USD, received: '${text}'`)
          : Either.right(BigDecimal.unsafeFromString(amount))
      }
    }),
    html: Option.text("FILE", "Also write a page with charts and a table, which needs no network")
  },
  operands: Option.file("Settlements, one on each line."),
  run: ({ by, compare, csv, failOver, html, json, ledger, markdown, since, timezone, until }, file) =>
    Effect.gen(function*() {
      if ([csv, json, markdown].filter((format) => format).length > 1) {
        return yield* usage("--json, --csv and --markdown exclude each other")
      }
      const input = yield* chooseInput(file, ledger)
      const inputs = [...inputFiles(input), ...compare === undefined ? [] : [yield* checkFile(compare)]]
      yield* Effect.forEach(
        inputs,
        (input) =>
          Effect.flatMap(html === undefined ? Effect.succeed(false) : isSameFile(input, html), (isSame) =>
            isSame
              ? usage(`the page would overwrite ${fileName(input)}`, "name another file for --html")
              : Effect.void),
        { discard: true }
      )

      const { stdout } = yield* Stdio
      const print = (text: string) => ignoreClosedPipe(stdout.write(text))
      const period: Period = { since, until, timeZone: timezone, now: yield* Clock.currentTimeMillis }
      const onlyRows = csv && by.length === 1 && by[0] === "generation"
      if (onlyRows && compare !== undefined) {
        return yield* usage("--compare does not fit --by generation --csv", "group by something else")
      }
      if (onlyRows) {
        yield* print(generationHeader)
      }
      const page = html === undefined ? null : yield* Effect.promise(() => import("../internal/report/htmlReport.js"))
      const pageData = page?.collect(timezone)
      const here = yield* addUp(yield* open(input), onlyRows ? [] : by, period, (generations) => {
        for (const generation of generations) {
          pageData?.add(generation)
        }
        return onlyRows ? print(generations.map(generationRow).join("")) : Effect.void
      })
      const there = compare === undefined
        ? null
        : yield* addUp(yield* readLatest(compare), by, period, () => Effect.void)

      const total = there === null
        ? Comparison.alone([here.total])
        : Comparison.compare([here.total], [there.total])
      const summary: Summary = {
        names: by,
        timeZone: timezone,
        groups: Comparison.inOrder(
          by,
          there === null ? Comparison.alone(here.groups) : Comparison.compare(here.groups, there.groups)
        ),
        total: total[0] ?? { group: here.total, other: null }
      }
      if (json) yield* ignoreClosedPipe(writeJson(summary, here))
      else if (csv) yield* onlyRows ? Effect.void : print(summaryCsv(summary))
      else if (markdown) yield* print(summaryMarkdown(summary))
      else if (summary.groups.length > 0) yield* print(summaryText(summary, stdout))

      if (page !== null && pageData !== undefined && html !== undefined) {
        yield* writeWhole(html, yield* page.render(pageData, pageSource(here, timezone)))
        yield* writeError(`The page is in ${html}.\n`)
      }
      yield* writeNotes(here)
      if (there !== null) yield* writeNotes(there)
      yield* checkLimit(here.total, failOver)
      if (isDamaged(here.unreadable) || isDamaged(there?.unreadable ?? null)) {
        yield* new Stop({ code: ExitCode.unreadable })
      }
    }).pipe(Effect.scoped)
})

/** Returns the files of an input that a page must not overwrite. */
const inputFiles = (input: Input): ReadonlyArray<string> =>
  input._tag === "Settlements" ? [input.file] : input.place._tag === "File" ? [input.place.filename] : []

const open = (input: Input) =>
  input._tag === "Settlements"
    ? readLatest(input.file)
    : Effect.flatMap(
      Effect.promise(() => import("../internal/ledger/ledgerRecords.js")),
      ({ readLedger }) => readLedger(input.place)
    )

interface AddedUp extends Omit<Records, "generations"> {
  readonly groups: ReadonlyArray<Group>
  readonly total: Group
  /** Number of records without a date, which are left out of a period. */
  readonly undated: number
}

/** Adds up the generations in a period, and shows each batch of them to `see`. */
const addUp = (
  { generations, name, unreadable, without }: Records,
  names: ReadonlyArray<KeyName>,
  period: Period,
  see: (generations: ReadonlyArray<Generation>) => Effect.Effect<void, Stop>
) =>
  Effect.gen(function*() {
    const groups = yield* makeGroups(names, period.timeZone)
    const totals = yield* makeGroups([], period.timeZone)
    const isInPeriod = makeFilter(period)
    let undated = 0
    yield* Stream.runForEach(generations, (generations) => {
      const inPeriod = generations.filter((generation) => {
        const isIn = isInPeriod(generation)
        if (isIn === null) undated++
        return isIn === true
      })
      for (const generation of inPeriod) {
        groups.add(generation)
        totals.add(generation)
      }
      return see(inPeriod)
    })
    return {
      groups: groups.result(),
      total: totals.result()[0] ?? Comparison.empty([]),
      name,
      without,
      unreadable,
      undated
    } satisfies AddedUp
  })

const writeJson = ({ groups, names }: Summary, { undated, unreadable }: AddedUp) =>
  Effect.gen(function*() {
    yield* Effect.forEach(groups, (group) => writeOut(`${printableJson(summaryLine(names, group))}\n`), {
      discard: true
    })
    if (unreadable !== null) yield* writeOut(`${JSON.stringify({ unreadable })}\n`)
    if (undated > 0) yield* writeOut(`${JSON.stringify({ undated })}\n`)
  })

/** Says on standard error what the report does not contain. */
const writeNotes = ({ name, total, undated, unreadable, without: { failed, notVisible, pending } }: AddedUp) =>
  Effect.gen(function*() {
    if (unreadable !== null) yield* writeError(unreadableText(name, unreadable))
    if (undated > 0) yield* writeError(`${undatedText(undated)}\n`)
    if (pending > 0) yield* writeError(`${pendingText(pending)}\n`)
    const missing = notVisible + failed
    if (missing > 0) {
      yield* writeError(
        `${plural(missing, "generation")} without a record (${count(notVisible)} not visible, ` +
          `${count(failed)} failed): ${notIncluded(missing)}\n`
      )
    } else if (total.count === 0) yield* writeError(`There are no settlements to report in ${name}.\n`)
  })

const pageSource = (
  { name, undated, unreadable, without: { failed, notVisible, pending } }: AddedUp,
  timeZone: string
) => ({
  file: name,
  timeZone,
  notVisible,
  failed,
  unreadable,
  notes: [
    ...unreadable?.torn === true ? [unreadableText(name, unreadable).trimEnd()] : [],
    ...undated > 0 ? [undatedText(undated)] : [],
    ...pending > 0 ? [pendingText(pending)] : []
  ]
})

const pendingText = (pending: number): string =>
  `${plural(pending, "generation")} still pending in the ledger: ${notIncluded(pending)}`

const notIncluded = (generations: number): string =>
  `the total does not include ${generations === 1 ? "its cost" : "their costs"}.`

const undatedText = (undated: number): string =>
  `${plural(undated, "generation")} without a date left out of the period.`

const checkLimit = ({ cost }: Group, limit: BigDecimal.BigDecimal | null): Effect.Effect<void, Stop> =>
  limit === null || BigDecimal.lessThanOrEqualTo(cost.effective, limit)
    ? Effect.void
    : new Stop({
      code: ExitCode.overLimit,
      problem: `the cost of ${usd(cost.effective)} is above the limit of ${usd(limit)}` +
        (cost.unknown === 0
          ? ""
          : `, and ${plural(cost.unknown, "cost")} more ${cost.unknown === 1 ? "is" : "are"} unknown`)
    })

const isDamaged = (unreadable: Unreadable | null): boolean => unreadable !== null && !unreadable.torn
