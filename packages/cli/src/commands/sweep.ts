import * as Settlement from "@effect-openrouter/generations/Settlement"
import * as Duration from "effect/Duration"
import * as Effect from "effect/Effect"
import * as Stream from "effect/Stream"
import * as Command from "../internal/arguments/command.js"
import * as Option from "../internal/arguments/option.js"
import { baseUrlOption, withGenerations } from "../internal/input/connection.js"
import { checkReadable, isSameFile } from "../internal/input/files.js"
import { readIds } from "../internal/input/ids.js"
import { withinOption } from "../internal/input/time.js"
import { ExitCode, ignoreClosedPipe, Stop, usage } from "../internal/output/exit.js"
import { count, plural } from "../internal/output/format.js"
import { jsonOption } from "../internal/output/json.js"
import { Outcome } from "../internal/output/outcome.js"
import { printableJson } from "../internal/output/printable.js"
import { withProgress } from "../internal/output/progress.js"
import { writeError, writeOut } from "../internal/output/stdio.js"
import * as SettlementFile from "../internal/settlements/settlementFile.js"
import { unreadableText } from "../internal/settlements/settlementReader.js"
import { encode } from "../internal/settlements/settlementText.js"

/** `sweep [FILE|-] --out FILE.ndjson` */
export const sweep = Command.make({
  name: "sweep",
  summary: "Requests many generations, and appends each settlement to a file as soon as it is known.",
  details: [
    "An id is not requested again if the file has its record with the cost. An id that was not visible, failed, or had no cost yet is requested again, and report uses its newest record. After Ctrl-C, or even a kill, the same command continues from the file.",
    "FILE has ids one on a line, quoted or not; or is CSV with a column generation_id or id, or with values that begin with gen-; or is JSON: an array of ids, or objects with a generation_id or an id. Nothing is requested if a line has no id.",
    "The exit code is 1 if one failed, 3 if one is not visible or has no cost (yet), else 0."
  ],
  examples: [
    ["begin, or continue where a sweep was stopped", "sweep ids.txt --out november.ndjson"],
    [
      "from a pipe",
      "$ psql -Atc 'select id from calls' | openrouter-generations sweep --within 10m --out calls.ndjson"
    ],
    ["what they cost", "report november.ndjson"]
  ],
  options: {
    json: jsonOption,
    baseUrl: baseUrlOption,
    out: Option.required(Option.text("FILE.ndjson", "The file to add settlements to, one on each line")),
    within: withinOption("How long to wait for each record. Default: 0", Duration.zero),
    concurrency: Option.integer("Number of ids that are requested at the same time. Default: 4", {
      min: 1,
      max: 1024,
      fallback: 4
    })
  },
  operands: Option.file("The ids."),
  run: ({ baseUrl, concurrency, json, out, within }, file = "-") =>
    Effect.gen(function*() {
      yield* checkReadable(file)
      if (yield* isSameFile(file, out)) {
        return yield* usage(`${out} is both the input and the output`, "name another file for --out")
      }
      const ids = yield* readIds(file)
      const target = yield* SettlementFile.open(out)
      if (target.unreadable !== null) yield* writeError(unreadableText(out, target.unreadable))
      const held = target.settled.size
      const outcome = new Outcome()
      const pending = [...ids].filter((id) => !target.settled.has(id))

      yield* withGenerations(baseUrl, ({ baseUrlNote, key }) =>
        withProgress(pending.length, ({ tick }) =>
          Settlement.stream(pending, { concurrency, within, waitForCost: true }).pipe(
            Stream.mapEffect(encode),
            Stream.runForEach(({ line, settlement }) =>
              // A line is written as a whole and counted, also if the command is interrupted meanwhile.
              target.append(line).pipe(
                Effect.zipRight(Effect.sync(() =>
                  outcome.add(settlement, key)
                )),
                Effect.zipRight(tick),
                Effect.uninterruptible
              )
            )
          )).pipe(Effect.zipRight(Effect.suspend(() =>
            outcome.foundNothing ? writeError(baseUrlNote) : Effect.void
          ))))
        .pipe(
          Effect.zipRight(target.flush),
          Effect.onError(() =>
            outcome.isEmpty && held === 0
              ? Effect.void
              : writeError(
                outcome.failuresView +
                  `Stopped: ${plural(held + outcome.settled, "record")} in ${out}; ` +
                  "the same command goes on from there.\n"
              )
          )
        )

      const { costUnknown, failed, failures, notVisible, settled } = outcome
      yield* writeOut(
        json
          ? `${
            printableJson(JSON.stringify({ file: out, held, settled, notVisible, failed, costUnknown, failures }))
          }\n`
          : `${count(settled)} settled, ${count(notVisible)} not visible, ${count(failed)} failed; ` +
            `${out} holds ${plural(held + settled, "record")}\n`
      ).pipe(ignoreClosedPipe)
      if (!json) yield* writeError(outcome.failuresView)
      if (costUnknown > 0) {
        yield* writeError(
          `${plural(costUnknown, "record")} ${costUnknown === 1 ? "has" : "have"} no cost yet: ` +
            "the same command requests them again.\n"
        )
      }
      const code = outcome.exitCode(true)
      if (code !== ExitCode.allSettled) yield* new Stop({ code })
    }).pipe(Effect.scoped)
})
