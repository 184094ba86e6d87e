// Measures one decoder in a process of its own, from text to model: node decode.js DECODER.
import { decoders } from "./decoders.js"
import { recordText } from "./record.js"

const decode = await decoders[process.argv[2] as keyof typeof decoders]()
const text = recordText("gen-3bhGkxlo4XFrqiabUM7NDtwDzWwG")
const run = (times: number) => {
  for (let index = 0; index < times; index++) decode(text)
}
run(20_000)
const before = process.cpuUsage()
run(50_000)
const { system, user } = process.cpuUsage(before)
console.log(JSON.stringify({ microseconds: (system + user) / 50_000 }))
