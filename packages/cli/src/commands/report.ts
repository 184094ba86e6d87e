import * as Usage from "@effect-openrouter/core/Usage"
import * as Command from "@effect/cli/Command"
import * as Options from "@effect/cli/Options"
import * as FileSystem from "@effect/platform/FileSystem"
import * as DateTime from "effect/DateTime"
import * as Effect from "effect/Effect"
import * as Option from "effect/Option"
import * as Stream from "effect/Stream"
import { file } from "../internal/input/arguments.js"
import { fileProblem } from "../internal/input/fileProblem.js"
import { ExitCode, Stop, usage } from "../internal/output/exit.js"
import { count, plural } from "../internal/output/format.js"
import { help } from "../internal/output/help.js"
import { json } from "../internal/output/json.js"
import { stderr, stdout } from "../internal/output/terminal.js"
import { page } from "../internal/report/page.js"
import * as PageData from "../internal/report/pageData.js"
import { inOrder, summariesView, summaryLine } from "../internal/report/summaryView.js"
import { Ledger } from "../internal/settlements/latestById.js"
import { settlements } from "../internal/settlements/settlements.js"

/** `report [FILE|-] [--by model|provider|day] [--html FILE]` */
export const report = Command.make(
  "report",
  {
    json,
    by: Options.choice("by", ["model", "provider", "day"]).pipe(
      Options.withDescription("What the totals are by, model by default"),
      Options.withDefault("model" as const)
    ),
    html: Options.text("html").pipe(
      Options.withPseudoName("FILE"),
      Options.withDescription("Write a page with charts and a table, too, that needs no network"),
      Options.optional
    ),
    file: file("Settlements of sweep or --json, one on each line")
  },
  ({ by, file, html, json }) =>
    Effect.gen(function*() {
      if (Option.isSome(html) && (yield* isSameFile(file, html.value))) {
        return yield* usage(`the page would overwrite ${file}`, "name another file for --html")
      }
      const ledger = new Ledger()
      const summarizer = yield* Usage.summarizer(by)
      const totals = yield* Usage.summarizer(() => "total")
      const page = Option.map(html, (path) => ({ path, data: PageData.collector() }))
      yield* Stream.runForEach(ledger.records(settlements(file)), (generation) =>
        Effect.sync(() => {
          summarizer.add(generation)
          totals.add(generation)
          if (Option.isSome(page)) page.value.data.add(generation)
        }))
      const summaries = inOrder(by, summarizer.result())
      const [total] = totals.result()

      if (json) {
        yield* Effect.forEach(summaries, (summary) => stdout.write(`${summaryLine(by, summary)}\n`), { discard: true })
      } else if (total !== undefined) yield* stdout.write(summariesView(by, summaries, total, stdout))

      if (Option.isSome(page)) yield* writePage(page.value, file, ledger)

      const unsettled = ledger.count("NotVisible") + ledger.count("Failed")
      if (unsettled > 0) {
        yield* stderr.write(
          `${plural(unsettled, "generation")} without a record (${count(ledger.count("NotVisible"))} not visible, ` +
            `${count(ledger.count("Failed"))} failed): what they cost comes on top.\n`
        )
      } else if (total === undefined) yield* stderr.write("There are no settlements to report.\n")
    })
).pipe(Command.withDescription(help(
  "Adds up what generations cost, from what sweep, get or await wrote.",
  [
    ["openrouter-generations report november.ndjson --by provider", "who was paid"],
    ["openrouter-generations report november.ndjson --html november.html", "a page to look at and to pass on"],
    ["openrouter-generations get --json gen-1 gen-2 | openrouter-generations report --by day", "from a pipe"]
  ],
  "Of an id that stands there more than once, its record counts once. An unknown cost is counted as unknown, never as $0."
)))

const isSameFile = (one: string, other: string) =>
  Effect.gen(function*() {
    const fs = yield* FileSystem.FileSystem
    const [first, second] = yield* Effect.all([Effect.option(fs.realPath(one)), Effect.option(fs.realPath(other))])
    return Option.isSome(first) && Option.isSome(second) && first.value === second.value
  })

const writePage = (
  { data, path }: { readonly path: string; readonly data: PageData.Collector },
  file: string,
  ledger: Ledger
) =>
  Effect.gen(function*() {
    const fs = yield* FileSystem.FileSystem
    const now = DateTime.formatIso(yield* DateTime.now)
    const content = data.result({
      file: file === "-" ? "standard input" : file,
      generated: now,
      timeZone: "UTC",
      notVisible: ledger.count("NotVisible"),
      failed: ledger.count("Failed"),
      unreadable: null,
      notes: []
    })
    if (content === null) {
      return yield* usage(`a page holds at most ${plural(PageData.maxRecords, "generation")}`, "use a smaller file")
    }
    const text = yield* page(content)
    yield* Effect.mapError(
      fs.writeFileString(path, text),
      (error) => new Stop({ code: ExitCode.usage, says: `cannot write ${path}: ${fileProblem(error)}` })
    )
    yield* stderr.write(`The page is in ${path}.\n`)
  })
