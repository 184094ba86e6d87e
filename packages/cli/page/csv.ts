/**
 * The records as CSV (RFC 4180).
 */
import { dayText } from "./days.js"
import * as Decimal from "./decimal.js"
import { type Names, type Records, unknown } from "./records.js"
import type { Rows } from "./summary.js"

type Cell = string | number | null | undefined

/** The columns of `report --by generation --csv`, and columns that only the page has. */
const columns: ReadonlyArray<readonly [name: string, cell: (records: Records, record: number) => Cell]> = [
  ["id", ({ id }, record) => id[record]],
  ["created", ({ created }, record) => isoTime(created[record] ?? NaN)],
  ["model", ({ model }, record) => name(model, record)],
  ["provider", ({ provider }, record) => name(provider, record)],
  ["cost", ({ cost, knownCost, scale }, record) => Number.isNaN(cost[record]) ? null : plain(knownCost[record], scale)],
  ["credits", ({ credits, scale }, record) => plain(credits[record], scale)],
  ["byok", ({ byok, scale }, record) => plain(byok[record], scale)],
  ["tokens_in", ({ tokensIn }, record) => tokensIn[record]],
  ["tokens_out", ({ tokensOut }, record) => tokensOut[record]],
  ["tokens_cached", ({ tokensCached }, record) => tokensCached[record]],
  ["tokens_reasoning", ({ tokensReasoning }, record) => tokensReasoning[record]],
  ["first_token_ms", ({ timeToFirstToken }, record) => timeToFirstToken[record]],
  ["tokens_per_second", ({ tokensPerSecond }, record) => tokensPerSecond[record]],
  [
    "tokens_per_second_after_first_token",
    ({ tokensPerSecondAfterFirstToken }, record) => tokensPerSecondAfterFirstToken[record]
  ],
  ["failed_attempts", ({ failedAttempts }, record) => failedAttempts[record]],
  ["own_provider_key", ({ isByok }, record) => flag(isByok[record])],
  ["cancelled", ({ isCancelled }, record) => flag(isCancelled[record])],
  ["cache_discount", ({ cacheDiscount, scale }, record) => plain(cacheDiscount[record], scale)],
  ["day", ({ day }, record) => Number.isNaN(day[record]) ? null : dayText(day[record] ?? NaN)],
  ["app", ({ app }, record) => name(app, record)],
  ["session", ({ session }, record) => name(session, record)]
]

const name = ({ names, of }: Names, record: number): string | null => {
  const name = names[of[record] ?? 0]
  return name === undefined || name === unknown ? null : name
}

const flag = (value: number | undefined): string | null =>
  value === undefined || Number.isNaN(value) ? null : String(value === 1)

const isoTime = (created: number): string | null => Number.isNaN(created) ? null : new Date(created).toISOString()

const plain = (units: bigint | null | undefined, scale: number): string | null =>
  units === null || units === undefined ? null : Decimal.plain(units, scale)

/** Returns a header and a line for each row. Unknown values are empty, amounts are plain decimals. */
export const csv = (records: Records, rows: Rows): string =>
  [
    columns.map(([name]) => name).join(","),
    ...Array.from(rows, (record) => columns.map(([, cell]) => field(cell(records, record))).join(","))
  ].map((line) => `${line}\r\n`).join("")

const field = (cell: Cell): string => {
  if (typeof cell === "number") return number(cell)
  const text = cell ?? ""
  return /[",\r\n]/.test(text) ? `"${text.replaceAll("\"", "\"\"")}"` : text
}

/** Returns plain digits, without an exponent. */
const number = (value: number): string => {
  if (Number.isNaN(value)) return ""
  return Math.abs(value) >= 1e21 ? String(BigInt(value)) : String(value)
}
