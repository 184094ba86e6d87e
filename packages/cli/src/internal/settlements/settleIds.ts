import * as Settlement from "@effect-openrouter/generations/Settlement"
import * as Duration from "effect/Duration"
import * as Effect from "effect/Effect"
import * as Stream from "effect/Stream"
import { withGenerations } from "../input/connection.js"
import { ExitCode, ignoreClosedPipe, Stop } from "../output/exit.js"
import { settlementsView } from "../output/generationView.js"
import { Outcome } from "../output/outcome.js"
import { withProgress } from "../output/progress.js"
import { Stdio, writeError } from "../output/stdio.js"
import { encode } from "./settlementText.js"

/** The time that a few ids are worth while the server is down: as long as the retries of one call. */
const minOutage = Duration.seconds(3)

/** The options of `settleIds`. */
interface SettleOptions {
  readonly baseUrl: string | undefined
  readonly json: boolean
  readonly within: Duration.DurationInput
  /** True if a record without a cost is not finished: it is requested again in the time of `within`. */
  readonly waitForCost: boolean
}

/** Settles ids, prints the settlement of each in their order, and ends with the exit code of the worst one. */
export const settleIds = (
  ids: ReadonlyArray<string>,
  { baseUrl, json, waitForCost, within }: SettleOptions
): Effect.Effect<void, Stop, Stdio> =>
  Effect.gen(function*() {
    const { stdout } = yield* Stdio
    const settlements: Array<Settlement.Settlement> = []
    const outcome = new Outcome()
    const options = { within, waitForCost, maxOutage: Duration.max(Duration.decode(within), minOutage), ordered: true }

    const printEach = withGenerations(baseUrl, ({ baseUrlNote, key }) =>
      withProgress(ids.length, ({ clear, tick }) =>
        Stream.runForEach(Stream.mapEffect(Settlement.stream(ids, options), encode), ({ line, settlement }) => {
          outcome.add(settlement, key)
          if (json) {
            return Effect.zipRight(tick, Effect.zipRight(clear, stdout.write(`${line}\n`)))
          }
          settlements.push(settlement)
          return tick
        })).pipe(Effect.zipRight(Effect.suspend(() =>
          outcome.foundNothing ? writeError(baseUrlNote) : Effect.void
        ))))

    const printTable = Effect.suspend(() =>
      settlements.length === 0 ? Effect.void : stdout.write(settlementsView(settlements, stdout))
    )

    yield* printEach.pipe(
      // What is known is printed, also if the rest cannot be requested.
      Effect.onError(() =>
        Effect.ignore(printTable)
      ),
      Effect.zipRight(printTable),
      ignoreClosedPipe
    )
    if (!json) yield* writeError(outcome.failuresView)
    const code = outcome.exitCode(waitForCost)
    if (code !== ExitCode.allSettled) yield* new Stop({ code })
  })
