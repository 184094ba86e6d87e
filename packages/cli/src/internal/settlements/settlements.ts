import type { Settlement } from "@effect-openrouter/generations/Settlement"
import { SettlementLine } from "@effect-openrouter/generations/SettlementLine"
import type * as FileSystem from "@effect/platform/FileSystem"
import * as Effect from "effect/Effect"
import * as Option from "effect/Option"
import * as Schema from "effect/Schema"
import * as Stream from "effect/Stream"
import { bytes, lines } from "../input/lines.js"
import { type Stop, usage } from "../output/exit.js"
import { isBrokenOff } from "./settlementFile.js"

/** The settlements of a file, or of standard input. A last line that a kill broke off is left out. */
export const settlements = (file: string): Stream.Stream<Settlement, Stop, FileSystem.FileSystem> =>
  lines(bytes(file)).pipe(
    Stream.filter(({ text }) => text.trim() !== ""),
    Stream.mapEffect((line) =>
      Effect.matchEffect(decode(line.text), {
        onSuccess: (settlement) => Effect.succeed(Option.some<Settlement>(settlement)),
        onFailure: () =>
          isBrokenOff(line)
            ? Effect.succeedNone
            : usage(`line ${line.number} of ${file === "-" ? "standard input" : file} is not a settlement`)
      })
    ),
    Stream.filterMap((settlement) => settlement)
  )

const decode = Schema.decode(SettlementLine)
