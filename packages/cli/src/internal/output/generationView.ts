import type { Generation } from "@effect-openrouter/core/Generation"
import * as Usage from "@effect-openrouter/core/Usage"
import * as Settlement from "@effect-openrouter/generations/Settlement"
import * as BigDecimal from "effect/BigDecimal"
import * as Duration from "effect/Duration"
import * as Format from "./format.js"
import { printable } from "./printable.js"
import type { Out } from "./stdio.js"
import { block, type Column, maxLineWidth, table } from "./table.js"

/**
 * Returns settlements as text: a table if it fits into the terminal, else one block for each record; then the ids without
 * a record, and the total.
 */
export const settlementsView = (settlements: ReadonlyArray<Settlement.Settlement>, out: Out): string => {
  const generations = settlements.filter(Settlement.is("Settled")).map(({ generation }) => generation)
  const parts = [
    generationsView(generations, out),
    settlements.filter((settlement) => settlement._tag !== "Settled")
      .map((settlement) => noRecord(settlement, out)).join("\n"),
    settlements.length > 1 ? totalView(generations, settlements.length) : ""
  ]
  return `${parts.filter((part) => part !== "").join("\n\n")}\n`
}

const generationsView = (generations: ReadonlyArray<Generation>, out: Out): string => {
  if (generations.length > 1) {
    const text = table(columns, generations, out)
    if (maxLineWidth(text) <= out.columns()) return text
  }
  return generations.map((generation) => generationBlock(generation, out)).join("\n\n")
}

const columns: ReadonlyArray<Column<Generation>> = [
  { title: "ID", align: "left", cell: ({ id }) => printable(id) },
  { title: "MODEL", align: "left", cell: ({ model }) => printable(model ?? Format.unknown) },
  { title: "PROVIDER", align: "left", cell: ({ providerName }) => printable(providerName ?? Format.unknown) },
  { title: "TOKENS IN", align: "right", cell: ({ nativeTokensPrompt }) => Format.count(nativeTokensPrompt) },
  { title: "OUT", align: "right", cell: ({ nativeTokensCompletion }) => Format.count(nativeTokensCompletion) },
  { title: "COST", align: "point", cell: (generation) => Format.usd(Usage.cost(generation).effective) },
  { title: "FIRST TOKEN", align: "right", cell: ({ latency }) => Format.millis(latency) },
  { title: "TOKENS/S", align: "right", cell: (generation) => Format.speed(Usage.tokensPerSecond(generation)) },
  {
    title: "AFTER FIRST",
    align: "right",
    cell: (generation) => Format.speed(Usage.tokensPerSecondAfterFirstToken(generation))
  },
  { title: "NOTES", align: "left", cell: (generation) => notes(generation).join(", ") }
]

const generationBlock = (generation: Generation, out: Out): string => {
  const { createdAt, latency, model, nativeTokensCompletion, nativeTokensPrompt, providerName } = generation
  return block(printable(generation.id), [
    ["model", `${printable(model ?? Format.unknown)} from ${printable(providerName ?? Format.unknown)}`],
    ["created", createdAt === null ? Format.unknown : new Date(createdAt.epochMillis).toISOString()],
    ["tokens", `${Format.count(nativeTokensPrompt)} in, ${Format.count(nativeTokensCompletion)} out (native)`],
    ["cost", Format.usd(Usage.cost(generation).effective) + paidBy(generation)],
    ["first token", Format.millis(latency)],
    ["speed", `${Format.speed(Usage.tokensPerSecond(generation))} tokens/s`],
    ["after first token", `${Format.speed(Usage.tokensPerSecondAfterFirstToken(generation))} tokens/s`],
    ["failed attempts", failedAttempts(generation) || "none"]
  ], out)
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

/** The total counts a record once, also if it was asked for twice. */
const totalView = (generations: ReadonlyArray<Generation>, asked: number): string => {
  const costs = [...new Map(generations.map((generation) => [generation.id, generation])).values()]
    .map((generation) => Usage.cost(generation).effective)
  const known = costs.filter((cost) => cost !== null)
  const unknown = asked - generations.length + costs.length - known.length
  const total = Format.usd(BigDecimal.sumAll(known))
  return `total ${total} for ${known.length} of ${
    Format.plural(known.length + unknown, "generation")
  }, ${unknown} unknown`
}
