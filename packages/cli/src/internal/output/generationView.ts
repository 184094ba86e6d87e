import type { Generation } from "@effect-openrouter/core/Generation"
import * as Usage from "@effect-openrouter/core/Usage"
import * as Settlement from "@effect-openrouter/generations/Settlement"
import * as BigDecimal from "effect/BigDecimal"
import * as Duration from "effect/Duration"
import * as Format from "./format.js"
import { type Column, table } from "./table.js"
import { type Out, printable } from "./terminal.js"

/**
 * Settlements as a person reads them: a table where it fits into the terminal, else one block for each record; then those
 * without a record, and the total.
 */
export const settlementsView = (settlements: ReadonlyArray<Settlement.Settlement>, out: Out): string => {
  const generations = settlements.filter(Settlement.is("Settled")).map(({ generation }) => generation)
  const parts = [
    generationsView(generations, out),
    settlements.filter((settlement) => settlement._tag !== "Settled").map((settlement) => noRecord(settlement, out))
      .join("\n"),
    settlements.length > 1 ? totalView(generations, settlements.length) : ""
  ]
  return `${parts.filter((part) => part !== "").join("\n\n")}\n`
}

const generationsView = (generations: ReadonlyArray<Generation>, out: Out): string => {
  if (generations.length > 1) {
    const text = table(columns, generations, out)
    if (Math.max(...text.split("\n").map(({ length }) => length)) <= out.columns()) return text
  }
  return generations.map((generation) => block(generation, out)).join("\n\n")
}

const columns: ReadonlyArray<Column<Generation>> = [
  { title: "ID", align: "left", cell: ({ id }) => printable(id) },
  { title: "MODEL", align: "left", cell: ({ model }) => printable(model ?? Format.unknown) },
  { title: "PROVIDER", align: "left", cell: ({ providerName }) => printable(providerName ?? Format.unknown) },
  { title: "TOKENS IN", align: "right", cell: ({ nativeTokensPrompt }) => Format.count(nativeTokensPrompt) },
  { title: "OUT", align: "right", cell: ({ nativeTokensCompletion }) => Format.count(nativeTokensCompletion) },
  { title: "COST", align: "point", cell: (generation) => Format.usd(Usage.effectiveCost(generation)) },
  { title: "FIRST TOKEN", align: "right", cell: ({ latency }) => Format.millis(latency) },
  { title: "TOKENS/S", align: "right", cell: (generation) => Format.speed(Usage.tokensPerSecond(generation)) },
  { title: "NOTES", align: "left", cell: (generation) => notes(generation).join(", ") }
]

const block = (generation: Generation, out: Out): string => {
  const { createdAt, latency, model, nativeTokensCompletion, nativeTokensPrompt, providerName } = generation
  const rows = [
    ["model", `${printable(model ?? Format.unknown)} from ${printable(providerName ?? Format.unknown)}`],
    ["created", createdAt === null ? Format.unknown : new Date(createdAt.epochMillis).toISOString()],
    ["tokens", `${Format.count(nativeTokensPrompt)} in, ${Format.count(nativeTokensCompletion)} out (native)`],
    ["cost", Format.usd(Usage.effectiveCost(generation)) + paidBy(generation)],
    ["first token", Format.millis(latency)],
    ["speed", `${Format.speed(Usage.tokensPerSecond(generation))} tokens/s`],
    ["failed attempts", failedAttempts(generation) || "none"]
  ]
  return [
    out.style("bold", printable(generation.id)),
    ...rows.map(([name = "", value = ""]) => `  ${out.style("dim", name.padEnd(16))}${value}`)
  ].join("\n")
}

const paidBy = ({ cancelled, isByok }: Generation): string =>
  (isByok === true ? " (own provider key)" : "") + (cancelled === true ? " (cancelled)" : "")

const notes = (generation: Generation): ReadonlyArray<string> => {
  const failed = failedAttempts(generation)
  return [
    ...generation.isByok === true ? ["own provider key"] : [],
    ...generation.cancelled === true ? ["cancelled"] : [],
    ...failed === "" ? [] : [`after ${failed}`]
  ]
}

/** `DeepInfra 503, Groq 429` */
const failedAttempts = (generation: Generation): string =>
  Usage.failedAttempts(generation)
    .map(({ providerName, status }) => `${printable(providerName ?? Format.unknown)} ${status}`)
    .join(", ")

const noRecord = (settlement: Exclude<Settlement.Settlement, { readonly _tag: "Settled" }>, out: Out): string => {
  const id = printable(settlement.id)
  if (settlement._tag === "Failed") {
    return `${id}  ${out.style("red", "failed")}: ${printable(settlement.error.message)}`
  }
  const { attempts, elapsed } = settlement
  const asked = attempts === 1 ? "asked once" : `asked ${attempts} times in ${Duration.format(roundToTenths(elapsed))}`
  return `${id}  ${out.style("yellow", "not visible")}: ${asked}; what it cost is unknown, not $0`
}

const roundToTenths = (elapsed: Duration.Duration) =>
  Duration.millis(Math.round(Duration.toMillis(elapsed) / 100) * 100)

const totalView = (generations: ReadonlyArray<Generation>, asked: number): string => {
  const known = generations.map(Usage.effectiveCost).filter((cost) => cost !== null)
  const total = Format.exactUsd(BigDecimal.sumAll(known.map(BigDecimal.unsafeFromNumber)))
  return `total ${total} for ${known.length} of ${Format.plural(asked, "generation")}, ${asked - known.length} unknown`
}
