import * as Settlement from "@effect-openrouter/generations/Settlement"
import * as Duration from "effect/Duration"
import * as Effect from "effect/Effect"
import * as Stream from "effect/Stream"
import { withGenerations } from "../input/connection.js"
import { Stop } from "../output/exit.js"
import { settlementsView } from "../output/generationView.js"
import { Outcome } from "../output/outcome.js"
import { withProgress } from "../output/progress.js"
import { Stdio, writeError } from "../output/stdio.js"
import { encode } from "./settlementText.js"

/** The time that a few ids are worth while the server is down: as long as the retries of one call. */
const minOutage = "3 seconds"

/** Settles ids, prints what became of each in their order, and ends with the exit code for the worst of it. */
export const settleIds = (
  ids: ReadonlyArray<string>,
  { baseUrl, json, within }: {
    readonly baseUrl: string | undefined
    readonly json: boolean
    readonly within: Duration.DurationInput
  }
): Effect.Effect<void, Stop, Stdio> =>
  Effect.gen(function*() {
    const { stdout } = yield* Stdio
    const settlements: Array<Settlement.Settlement> = []
    const outcome = new Outcome()
    // What is known is printed, also if the rest cannot be asked for.
    const view = Effect.suspend(() =>
      settlements.length === 0 ? Effect.void : stdout.write(settlementsView(settlements, stdout))
    )
    yield* withGenerations(baseUrl, ({ baseUrlNote, key }) =>
      withProgress(ids.length, ({ clear, tick }) =>
        Settlement.stream(ids, { within, maxOutage: Duration.max(within, minOutage), ordered: true }).pipe(
          Stream.mapEffect(encode),
          Stream.tap(({ settlement }) =>
            Effect.zipRight(
              Effect.sync(() =>
                outcome.add(settlement, key)
              ),
              tick
            )
          ),
          Stream.runForEach(({ line, settlement }) =>
            json
              ? Effect.zipRight(clear, stdout.write(`${line}\n`))
              : Effect.sync(() =>
                settlements.push(settlement)
              )
          )
        )).pipe(Effect.zipRight(Effect.suspend(() => outcome.foundNothing ? writeError(baseUrlNote) : Effect.void))))
      .pipe(
        Effect.onError(() => Effect.ignore(view)),
        // A reader that has seen enough is no failure.
        Effect.catchIf((stop) => stop instanceof Stop && stop.isClosedPipe === true, () => Effect.void)
      )
    yield* view
    if (!json) yield* writeError(outcome.failuresView)
    if (outcome.exitCode !== 0) yield* new Stop({ code: outcome.exitCode })
  })
