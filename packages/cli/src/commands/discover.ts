import * as Discovery from "@effect-openrouter/generations/Discovery"
import * as Clock from "effect/Clock"
import * as Effect from "effect/Effect"
import * as Stream from "effect/Stream"
import * as Command from "../internal/arguments/command.js"
import * as Option from "../internal/arguments/option.js"
import { managementKey } from "../internal/input/apiKey.js"
import { baseUrlOption, withGenerations } from "../internal/input/connection.js"
import { ignoreClosedPipe } from "../internal/output/exit.js"
import { printable } from "../internal/output/printable.js"
import { writeError, writeOut } from "../internal/output/stdio.js"
import { instants, sinceOption, timeZoneOption, untilOption } from "../internal/report/period.js"

const dayLength = 86_400_000

/** The start without `--since`: as far back as OpenRouter's activity, which has whole days. */
const defaultSince = (until: number): number => (Math.floor(until / dayLength) - 30) * dayLength

/** `discover [--since 7d] [--until 2026-11-03]` */
export const discover = Command.make({
  name: "discover",
  summary: "Prints the ids of the generations that OpenRouter knows, one on a line.",
  details: [
    "OpenRouter also knows the calls that nobody noted: cancelled, cut off, or of a process that died. Needs a management key, in OPENROUTER_MANAGEMENT_KEY or OPENROUTER_API_KEY.",
    "Without --since the last 30 completed UTC days and today, as reconcile compares them. A response that OpenRouter truncates is requested again in parts; if that is impossible, the exit code is 1."
  ],
  examples: [
    ["what nobody noted this week", "$ openrouter-generations discover --since 7d > ids.txt"],
    [
      "request all of them, also later again",
      "$ openrouter-generations discover --since 7d | openrouter-generations sweep --out november.ndjson"
    ],
    ["one day", "discover --since 2026-11-03 --until 2026-11-03"]
  ],
  options: { baseUrl: baseUrlOption, since: sinceOption, until: untilOption, timezone: timeZoneOption },
  operands: Option.none,
  run: ({ baseUrl, since, timezone, until }) =>
    Effect.gen(function*() {
      const now = yield* Clock.currentTimeMillis
      const period = instants({ since, until, timeZone: timezone, now })
      const end = period.until ?? now
      const range = { since: period.since ?? defaultSince(end), until: end }
      let count = 0
      const print = Stream.runForEachChunk(Discovery.stream(range), (chunk) => {
        const ids = [...chunk]
        count += ids.length
        return writeOut(ids.map((id) => `${printable(id)}\n`).join(""))
      })
      yield* ignoreClosedPipe(withGenerations(baseUrl, () => print, managementKey))
      if (count === 0) {
        const [from, to] = [range.since, range.until].map((time) => new Date(time).toISOString())
        yield* writeError(`OpenRouter knows no generation from ${from} to ${to}.\n`)
      }
    })
})
