import * as HelpDoc from "@effect/cli/HelpDoc"
import * as Options from "@effect/cli/Options"
import * as ValidationError from "@effect/cli/ValidationError"
import * as Duration from "effect/Duration"
import * as Effect from "effect/Effect"

/** `--within 10m`: how long to wait for each record. */
export const within = (description: string) =>
  Options.text("within").pipe(
    Options.withPseudoName("TIME"),
    Options.withDescription(`${description}: 500ms, 30s, 10m, 2h or 1d`),
    Options.mapEffect((text) =>
      Effect.mapError(parse(text), () =>
        ValidationError.invalidValue(
          HelpDoc.p(`Expected a time such as 30s or 10m for --within, received: '${text}'`)
        ))
    )
  )

const millisOf: Readonly<Record<string, number>> = { ms: 1, s: 1000, m: 60_000, h: 3_600_000, d: 86_400_000 }

const parse = (text: string) => {
  if (text.trim() === "0") return Effect.succeed(Duration.zero)
  const [, value = "", unit = ""] = /^(\d+(?:\.\d+)?)(ms|s|m|h|d)$/.exec(text.trim()) ?? []
  const millis = Number(value) * (millisOf[unit] ?? Number.NaN)
  return Number.isFinite(millis) ? Effect.succeed(Duration.millis(millis)) : Effect.fail("not a time")
}
