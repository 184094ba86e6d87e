// Measures how a record is encoded in a process of its own: node encode.js ENCODER.
import { Generation } from "@effect-openrouter/core/Generation"
import * as Schema from "effect/Schema"
import { recordText } from "./record.js"

const encoded = JSON.parse(recordText("gen-3bhGkxlo4XFrqiabUM7NDtwDzWwG")).data
const generation = Schema.decodeUnknownSync(Generation)(encoded)
const encode = Schema.encodeSync(Generation)
const encoders: Readonly<Record<string, () => unknown>> = {
  "JSON.stringify": () => JSON.stringify(encoded),
  ours: () => encode(generation)
}

const once = encoders[process.argv[2] ?? ""] ?? (() => {})
const run = (times: number) => {
  for (let index = 0; index < times; index++) once()
}
run(20_000)
const before = process.cpuUsage()
run(50_000)
const { system, user } = process.cpuUsage(before)
console.log(JSON.stringify({ microseconds: (system + user) / 50_000 }))
