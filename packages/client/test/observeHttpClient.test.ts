import { type ObservedGeneration, observeHttpClient, type ObserveOptions } from "@effect-openrouter/client"
import { OpenRouterEmulator, type Reply } from "@effect-openrouter/emulator"
import { FetchHttpClient, HttpClient, HttpClientRequest, HttpClientResponse, HttpServer } from "@effect/platform"
import { NodeHttpClient, NodeHttpServer } from "@effect/platform-node"
import { assert, describe, it } from "@effect/vitest"
import { Deferred, Effect, Exit, Fiber, Layer, Ref, Scope, Stream, TestClock } from "effect"
import { createServer } from "node:http"

const inMemory = Layer.provideMerge(OpenRouterEmulator.layerHttpClient, OpenRouterEmulator.layer)

const served = <E, R>(client: Layer.Layer<HttpClient.HttpClient, E, R>) =>
  Layer.mergeAll(OpenRouterEmulator.serve, client).pipe(
    Layer.provideMerge(OpenRouterEmulator.layer),
    Layer.provideMerge(NodeHttpServer.layer(createServer, { host: "127.0.0.1", port: 0 }))
  )

const openRouter = "https://openrouter.ai/api/v1"

const request = (path = "/chat/completions", stream = true, baseUrl = openRouter) =>
  HttpClientRequest.post(`${baseUrl}${path}`).pipe(
    HttpClientRequest.bearerToken("key"),
    HttpClientRequest.bodyUnsafeJson({ model: "openai/gpt-4o", messages: [], input: "a", stream })
  )

const observed = (options?: ObserveOptions<void | Effect.Effect<unknown, unknown>>) =>
  Effect.map(HttpClient.HttpClient, (client) => {
    const generations: Array<ObservedGeneration> = []
    return {
      generations,
      client: observeHttpClient((generation) => {
        generations.push(generation)
      }, options)(client)
    }
  })

const reply = (reply: Reply) => Effect.flatMap(OpenRouterEmulator, (emulator) => emulator.reply(reply))

/** Every way of reading a body whole. */
const readings = {
  stream: ({ stream }: HttpClientResponse.HttpClientResponse) => Stream.runDrain(stream),
  text: ({ text }: HttpClientResponse.HttpClientResponse) => text,
  json: ({ json }: HttpClientResponse.HttpClientResponse) => json,
  arrayBuffer: ({ arrayBuffer }: HttpClientResponse.HttpClientResponse) => arrayBuffer
}

describe("observeHttpClient", () => {
  for (
    const [name, layer] of [
      ["in memory", inMemory],
      ["over fetch and a socket", served(FetchHttpClient.layer)],
      ["over Node.js' http and a socket", served(NodeHttpClient.layer)],
      ["over undici and a socket", served(NodeHttpClient.layerUndici)]
    ] as const
  ) {
    it.scopedLive(`reports ${name}, however the body is read`, () =>
      Effect.gen(function*() {
        const baseUrl = yield* Effect.map(Effect.serviceOption(HttpServer.HttpServer), (server) =>
          server._tag === "Some" && server.value.address._tag === "TcpAddress"
            ? `http://127.0.0.1:${server.value.address.port}/api/v1`
            : openRouter)
        const { client, generations } = yield* observed({ baseUrl })
        for (const path of ["/chat/completions", "/embeddings"]) {
          for (const [how, read] of Object.entries(readings)) {
            const id = yield* reply({ text: "Hello there", model: "openai/gpt-4o" })
            yield* Effect.flatMap(client.execute(request(path, false, baseUrl)), (response) =>
              Effect.asVoid(read(response)))
            assert.deepStrictEqual(generations.splice(0), [{
              id,
              source: path === "/embeddings" ? "body" : "header",
              path: `/api/v1${path}`,
              status: 200,
              model: path === "/embeddings" ? "gpt-4o" : "openai/gpt-4o",
              complete: true
            }], how)
          }
        }
        for (const how of ["stream", "text", "arrayBuffer"] as const) {
          const id = yield* reply({ text: "Hello there" })
          yield* Effect.flatMap(client.execute(request("/chat/completions", true, baseUrl)), readings[how])
          assert.deepInclude(generations.splice(0)[0], { id, source: "header", complete: true })
        }
      }).pipe(Effect.provide(layer)))
  }

  it.effect("reports failures, interruptions and early ends as incomplete", () =>
    Effect.gen(function*() {
      const { client, generations } = yield* observed()
      const slow: Reply = { text: ["a", "b"], chunkDelay: "1 second" }

      yield* reply({ ...slow, error: { status: 502, afterChunks: 1 } })
      yield* reply({ ...slow, breakOffAfter: 1 })
      for (const _ of [1, 2]) {
        const fiber = yield* Effect.fork(Effect.flatMap(client.execute(request()), readings.stream))
        yield* TestClock.adjust("1 minute")
        yield* Fiber.join(fiber)
      }
      assert.deepStrictEqual(generations.splice(0).map(({ complete }) => complete), [false, false])

      for (const read of [readings.stream, readings.text]) {
        const id = yield* reply(slow)
        const fiber = yield* Effect.fork(Effect.flatMap(client.execute(request()), read))
        yield* TestClock.adjust(500)
        yield* Fiber.interrupt(fiber)
        assert.deepInclude(generations.splice(0)[0], { id, complete: false })
      }

      yield* reply({ text: "Hello there" })
      yield* Effect.flatMap(client.execute(request()), ({ stream }) => Stream.runDrain(Stream.take(stream, 1)))
      assert.deepInclude(generations.splice(0)[0], { complete: false })

      yield* reply({ text: "Hello there" })
      yield* Effect.flatMap(client.execute(request()), ({ stream }) =>
        Stream.runDrain(Stream.takeUntil(Stream.decodeText(stream), (text) => text.includes("[DONE]"))))
      assert.deepInclude(generations.splice(0)[0], { complete: true })
    }).pipe(Effect.provide(inMemory)))

  it.effect("reports a failure of the body before the caller learns of it, with the same error", () =>
    Effect.gen(function*() {
      const failure = new Error("reset")
      const order: Array<string> = []
      const broken = HttpClient.make((request) =>
        Effect.succeed(HttpClientResponse.fromWeb(
          request,
          new Response(
            new ReadableStream({
              start: (controller) => controller.enqueue(new TextEncoder().encode(`data: {"id":"gen-1"}\n\n`)),
              pull: (controller) => controller.error(failure)
            }, { highWaterMark: 0 }),
            { headers: { "content-type": "text/event-stream" } }
          )
        ))
      )
      const client = observeHttpClient(({ complete, id, source }) => {
        order.push(`${id} ${source} ${complete}`)
      }, { onStart: ({ id }) => void order.push(`start ${id}`) })(broken)
      yield* Effect.flatMap(client.execute(request()), ({ stream }) =>
        stream.pipe(
          Stream.tap(() => Effect.sync(() => order.push("part"))),
          Stream.tapError((error) => Effect.sync(() => order.push(String(error.cause)))),
          Stream.runDrain,
          Effect.flip
        ))
      assert.deepStrictEqual(order, ["start gen-1", "part", "gen-1 stream false", "Error: reset"])
    }))

  it.effect("reports the end before the caller learns of it", () =>
    Effect.gen(function*() {
      const order: Array<string> = []
      const client = observeHttpClient(() => void order.push("reported"))(yield* HttpClient.HttpClient)
      yield* Effect.flatMap(client.execute(request()), ({ stream }) =>
        Stream.runDrain(Stream.concat(stream, Stream.execute(Effect.sync(() => order.push("end"))))))
      assert.deepStrictEqual(order, ["reported", "end"])
    }).pipe(Effect.provide(inMemory)))

  it.effect("gives other responses as they are", () =>
    Effect.gen(function*() {
      const given = new Map<HttpClientRequest.HttpClientRequest, HttpClientResponse.HttpClientResponse>()
      const generations: Array<ObservedGeneration> = []
      const response = (request: HttpClientRequest.HttpClientRequest) =>
        HttpClientResponse.fromWeb(
          request,
          Response.json({ id: "gen-1" }, {
            status: request.url.endsWith("/502") ? 502 : 200,
            headers: { "x-generation-id": "gen-1" }
          })
        )
      const plain = HttpClient.makeWith<never, never, never, never>(
        (effect) =>
          Effect.map(effect, (request) => {
            const made = response(request)
            given.set(request, made)
            return made
          }),
        Effect.succeed
      )
      const client = observeHttpClient((generation) => void generations.push(generation))(plain)
      for (
        const request of [
          HttpClientRequest.get(`${openRouter}/generation`),
          HttpClientRequest.post("https://example.com/api/v1/chat/completions"),
          HttpClientRequest.post("relative")
        ]
      ) assert.strictEqual(yield* client.execute(request), given.get(request))
      assert.lengthOf(generations, 0)
      const failed = HttpClientRequest.post(`${openRouter}/502`)
      assert.strictEqual(yield* client.execute(failed), given.get(failed))
      assert.deepStrictEqual(generations, [
        { id: "gen-1", source: "header", path: "/api/v1/502", status: 502, model: null, complete: false }
      ])
    }))

  it.effect("keeps what a response has", () =>
    Effect.gen(function*() {
      const { client } = yield* observed()
      const plain = yield* HttpClient.HttpClient
      const id = yield* reply({})
      yield* reply({ id })
      const [a, b] = [yield* client.execute(request()), yield* plain.execute(request())]
      assert.isTrue(HttpClientResponse.TypeId in a)
      assert.strictEqual(a.status, b.status)
      assert.deepStrictEqual({ ...a.headers }, { ...b.headers })
      assert.deepStrictEqual(
        Object.keys(JSON.parse(JSON.stringify(a)) as object),
        Object.keys(JSON.parse(JSON.stringify(b)) as object)
      )
      assert.include(String(a), "HttpClientResponse")
    }).pipe(Effect.provide(inMemory)))

  describe("runs the Effect of a listener", () => {
    it.effect("before the caller learns of the end, with the caller's clock", () =>
      Effect.gen(function*() {
        const ids = yield* Ref.make<ReadonlyArray<string>>([])
        const note = ({ id }: { readonly id: string }) => Ref.update(ids, (ids) => [...ids, id])
        const later = yield* Deferred.make<string>()
        const client = observeHttpClient(
          (generation) =>
            Effect.zipRight(note(generation), Effect.delay(Deferred.succeed(later, generation.id), "1 hour")),
          { onStart: note }
        )(yield* HttpClient.HttpClient)
        const id = yield* reply({})
        const response = yield* client.execute(request())
        assert.deepStrictEqual(yield* Ref.get(ids), [id])
        yield* response.text
        assert.deepStrictEqual(yield* Ref.get(ids), [id, id])
        assert.isFalse(yield* Deferred.isDone(later))
        yield* TestClock.adjust("1 hour")
        assert.strictEqual(yield* Deferred.await(later), id)
      }).pipe(Effect.provide(inMemory)))

    it.effect.each([
      Effect.fail("no"),
      Effect.dieMessage("no"),
      Effect.never,
      Effect.interrupt
    ])("and changes nothing if it fails or never settles, %#", (effect) =>
      Effect.gen(function*() {
        const client = observeHttpClient(() => effect, { onStart: () => effect })(yield* HttpClient.HttpClient)
        const throwing = observeHttpClient(() => {
          throw new Error("no")
        })(client)
        yield* reply({ text: "Hello there" })
        assert.include(
          yield* Effect.flatMap(throwing.execute(request("/chat/completions", false)), ({ text }) => text),
          "Hello there"
        )
      }).pipe(Effect.provide(inMemory)))
  })

  it.effect("observes a client that has a scope, an error or a requirement of its own", () =>
    Effect.gen(function*() {
      const { client, generations } = yield* observed()
      const scope = yield* Scope.make()
      const id = yield* reply({ text: ["a", "b"], chunkDelay: "1 hour" })
      const response = yield* HttpClient.withScope(HttpClient.filterStatusOk(client)).execute(request()).pipe(
        Scope.extend(scope)
      )
      const fiber = yield* Effect.fork(response.text)
      yield* TestClock.adjust("1 second")
      yield* Scope.close(scope, Exit.void)
      yield* Fiber.await(fiber)
      assert.deepInclude(generations[0], { id, complete: false })
    }).pipe(Effect.provide(inMemory)))
})
