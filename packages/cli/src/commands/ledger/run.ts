import { Ledger } from "@effect-openrouter/ledger/Ledger"
import type { LedgerError } from "@effect-openrouter/ledger/LedgerError"
import * as LedgerWorker from "@effect-openrouter/ledger/LedgerWorker"
import * as Duration from "effect/Duration"
import * as Effect from "effect/Effect"
import * as Layer from "effect/Layer"
import * as Schedule from "effect/Schedule"
import * as Command from "../../internal/arguments/command.js"
import * as Option from "../../internal/arguments/option.js"
import { baseUrlOption, withGenerations } from "../../internal/input/connection.js"
import { withinOption } from "../../internal/input/time.js"
import { withWorker } from "../../internal/ledger/file.js"
import { postgres, stopOnLedgerError } from "../../internal/ledger/open.js"
import { findPlace, ledgerOption } from "../../internal/ledger/place.js"
import { ExitCode, Stop, usage } from "../../internal/output/exit.js"
import { count } from "../../internal/output/format.js"
import { type Stdio, writeOut } from "../../internal/output/stdio.js"

const untilEmpty = Effect.repeat(Ledger.counts, {
  until: ({ pending }) => pending === 0,
  schedule: Schedule.spaced("500 millis")
}).pipe(Effect.zipRight(Ledger.counts))

/** `ledger run [--until-empty] [--concurrency N] [--within 3d]` */
export const run = Command.make({
  name: "ledger run",
  summary: "Settles the ids of the ledger until Ctrl-C, or until none is pending.",
  details: [
    "A file has one such process at a time; a Postgres has any number.",
    "With --until-empty the exit code is 1 if an id failed, 3 if one is not visible, else 0."
  ],
  examples: [["settle all that is there", "ledger run --until-empty"]],
  options: {
    ledger: ledgerOption,
    baseUrl: baseUrlOption,
    untilEmpty: Option.flag("End when no id is pending"),
    concurrency: Option.integer("Number of ids that are requested at the same time. Default: 16", {
      min: 1,
      max: 1024,
      fallback: 16
    }),
    within: withinOption("How long an id is asked for until it is not visible. Default: 3d", Duration.days(3))
  },
  operands: Option.none,
  run: ({ baseUrl, ledger, untilEmpty: ends, ...options }) =>
    withGenerations(baseUrl, () =>
      Effect.gen(function*() {
        const place = yield* findPlace(ledger)
        const worker = place._tag === "Postgres"
          ? LedgerWorker.layer(options).pipe(
            Layer.provideMerge(Ledger.layer()),
            Layer.provide(postgres(place))
          )
          : withWorker(place.filename, options)
        const work: Effect.Effect<void, Stop | LedgerError, Ledger | Stdio> = ends
          ? Effect.flatMap(untilEmpty, ({ failed, notVisible, settled }) =>
            Effect.zipRight(
              writeOut(`${count(settled)} settled, ${count(notVisible)} not visible, ${count(failed)} failed\n`),
              failed > 0
                ? new Stop({ code: ExitCode.failed })
                : notVisible > 0
                ? new Stop({ code: ExitCode.notFinished })
                : Effect.void
            ))
          : Effect.never
        yield* Effect.provide(work, worker)
      }).pipe(
        stopOnLedgerError,
        Effect.catchTag("InvalidRequestError", ({ message }) => usage(message))
      ))
})
