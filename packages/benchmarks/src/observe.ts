// Measures what observing a fetch costs, in a process of its own: node observe.js KIND FETCH.
import { observeFetch } from "@effect-openrouter/client/observeFetch"

const encoder = new TextEncoder()
const id = "gen-1790000000-MadeUpAbCdEfGhIjKlMn"
const chunk = `data: {"id":"${id}","object":"chat.completion.chunk","created":1790000000,` +
  `"model":"openai/gpt-4o-mini-2024-07-18","provider":"Azure","choices":[{"index":0,"delta":{"content":" word",` +
  `"role":"assistant"},"finish_reason":null,"native_finish_reason":null}]}\n\n`
const done = "data: [DONE]\n\n"
const embeddings = JSON.stringify({
  object: "list",
  data: Array.from({ length: 40 }, (_, index) => ({
    object: "embedding",
    embedding: Array.from({ length: 1536 }, (_, at) => Math.sin(index * 1536 + at)),
    index
  })),
  id
})
const bytes = (text: string) => encoder.encode(text)

interface Kind {
  readonly contentType: string
  readonly parts: Iterable<Uint8Array>
  readonly times: number
}

function* largeStream(): Generator<Uint8Array> {
  const part = bytes(chunk.replace(" word", "word ".repeat(13_000)))
  for (let sent = 0; sent < 100e6; sent += part.length) yield part
  yield bytes(done)
}

const kinds: Readonly<Record<string, () => Kind>> = {
  whole: () => ({
    contentType: "application/json",
    parts: [bytes(JSON.stringify({ id, choices: [{ message: { content: "word ".repeat(400) } }] }))],
    times: 5000
  }),
  stream: () => ({
    contentType: "text/event-stream",
    parts: [...Array.from({ length: 300 }, () => bytes(chunk)), bytes(done)],
    times: 300
  }),
  embeddings: () => ({
    contentType: "application/json",
    parts: Array.from(
      { length: Math.ceil(embeddings.length / 65_536) },
      (_, index) => bytes(embeddings.slice(index * 65_536, (index + 1) * 65_536))
    ),
    times: 100
  }),
  large: () => ({ contentType: "text/event-stream", parts: largeStream(), times: 1 })
}

const [name = "", fetchName] = process.argv.slice(2)
const makeKind = kinds[name]
if (makeKind === undefined) throw new Error(`no kind ${name}`)

/** Responds as fetch of Node.js does: with a stream of bytes, each part its own. */
const plain: typeof fetch = async () => {
  const { contentType, parts } = makeKind()
  const iterator = parts[Symbol.iterator]()
  const body = new ReadableStream({
    type: "bytes",
    pull: (controller) => {
      const { done, value } = iterator.next()
      if (done === true) controller.close()
      else controller.enqueue(value.slice())
    }
  })
  return new Response(body, { headers: { "content-type": contentType } })
}
const observed = observeFetch(plain, () => {})
const chosen = fetchName === "observed" ? observed : plain

let most = 0
const held = () => {
  globalThis.gc?.()
  const { arrayBuffers, heapUsed } = process.memoryUsage()
  return arrayBuffers + heapUsed
}
const run = async (times: number, onPart: (index: number) => void) => {
  for (let index = 0; index < times; index++) {
    const response = await chosen("https://openrouter.ai/api/v1/chat/completions", { method: "POST" })
    let part = 0
    for await (const _ of response.body ?? []) onPart(part++)
  }
}

const { times } = makeKind()
if (name === "large") {
  const before = held()
  await run(1, (index) => {
    if (index % 100 === 0) most = Math.max(most, held() - before)
  })
  console.log(JSON.stringify({ bytes: most }))
} else {
  await run(times, () => {})
  const before = process.cpuUsage()
  await run(times, () => {})
  const { system, user } = process.cpuUsage(before)
  console.log(JSON.stringify({ microseconds: (system + user) / times }))
}
