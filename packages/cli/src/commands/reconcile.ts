import * as Clock from "effect/Clock"
import * as Effect from "effect/Effect"
import * as Command from "../internal/arguments/command.js"
import * as Option from "../internal/arguments/option.js"
import { managementKey } from "../internal/input/apiKey.js"
import { baseUrlOption, withGenerations } from "../internal/input/connection.js"
import { chooseInput, ledgerInput } from "../internal/input/records.js"
import { ExitCode, ignoreClosedPipe, Stop, usage } from "../internal/output/exit.js"
import { usd } from "../internal/output/format.js"
import { jsonOption } from "../internal/output/json.js"
import { Stdio, writeError } from "../internal/output/stdio.js"
import { fromFile, type Noted } from "../internal/reconcile/noted.js"
import { readReadings } from "../internal/reconcile/readings.js"
import { reconcileWith } from "../internal/reconcile/reconcileWith.js"
import {
  reconciliationCsv,
  reconciliationJson,
  reconciliationText,
  sourceNames
} from "../internal/reconcile/reconciliationView.js"
import { toleranceOption, toleranceText } from "../internal/reconcile/tolerance.js"
import { instants, sinceOption, untilOption } from "../internal/report/period.js"
import { unreadableText } from "../internal/settlements/settlementReader.js"

/** `reconcile [FILE|-] [--tolerance 1%] [--credits READINGS.ndjson]` */
export const reconcile = Command.make({
  name: "reconcile",
  summary: "Compares what sweep wrote, or a ledger, with OpenRouter's own totals, and explains each difference.",
  details: [
    "Compared are the last 30 completed days by model with OpenRouter's activity, and today with the spend of the key. Days are UTC, and a period is widened to whole days. With --credits also the credits that the account has used between two readings: each run adds a reading to the file.",
    "Needs a management key, in OPENROUTER_MANAGEMENT_KEY or OPENROUTER_API_KEY. Today is that of the key in OPENROUTER_API_KEY, because a management key makes no completions.",
    "The differences of all rows are added up without their signs. The exit code is 0 if that is at most the tolerance, 6 if not, 5 if the totals agree but a part of the file cannot be read, and 4 if the ledger cannot be used."
  ],
  examples: [
    ["the last 30 days and today", "reconcile november.ndjson"],
    ["the same for a ledger", "reconcile --ledger openrouter-ledger.db"],
    ["each night: yesterday, and what nobody noted", "reconcile november.ndjson --since 1d --until 1d --discover"],
    ["also the credits since the first run", "reconcile november.ndjson --credits readings.ndjson --tolerance 0.5%"],
    [
      "request what only OpenRouter has",
      "$ openrouter-generations discover --since 7d | openrouter-generations sweep --out november.ndjson"
    ]
  ],
  options: {
    ledger: ledgerInput,
    json: jsonOption,
    csv: Option.flag("Print CSV with all rows, also those that agree"),
    baseUrl: baseUrlOption,
    since: sinceOption,
    until: untilOption,
    tolerance: toleranceOption,
    credits: Option.text("FILE", "Also compare the credits with the first reading in this file, and add a reading"),
    discover: Option.flag("Also look for the ids that only OpenRouter has on the days that differ")
  },
  operands: Option.file("Settlements, one on each line."),
  run: ({ baseUrl, credits, csv, discover, json, ledger, since, tolerance, until }, file) =>
    Effect.gen(function*() {
      if (csv && json) return yield* usage("--json and --csv exclude each other")
      const input = yield* chooseInput(file, ledger)
      const noted: Noted<Stop> = input._tag === "Settlements"
        ? yield* fromFile(input.file)
        : yield* (yield* Effect.promise(() => import("../internal/reconcile/notedInLedger.js"))).openNoted(input.place)
      const now = yield* Clock.currentTimeMillis
      const period = instants({ since, until, timeZone: "UTC", now })
      const readings = credits === undefined ? [] : yield* readReadings(credits)
      const result = yield* withGenerations(
        baseUrl,
        () => reconcileWith(noted, { now, ...period }, { credits, discover, readings, tolerance }),
        managementKey
      )

      const { stdout } = yield* Stdio
      const text = json
        ? reconciliationJson(result)
        : csv
        ? reconciliationCsv(result)
        : reconciliationText(result, stdout)
      yield* ignoreClosedPipe(stdout.write(text))
      if (csv) yield* Effect.forEach(result.notes, ({ text }) => writeError(`${text}\n`), { discard: true })
      if (noted.unreadable !== null) yield* writeError(unreadableText(noted.name, noted.unreadable))

      if (!result.agrees) {
        const differences = result.checks.filter(({ agrees }) => !agrees)
          .map(({ off, source }) => `${sourceNames[source]} by ${usd(off)}`)
        yield* new Stop({
          code: ExitCode.differs,
          problem: `the totals differ: ${differences.join(", ")}; the tolerance is ${toleranceText(tolerance)}`
        })
      }
      if (noted.unreadable !== null && !noted.unreadable.torn) yield* new Stop({ code: ExitCode.unreadable })
    }).pipe(Effect.scoped)
})
