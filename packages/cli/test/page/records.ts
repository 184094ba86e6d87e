import { Generation } from "@effect-openrouter/core"
import { Schema } from "effect"
import { decode, type Records } from "../../page/records.js"
import { collector, type Source } from "../../src/internal/report/pageData.js"

export const source: Source = {
  file: "costs.ndjson",
  generated: "2026-11-26T12:00:00.000Z",
  timeZone: "UTC",
  notVisible: 0,
  failed: 0,
  unreadable: null,
  notes: []
}

const decodeGeneration = Schema.decodeSync(Generation)

/** Returns records as the page has them, by way of JSON. */
export const toRecords = (generations: ReadonlyArray<typeof Generation.Encoded>): Records => {
  const data = collector()
  for (const generation of generations) data.add(decodeGeneration(generation))
  return decode(JSON.parse(JSON.stringify(data.result(source))))
}

/** The ids of rows. */
export const ids = (records: Records, rows: Uint32Array): ReadonlyArray<string | undefined> =>
  Array.from(rows, (row) => records.id[row])
