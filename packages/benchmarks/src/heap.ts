// Measures the heap of a held record in a process of its own: node --expose-gc heap.js DECODER.
import { decoders } from "./decoders.js"
import { recordText } from "./record.js"

const decode = await decoders[process.argv[2] as keyof typeof decoders]()
const count = 10_000
const heap = () => {
  globalThis.gc?.()
  globalThis.gc?.()
  return process.memoryUsage().heapUsed
}

for (let index = 0; index < 2000; index++) decode(recordText("gen-warm-up"))
const held: Array<unknown> = Array.from({ length: count }, () => null)
const before = heap()
for (let index = 0; index < count; index++) held[index] = decode(recordText(`gen-${index}`))
console.log(JSON.stringify({ bytes: (heap() - before) / held.length }))
