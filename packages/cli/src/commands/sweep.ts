import * as Settlement from "@effect-openrouter/generations/Settlement"
import * as Command from "@effect/cli/Command"
import * as Options from "@effect/cli/Options"
import * as Cause from "effect/Cause"
import * as Duration from "effect/Duration"
import * as Effect from "effect/Effect"
import * as Option from "effect/Option"
import * as Stream from "effect/Stream"
import { file } from "../internal/input/arguments.js"
import { baseUrl, withGenerations } from "../internal/input/connection.js"
import { checkReadable, ids, isRepeatable } from "../internal/input/lines.js"
import { within } from "../internal/input/within.js"
import { ExitCode, Stop } from "../internal/output/exit.js"
import { count, plural } from "../internal/output/format.js"
import { help } from "../internal/output/help.js"
import { json } from "../internal/output/json.js"
import { Outcome } from "../internal/output/outcome.js"
import { withProgress } from "../internal/output/progress.js"
import { stderr, stdout } from "../internal/output/terminal.js"
import * as SettlementFile from "../internal/settlements/settlementFile.js"

// What has to be put right first would only stop it again.
const isUsage = (cause: Cause.Cause<unknown>) =>
  Option.exists(Cause.failureOption(cause), (error) => error instanceof Stop && error.code === ExitCode.usage)

/** `sweep [FILE|-] --out FILE.ndjson` */
export const sweep = Command.make(
  "sweep",
  {
    json,
    baseUrl,
    out: Options.text("out").pipe(
      Options.withPseudoName("FILE.ndjson"),
      Options.withDescription("Where the settlements go, one on each line; what it already holds is not asked again")
    ),
    within: within("How long to wait for each record, by default not at all").pipe(
      Options.withDefault(Duration.zero)
    ),
    concurrency: Options.integer("concurrency").pipe(
      Options.withDescription("How many ids are asked for at once, 4 by default"),
      Options.filterMap(
        (count) => count >= 1 && count <= 1024 ? Option.some(count) : Option.none(),
        "Expected 1 to 1024"
      ),
      Options.withDefault(4)
    ),
    file: file("Ids, one on each line")
  },
  ({ baseUrl, concurrency, file, json, out, within }) =>
    Effect.gen(function*() {
      yield* checkReadable(file)
      const target = yield* SettlementFile.open(out)
      const held = target.settled.size
      const outcome = new Outcome()
      const isNew = (id: string) => !target.settled.has(id) && target.settled.add(id) !== undefined

      const total = !(yield* isRepeatable(file))
        ? Effect.succeed(null)
        : Stream.runFold(ids(file), new Set<string>(), (seen, id) => target.settled.has(id) ? seen : seen.add(id)).pipe(
          Effect.map(({ size }) => size)
        )

      yield* withProgress(total, ({ tick }) =>
        Settlement.stream(Stream.filter(ids(file), isNew), { concurrency, within }).pipe(
          Stream.runForEach((settlement) =>
            // What is written is counted, also when this is interrupted meanwhile.
            target.append(settlement).pipe(
              Effect.zipRight(Effect.sync(() =>
                outcome.add(settlement)
              )),
              Effect.zipRight(tick),
              Effect.uninterruptible
            )
          )
        )).pipe(
          withGenerations(baseUrl),
          Effect.onError((cause) =>
            isUsage(cause) ? Effect.void : Effect.ignore(stderr.write(
              `Stopped: ${plural(held + outcome.settled, "record")} in ${out}; the same command goes on from there.\n`
            ))
          )
        )

      const { failed, notVisible, settled } = outcome
      yield* stdout.write(
        json
          ? `${JSON.stringify({ file: out, held, settled, notVisible, failed })}\n`
          : `${count(settled)} settled, ${count(notVisible)} not visible, ${count(failed)} failed; ` +
            `${out} holds ${plural(held + settled, "record")}\n`
      )
      yield* outcome.exit
    }).pipe(Effect.scoped)
).pipe(Command.withDescription(help(
  "Asks for many generations and writes what became of each to a file, as it is known.",
  [
    ["openrouter-generations sweep ids.txt --out november.ndjson", "go on from where a sweep was stopped, or begin"],
    ["psql -Atc 'select id from calls' | openrouter-generations sweep --within 10m --out calls.ndjson", "from a pipe"],
    ["openrouter-generations report november.ndjson", "what it all cost"]
  ],
  "A record does not change, so an id that is settled in the file is not asked for again. One that was not visible or that failed is: its newest line counts. Ctrl-C, and even a kill, leave a file that the same command goes on from.",
  "Ends with 1 if one failed, with 3 if one is not visible (yet), else with 0."
)))
