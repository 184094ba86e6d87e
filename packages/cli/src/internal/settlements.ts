import type { Settlement } from "@effect-openrouter/generations/Settlement"
import type * as FileSystem from "@effect/platform/FileSystem"
import * as Effect from "effect/Effect"
import * as Option from "effect/Option"
import * as Schema from "effect/Schema"
import * as Stream from "effect/Stream"
import { SettlementLine } from "../SettlementLine.js"
import { type Stop, usage } from "./exit.js"
import { bytes, lines } from "./lines.js"
import { looksBrokenOff } from "./settlementFile.js"

/** The settlements of a file, or of standard input. A last line that a kill broke off is left out. */
export const settlements = (file: string): Stream.Stream<Settlement, Stop, FileSystem.FileSystem> =>
  Stream.suspend(() => {
    let endsInLineFeed = true
    const watched = Stream.tap(bytes(file), (chunk) =>
      Effect.sync(() => {
        endsInLineFeed = chunk.at(-1) === 10
      }))
    return lines(watched).pipe(
      Stream.filter(({ text }) => text.trim() !== ""),
      Stream.mapEffect((line) =>
        Effect.matchEffect(decode(line.text), {
          onSuccess: (settlement) => Effect.succeed(Option.some<Settlement>(settlement)),
          // The last line comes when all has been read.
          onFailure: () =>
            line.isLast && !endsInLineFeed && looksBrokenOff(line)
              ? Effect.succeedNone
              : usage(`line ${line.number} of ${file === "-" ? "standard input" : file} is not a settlement`)
        })
      ),
      Stream.filterMap((settlement) => settlement)
    )
  })

const decode = Schema.decode(SettlementLine)
