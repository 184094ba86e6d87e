import {
  type ObservedGeneration,
  observeFetch,
  type ObserveOptions,
  type StartedGeneration
} from "@effect-openrouter/client"
import { OpenRouterEmulator } from "@effect-openrouter/emulator"
import { listen } from "@effect-openrouter/test-support"
import { HttpServer } from "@effect/platform"
import { NodeHttpServer } from "@effect/platform-node"
import { assert, describe, it } from "@effect/vitest"
import { Effect, Layer } from "effect"
import { getEventListeners } from "node:events"
import { createServer, type RequestListener } from "node:http"
import type { AddressInfo } from "node:net"

const url = "https://openrouter.ai/api/v1/chat/completions"

const post = { method: "POST", body: "{}" }

const encoder = new TextEncoder()

/** A fetch that responds with these, and what an observer of it reported. */
const observe = (
  respond: (...args: Parameters<typeof fetch>) => Response | Promise<Response>,
  options?: ObserveOptions
) => {
  const generations: Array<ObservedGeneration> = []
  const started: Array<StartedGeneration> = []
  const observed = observeFetch(async (...args) => respond(...args), (generation) => generations.push(generation), {
    onStart: (generation) => started.push(generation),
    ...options
  })
  return { fetch: observed, generations, started }
}

const headers = { "content-type": "application/json" }
const events = { "content-type": "text/event-stream" }

const chunk = `data: {"id":"gen-1","model":"a/one","choices":[{"index":0,"delta":{"content":"x"}}]}\n\n`
const done = "data: [DONE]\n\n"

/** A body whose parts a test sends, and how it ended. */
const controlled = (type?: "bytes") => {
  let controller: ReadableStreamController<Uint8Array<ArrayBuffer>> | undefined
  const state: { pulls: number; cancelled: unknown } = { pulls: 0, cancelled: undefined }
  const source = {
    start: (started: ReadableStreamController<Uint8Array<ArrayBuffer>>) => {
      controller = started
    },
    pull: () => {
      state.pulls++
    },
    cancel: (reason: unknown) => {
      state.cancelled = reason
    }
  }
  return {
    state,
    body: type === "bytes"
      ? new ReadableStream({ ...source, type })
      : new ReadableStream<Uint8Array<ArrayBuffer>>(source, { highWaterMark: 0 }),
    send: (text: string) => controller?.enqueue(encoder.encode(text)),
    close: () => controller?.close(),
    fail: (error: unknown) => controller?.error(error)
  }
}

const settled = () => new Promise((resolve) => setTimeout(resolve))

const reading = async (response: Response) => {
  const reader = response.body?.getReader()
  if (reader === undefined) throw new Error("expected a body")
  return reader
}

/** Runs a server on loopback for as long as the test. */
const withServer = <A>(listener: RequestListener, use: (origin: string) => Promise<A>) =>
  listen(createServer(listener)).pipe(
    Effect.flatMap((port) => Effect.promise(() => use(`http://127.0.0.1:${port}`))),
    Effect.scoped
  )

describe("observeFetch reports", () => {
  const emulated = OpenRouterEmulator.serve.pipe(
    Layer.provideMerge(OpenRouterEmulator.layer),
    Layer.provideMerge(NodeHttpServer.layer(createServer, { host: "127.0.0.1", port: 0 }))
  )

  it.scopedLive("every kind of completion of the emulator, over a socket", () =>
    Effect.gen(function*() {
      const emulator = yield* OpenRouterEmulator
      const origin = yield* HttpServer.addressFormattedWith(Effect.succeed)
      const baseUrl = `${origin}/api/v1`
      const { generations, started, fetch: observed } = observe(fetch, { baseUrl })
      const cases = [
        ["/chat/completions", { messages: [] }, "openai/gpt-4o"],
        ["/completions", { prompt: "" }, "openai/gpt-4o"],
        ["/responses", { input: "" }, "openai/gpt-4o"],
        ["/messages", { messages: [] }, "openai/gpt-4o"],
        ["/embeddings", { input: ["a"] }, "gpt-4o"]
      ] as const
      for (const [path, body, model] of cases) {
        for (const stream of path === "/embeddings" ? [false] : [false, true]) {
          const id = yield* emulator.reply({ text: "Hello there", chunkDelay: 1 })
          const text = yield* Effect.promise(async () =>
            (await observed(`${baseUrl}${path}?x=1`, {
              method: "post",
              headers: { authorization: "Bearer key" },
              body: JSON.stringify({ model: "openai/gpt-4o", ...body, stream })
            })).text()
          )
          assert.include(text, id)
          assert.deepStrictEqual(generations.splice(0), [{
            id,
            source: path === "/embeddings" ? "body" : "header",
            path: `/api/v1${path}`,
            status: 200,
            model,
            complete: true
          }])
          assert.deepStrictEqual(started.splice(0), [{ id, path: `/api/v1${path}`, status: 200 }])
        }
      }
    }).pipe(Effect.provide(emulated)))

  it.scopedLive("what the emulator fails, breaks off and cancels as incomplete", () =>
    Effect.gen(function*() {
      const emulator = yield* OpenRouterEmulator
      const baseUrl = yield* HttpServer.addressFormattedWith((origin) => Effect.succeed(`${origin}/api/v1`))
      const { generations, fetch: observed } = observe(fetch, { baseUrl })
      const complete = (path: string, stream: boolean) =>
        Effect.promise(async () =>
          (await observed(`${baseUrl}${path}`, {
            method: "POST",
            headers: { authorization: "Bearer key" },
            body: JSON.stringify({ stream })
          })).text()
        )
      for (const path of ["/chat/completions", "/completions", "/responses", "/messages"]) {
        for (const stream of [false, true]) {
          for (const shape of ["finishReason", "noChoices", "usage"] as const) {
            yield* emulator.reply({ text: ["a", "b"], error: { status: 502, afterChunks: 1, shape } })
            yield* complete(path, stream)
          }
          yield* emulator.reply({ text: ["a", "b"], breakOffAfter: 1 })
          yield* complete(path, stream)
          yield* emulator.reply({ error: { status: 429 } })
          yield* complete(path, stream)
        }
      }
      assert.lengthOf(generations, 32)
      assert.isTrue(generations.every(({ complete }) => !complete))
    }).pipe(Effect.provide(emulated)))

  it("the id of the header before that of the body, and the model of the body", async () => {
    const { fetch, generations } = observe(() =>
      Response.json({ id: "gen-body", model: "a/one" }, { headers: { "x-generation-id": "gen-header" } })
    )
    await (await fetch(url, post)).json()
    assert.deepStrictEqual(generations, [
      {
        id: "gen-header",
        source: "header",
        path: "/api/v1/chat/completions",
        status: 200,
        model: "a/one",
        complete: true
      }
    ])
  })

  it("the id of the body if the header is empty, and the first one of a header that was sent twice", async () => {
    const headers = new Headers({ "x-generation-id": "" })
    const { fetch, generations } = observe(() => Response.json({ id: "gen-body" }, { headers }))
    await (await fetch(url, post)).json()
    headers.set("x-generation-id", "gen-header")
    headers.append("x-generation-id", "gen-header")
    await (await fetch(url, post)).json()
    assert.deepStrictEqual(generations.map(({ id, source }) => [id, source]), [["gen-body", "body"], [
      "gen-header",
      "header"
    ]])
  })

  it("speech, whose id is only in the header", async () => {
    const { fetch, generations } = observe(() =>
      new Response(new Uint8Array([255, 251, 123, 0]), {
        headers: { "content-type": "audio/mpeg", "x-generation-id": "gen-tts-1" }
      })
    )
    await (await fetch("https://openrouter.ai/api/v1/audio/speech", post)).arrayBuffer()
    assert.deepInclude(generations[0], { id: "gen-tts-1", source: "header", model: null, complete: true })
  })

  it("the id of embeddings after megabytes of vectors", async () => {
    const vectors = `{"object":"embedding","embedding":[${"-0.012345678,".repeat(100)}0]},`
    let sent = 0
    const body = new ReadableStream({
      pull: (controller) => {
        sent++
        if (sent === 1) controller.enqueue(encoder.encode(`{"object":"list","data":[`))
        else if (sent < 4000) controller.enqueue(encoder.encode(vectors))
        else {
          controller.enqueue(encoder.encode(`{}],"model":"text-embedding-3-small","id":"gen-emb-1"}`))
          controller.close()
        }
      }
    })
    const { fetch, generations, started } = observe(() => new Response(body, { headers }))
    await (await fetch(url, post)).arrayBuffer()
    assert.deepInclude(generations[0], {
      id: "gen-emb-1",
      source: "body",
      model: "text-embedding-3-small",
      complete: true
    })
    assert.lengthOf(started, 1)
  })

  it("an error with an id in its header at once, read or not, and gives the caller the same response", async () => {
    const response = Response.json({ error: {} }, { status: 502, headers: { "x-generation-id": "gen-1" } })
    const { fetch, generations, started } = observe(() => response)
    assert.strictEqual(await fetch(url, post), response)
    assert.deepStrictEqual(generations, [
      { id: "gen-1", source: "header", path: "/api/v1/chat/completions", status: 502, model: null, complete: false }
    ])
    assert.lengthOf(started, 1)
  })

  it("no error without an id", async () => {
    const { fetch, generations, started } = observe(() =>
      Response.json({ error: { code: 401, message: "No", metadata: { id: "gen-1" } } }, { status: 401 })
    )
    await (await fetch(url, post)).text()
    assert.deepStrictEqual([generations, started], [[], []])
  })

  it.each([
    ["a finish reason", { id: "gen-1", choices: [{ finish_reason: "error" }] }],
    ["an error", { id: "gen-1", error: { code: 502 } }],
    ["a text for an error", { id: "gen-1", error: "no" }],
    ["an event of type error", { id: "gen-1", type: "error" }]
  ])("a whole response of status 200 with %s as incomplete", async (_, body) => {
    const { fetch, generations } = observe(() => Response.json(body))
    await (await fetch(url, post)).json()
    assert.deepInclude(generations[0], { id: "gen-1", status: 200, complete: false })
  })

  it("a JSON that is cut off by a clean end as incomplete, and one without an error as complete", async () => {
    for (
      const [text, complete] of [[`{"id":"gen-1","error":null}`, true], [`{"id":"gen-1","choices":[`, false]] as const
    ) {
      const { fetch, generations } = observe(() => new Response(text, { headers }))
      await (await fetch(url, post)).text()
      assert.deepInclude(generations[0], { complete })
    }
  })

  it("a response without a body at once", async () => {
    const { fetch, generations } = observe(() => new Response(null, { headers: { "x-generation-id": "gen-1" } }))
    await fetch(url, post)
    assert.deepInclude(generations[0], { id: "gen-1", complete: true })
  })

  it("a body that is still compressed, by its header", async () => {
    const { fetch, generations } = observe(() =>
      new Response(new Uint8Array([31, 139, 8, 0]), {
        headers: { ...events, "content-encoding": "gzip", "x-generation-id": "gen-1" }
      })
    )
    await (await fetch(url, post)).arrayBuffer()
    assert.deepInclude(generations[0], { id: "gen-1", complete: true })
  })

  it("a generation once, however the body is read", async () => {
    const { fetch, generations } = observe(() => Response.json({ id: "gen-1" }))
    const response = await fetch(url, post)
    await Promise.all([response.clone().text(), response.clone().json(), response.text()])
    assert.lengthOf(generations, 1)
  })
})

describe("observeFetch observes", () => {
  const ok = () => Response.json({ id: "gen-1" })

  it.each([
    ["https://openrouter.ai/api/v1/chat/completions", undefined, 1],
    ["https://openrouter.ai/api/alpha/decisions", undefined, 1],
    ["https://eu.openrouter.ai/api/v1/embeddings", undefined, 1],
    ["http://openrouter.ai/api/v1/embeddings", undefined, 0],
    ["https://openrouter.ai:8443/api/v1/embeddings", undefined, 0],
    ["https://openrouter.ai.example.com/api/v1/embeddings", undefined, 0],
    ["https://notopenrouter.ai/api/v1/embeddings", undefined, 0],
    ["https://api.openai.com/v1/chat/completions", undefined, 0],
    ["http://127.0.0.1:4010/api/v1/chat/completions", "http://127.0.0.1:4010/api/v1", 1],
    ["http://127.0.0.1:4010/api/v1", "http://127.0.0.1:4010/api/v1/", 1],
    ["http://127.0.0.1:4010/api/v10/chat/completions", "http://127.0.0.1:4010/api/v1", 0],
    ["http://127.0.0.1:4011/api/v1/chat/completions", "http://127.0.0.1:4010/api/v1", 0],
    ["https://openrouter.ai/api/v1/chat/completions", "http://127.0.0.1:4010/api/v1", 0],
    ["https://b.example/x", ["https://a.example", "https://b.example"], 1]
  ])("%s with the base URL %s %d times", async (url, baseUrl, times) => {
    const { fetch, generations } = observe(ok, baseUrl === undefined ? {} : { baseUrl })
    await (await fetch(url, post)).text()
    await (await fetch(new URL(url), post)).text()
    await (await fetch(new Request(url, post))).text()
    assert.lengthOf(generations, times * 3)
  })

  it("only POST, and returns other responses unchanged", async () => {
    const response = ok()
    const { fetch, generations } = observe(() => response)
    for (
      const [input, init] of [
        [url],
        [url, { method: "PUT" }],
        [new Request(url)],
        [new Request(url, post), { method: "PUT" }],
        ["https://example.com", post],
        ["/relative", post]
      ] satisfies ReadonlyArray<Parameters<typeof globalThis.fetch>>
    ) assert.strictEqual(await fetch(input, init), response)
    assert.lengthOf(generations, 0)
  })

  it("nothing if the base URL is invalid", () => {
    assert.throws(() => observeFetch(fetch, () => {}, { baseUrl: "openrouter.ai" }), TypeError)
  })

  it("no response that a redirect brought from another host", () =>
    Effect.runPromise(withServer((request, response) => {
      const { port } = request.socket.address() as AddressInfo
      if (request.url === "/api/v1/away") {
        response.writeHead(307, { location: `http://localhost:${port}/api/v1/there` }).end()
      } else if (request.url === "/api/v1/near") response.writeHead(307, { location: "/api/v1/there" }).end()
      else response.writeHead(200, headers).end(`{"id":"gen-1"}`)
    }, async (origin) => {
      const { fetch: observed, generations } = observe(fetch, { baseUrl: `${origin}/api/v1` })
      const away = await observed(`${origin}/api/v1/away`, { method: "POST" }).catch(() => undefined)
      await away?.text()
      assert.lengthOf(generations, 0)
      const near = await observed(`${origin}/api/v1/near`, { method: "POST" })
      await near.text()
      assert.isTrue(near.redirected)
      assert.strictEqual(near.url, `${origin}/api/v1/there`)
      assert.deepInclude(generations[0], { id: "gen-1", path: "/api/v1/near" })
    })))

  it("with the arguments and the properties of the given fetch", async () => {
    const received: Array<unknown> = []
    const given = Object.assign(async (...args: ReadonlyArray<unknown>) => {
      received.push(args)
      return ok()
    }, { preconnect: () => {} })
    const observed = observeFetch(given, () => {})
    const request = new Request(url, post)
    const init = { ...post, signal: new AbortController().signal }
    await observed(request)
    await observed(url, init)
    assert.deepStrictEqual(received, [[request], [url, init]])
    assert.strictEqual((observed as typeof given).preconnect, given.preconnect)
  })

  it("stubs that are no responses, without touching them", async () => {
    const stubs: ReadonlyArray<Partial<Response>> = [
      {},
      { ok: true, json: async () => ({ id: "gen-1" }) },
      { status: 200, headers: new Headers(), body: controlled().body }
    ]
    for (const stub of stubs) {
      const { fetch } = observe(() => stub as Response)
      assert.strictEqual<Partial<Response>>(await fetch(url, post), stub)
    }
  })

  it("failures of the fetch by passing them on", async () => {
    const failure = new TypeError("fetch failed")
    const { fetch } = observe(() => Promise.reject(failure))
    assert.strictEqual(await fetch(url, post).catch((error: unknown) => error), failure)
  })
})

describe("a body observed by observeFetch", () => {
  it("is not read ahead, and not reported if nobody reads it", async () => {
    const { body, send, state } = controlled()
    const { fetch, generations, started } = observe(() => new Response(body, { headers: events }))
    const response = await fetch(url, post)
    await settled()
    assert.strictEqual(state.pulls, 0)
    const reader = await reading(response)
    send(chunk)
    await reader.read()
    await settled()
    assert.strictEqual(state.pulls, 0)
    assert.lengthOf(started, 1)
    assert.lengthOf(generations, 0)
  })

  it("comes in the same parts, each when it is sent, the start reported before its part", async () => {
    const { body, close, send } = controlled()
    const { fetch, generations, started } = observe(() => new Response(body, { headers: events }))
    const reader = await reading(await fetch(url, post))
    const parts = [": OPENROUTER PROCESSING\n\n", chunk.slice(0, 10), chunk.slice(10), done]
    const received: Array<string> = []
    for (const part of parts) {
      const read = reader.read()
      send(part)
      received.push(new TextDecoder().decode((await read).value))
      assert.lengthOf(started, received.length > 2 ? 1 : 0)
    }
    assert.deepStrictEqual(received, parts)
    assert.lengthOf(generations, 0)
    const last = reader.read()
    close()
    assert.deepStrictEqual(await last, { done: true, value: undefined })
    assert.deepInclude(generations[0], { id: "gen-1", source: "stream", model: "a/one", complete: true })
  })

  it("is reported before the caller learns of its end, even if the caller does not read on", async () => {
    const { body, close, send } = controlled()
    const order: Array<string> = []
    const fetch = observeFetch(async () => new Response(body, { headers: events }), () => order.push("reported"))
    const reader = await reading(await fetch(url, post))
    reader.closed.then(() => order.push("closed"), () => order.push("failed"))
    send(chunk)
    await reader.read()
    close()
    await settled()
    assert.deepStrictEqual(order, ["reported", "closed"])
  })

  it.each([[undefined], ["bytes"]] as const)("(%s) fails with the same error, between two reads, too", async (type) => {
    const failure = new Error("reset")
    for (const isReading of [true, false]) {
      const { body, fail, send } = controlled(type)
      const { fetch, generations } = observe(() => new Response(body, { headers: events }))
      const reader = await reading(await fetch(url, post))
      send(chunk)
      await reader.read()
      const read = isReading ? reader.read() : undefined
      fail(failure)
      const outcome = Promise.allSettled([read ?? reader.closed])
      await settled()
      assert.deepInclude(generations[0], { id: "gen-1", complete: false })
      assert.deepInclude((await outcome)[0], { status: "rejected", reason: failure })
      assert.strictEqual(await reader.read().catch((error: unknown) => error), failure)
      assert.lengthOf(generations, 1)
    }
  })

  it("passes the reason of a cancellation on, and is complete if the terminal event had come", async () => {
    for (const [text, complete] of [[chunk, false], [chunk + done, true]] as const) {
      const { body, send, state } = controlled()
      const { fetch, generations } = observe(() => new Response(body, { headers: events }))
      const reader = await reading(await fetch(url, post))
      send(text)
      await reader.read()
      await reader.cancel("enough")
      assert.strictEqual(state.cancelled, "enough")
      assert.deepInclude(generations[0], { id: "gen-1", complete })
    }
  })

  it("that is cancelled before it is read is reported if its id is in the header", async () => {
    const { body, state } = controlled()
    const { fetch, generations } = observe(() =>
      new Response(body, { headers: { ...events, "x-generation-id": "gen-1" } })
    )
    const response = await fetch(url, post)
    await response.body?.cancel("unwanted")
    assert.strictEqual(state.cancelled, "unwanted")
    assert.deepInclude(generations[0], { id: "gen-1", complete: false })
  })

  it.each([
    [`data: {"type":"message_start","message":{"id":"gen-1"}}\n\n`, `data: {"type":"message_stop"}\n\n`, true],
    [
      `data: {"type":"response.created","response":{"id":"gen-1"}}\n\n`,
      `data: {"type":"response.completed"}\n\n`,
      true
    ],
    [
      `data: {"type":"response.created","response":{"id":"gen-1"}}\n\n`,
      `data: {"type":"response.incomplete"}\n\n`,
      true
    ],
    [
      `data: {"type":"response.created","response":{"id":"gen-1"}}\n\n`,
      `data: {"type":"response.failed"}\n\n${done}`,
      false
    ],
    [chunk, `data: {"id":"gen-1","error":{"code":502},"choices":[]}\n\n${done}`, false],
    [chunk, `data: {"type":"error","error":{}}\n\n`, false],
    [chunk, `data: {"id":"gen-1","choices":[{"finish_reason":"error"}]}\n\n${done}`, false],
    [chunk, "", false],
    [chunk, done, true]
  ])("that has %s and then %s is complete: %s", async (first, second, complete) => {
    const { fetch, generations } = observe(() => new Response(first + second, { headers: events }))
    await (await fetch(url, post)).text()
    assert.deepInclude(generations[0], { id: "gen-1", source: "stream", complete })
  })

  it("keeps what a response has: class, URL, type, headers, clones and readers of bytes", () =>
    Effect.runPromise(withServer((_, response) => {
      response.writeHead(200, "Fine", { ...headers, "set-cookie": ["a=1", "b=2"] }).end(`{"id":"gen-1"}`)
    }, async (origin) => {
      const { fetch: observed, generations } = observe(fetch, { baseUrl: origin })
      const [plain, response] = await Promise.all([
        fetch(`${origin}/a`, { method: "POST" }),
        observed(`${origin}/a`, { method: "POST" })
      ])
      for (const same of [response, response.clone(), response.clone().clone()]) {
        assert.instanceOf(same, Response)
        for (const name of ["ok", "redirected", "status", "statusText", "type", "url", "bodyUsed"] as const) {
          assert.strictEqual(same[name], plain[name], name)
        }
        assert.deepStrictEqual(same.headers.getSetCookie(), ["a=1", "b=2"])
        assert.strictEqual((await same.blob()).type, "application/json")
      }
      assert.lengthOf(generations, 1)

      const bytes = await observed(`${origin}/a`, { method: "POST" })
      const reader = bytes.body?.getReader({ mode: "byob" })
      const { value } = await reader?.read(new Uint8Array(4)) ?? {}
      assert.strictEqual(new TextDecoder().decode(value), `{"id`)
      let isOver = false
      while (!isOver) isOver = (await reader?.read(new Uint8Array(100)))?.done ?? true
      assert.lengthOf(generations, 2)
    })))

  it("is aborted as it would be without an observer, between two reads, too", () =>
    Effect.runPromise(withServer((_, response) => {
      response.writeHead(200, events).write(chunk)
    }, async (origin) => {
      for (const isReading of [true, false]) {
        const { fetch: observed, generations } = observe(fetch, { baseUrl: origin })
        const controller = new AbortController()
        const response = await observed(`${origin}/a`, { method: "POST", signal: controller.signal })
        const reader = await reading(response)
        await reader.read()
        const read = isReading ? reader.read() : reader.closed
        const outcome = read.catch((error: unknown) => error)
        const reason = new Error("stop")
        controller.abort(reason)
        assert.strictEqual(await outcome, reason)
        assert.deepInclude(generations[0], { id: "gen-1", complete: false })
        assert.lengthOf(generations, 1)
      }
    })))

  it("is reported if it is aborted before it is read, and holds no listener afterwards", async () => {
    const controller = new AbortController()
    const { signal } = controller
    const { fetch, generations } = observe(() =>
      new Response(chunk, { headers: { ...events, "x-generation-id": "gen-1" } })
    )
    await fetch(url, { ...post, signal })
    controller.abort()
    assert.deepInclude(generations[0], { id: "gen-1", complete: false })

    const other = new AbortController()
    await (await fetch(url, { ...post, signal: other.signal })).text()
    await (await fetch(url, { ...post, signal: other.signal })).body?.cancel()
    assert.lengthOf(getEventListeners(other.signal, "abort"), 0)
    other.abort()
    assert.lengthOf(generations, 3)
  })

  it("passes 100 MB in constant memory", async () => {
    const part = `data: {"id":"gen-1","choices":[{"delta":{"content":"${"x".repeat(65_000)}"}}]}\n\n`
    let rest = 100e6 / part.length
    const body = new ReadableStream({
      pull: (controller) => {
        if (rest-- > 0) controller.enqueue(encoder.encode(part))
        else {
          controller.enqueue(encoder.encode(done))
          controller.close()
        }
      }
    })
    const { fetch, generations } = observe(() => new Response(body, { headers: events }))
    const response = await fetch(url, post)
    const used = () => {
      const { arrayBuffers, heapUsed } = process.memoryUsage()
      return arrayBuffers + heapUsed
    }
    const before = used()
    let most = 0
    let received = 0
    for await (const bytes of response.body ?? []) {
      received += bytes.length
      most = Math.max(most, used() - before)
    }
    assert.isAbove(received, 100e6)
    assert.isBelow(most, 60e6)
    assert.deepInclude(generations[0], { complete: true })
  })
})

describe("a listener of observeFetch", () => {
  const failing: ReadonlyArray<() => unknown> = [
    () => {
      throw new Error("no")
    },
    () => Promise.reject(new Error("no")),
    () => new Promise(() => {}),
    () =>
      new Proxy({}, {
        has: () => true,
        get: () => {
          throw new Error("no")
        }
      })
  ]

  it.each(failing)("that fails or never settles changes nothing, %#", async (listener) => {
    const response = new Response(chunk + done, { headers: events })
    const fetch = observeFetch(async () => response, listener, { onStart: listener })
    assert.strictEqual(await (await fetch(url, post)).text(), chunk + done)
    await settled()
  })
})
