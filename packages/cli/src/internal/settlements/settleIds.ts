import * as Settlement from "@effect-openrouter/generations/Settlement"
import { SettlementLine } from "@effect-openrouter/generations/SettlementLine"
import type * as Duration from "effect/Duration"
import * as Effect from "effect/Effect"
import type * as Option from "effect/Option"
import * as Schema from "effect/Schema"
import * as Stream from "effect/Stream"
import { withGenerations } from "../input/connection.js"
import { settlementsView } from "../output/generationView.js"
import { Outcome } from "../output/outcome.js"
import { withProgress } from "../output/progress.js"
import { stdout } from "../output/terminal.js"

/** What `get` and `await` do: settles the ids, prints what became of each in their order, and ends with what they say. */
export const settleIds = (
  ids: ReadonlyArray<string>,
  { baseUrl, json, within }: {
    readonly baseUrl: Option.Option<string>
    readonly json: boolean
    readonly within: Duration.DurationInput
  }
) =>
  Effect.gen(function*() {
    const settlements: Array<Settlement.Settlement> = []
    const outcome = new Outcome()
    yield* withProgress(Effect.succeed(ids.length), ({ clear, tick }) =>
      Settlement.stream(ids, { within, ordered: true }).pipe(
        Stream.tap((settlement) =>
          Effect.sync(() => outcome.add(settlement))
        ),
        Stream.runForEach((settlement) =>
          Effect.zipRight(
            tick,
            json
              ? Effect.zipRight(clear, writeLine(settlement))
              : Effect.sync(() => settlements.push(settlement))
          )
        )
      )).pipe(
        withGenerations(baseUrl),
        // What is known is printed, also when the rest could not be asked for.
        Effect.ensuring(Effect.suspend(() =>
          settlements.length === 0 ? Effect.void : Effect.ignore(stdout.write(settlementsView(settlements, stdout)))
        ))
      )
    yield* outcome.exit
  })

const encode = Schema.encode(SettlementLine)

const writeLine = (settlement: Settlement.Settlement) =>
  Effect.flatMap(Effect.orDie(encode(settlement)), (line) => stdout.write(`${line}\n`))
