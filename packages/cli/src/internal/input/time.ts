import * as Duration from "effect/Duration"
import * as Either from "effect/Either"
import { type Parsed, value } from "../arguments/option.js"

const units: Readonly<Record<string, number>> = {
  ms: 1,
  s: 1000,
  m: 60_000,
  h: 3_600_000,
  d: 86_400_000,
  w: 604_800_000
}

/** Returns the duration that a text such as `500ms`, `30s`, `10m`, `2h` or `1d` means. */
export const parseDuration = (text: string): Parsed<Duration.Duration> => {
  if (text.trim() === "0") return Either.right(Duration.zero)
  const [, amount = "", unit = ""] = /^(\d+(?:\.\d+)?)(ms|s|m|h|d|w)$/.exec(text.trim()) ?? []
  const millis = Number(amount) * (units[unit] ?? Number.NaN)
  return amount !== "" && Number.isFinite(millis)
    ? Either.right(Duration.millis(millis))
    : Either.left(`Expected a time such as 30s or 10m, received: '${text}'`)
}

/** `--within 10m`: how long to wait for each record. */
export const withinOption = (description: string, fallback: Duration.Duration) =>
  value("TIME", `${description}. Such as 500ms, 30s, 10m, 2h or 1d`, { parse: parseDuration, fallback })
