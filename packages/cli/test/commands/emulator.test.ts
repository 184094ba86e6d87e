import { assert, describe, it } from "@effect/vitest"
import { Effect } from "effect"
import { once } from "node:events"
import { connect } from "node:net"
import { createInterface } from "node:readline"
import { ended, run, served, start } from "../harness.js"

describe("emulator", () => {
  it.scopedLive("serves generations to try the command against, until it is interrupted", () =>
    Effect.gen(function*() {
      const child = yield* start(["emulator", "--json"])
      const [line] = yield* Effect.promise(() => once(createInterface(child.stdout), "line"))
      const { ids, url } = JSON.parse(line)
      assert.match(url, /^http:\/\/127\.0\.0\.1:\d+\/api\/v1$/)
      const { code, stdout } = yield* run(["await", ...ids, "--base-url", url])
      assert.strictEqual(code, 0)
      assert.include(stdout, "total $0.0116842 for 5 of 5 generations, 0 unknown")
      child.kill("SIGINT")
      assert.strictEqual((yield* ended(child)).code, 130)
    }).pipe(Effect.provide(served)))

  it.scopedLive("ends at once on a signal, also with idle connections", () =>
    Effect.gen(function*() {
      const child = yield* start(["emulator", "--json"])
      const [line] = yield* Effect.promise(() => once(createInterface(child.stdout), "line"))
      const { port } = new URL(JSON.parse(line).url)
      const idle = connect(Number(port), "127.0.0.1")
      yield* Effect.promise(() => once(idle, "connect"))
      idle.write("GET /api/v1/generation?id=gen-ordinary HTTP/1.1\r\nHost: x\r\nAuthorization: Bearer x\r\n\r\n")
      yield* Effect.promise(() => once(idle, "data"))
      const closed = once(idle, "close")
      child.kill("SIGINT")
      const result = yield* Effect.timeout(ended(child), "3 seconds")
      assert.strictEqual(result.code, 130)
      yield* Effect.promise(() => closed)
    }).pipe(Effect.provide(served)))

  it.scopedLive("serves generated records, slower and with errors", () =>
    Effect.gen(function*() {
      const child = yield* start(["emulator", "--json", "--records", "50", "--latency", "20ms", "--errors", "100%"])
      const [line] = yield* Effect.promise(() => once(createInterface(child.stdout), "line"))
      const { ids, url } = JSON.parse(line)
      assert.lengthOf(new Set(ids), 50)
      const response = yield* Effect.promise(() =>
        fetch(`${url}/generation?id=${ids[0]}`, { headers: { authorization: "Bearer x" } })
      )
      child.kill("SIGINT")
      assert.strictEqual(response.status, 503)
      const wrong = yield* run(["emulator", "--errors", "150%"])
      assert.strictEqual(wrong.code, 2)
      assert.include(wrong.stderr, "'150%'")
    }).pipe(Effect.provide(served)))

  it.scopedLive("says that its port is taken", () =>
    Effect.gen(function*() {
      const child = yield* start(["emulator", "--json"])
      const [line] = yield* Effect.promise(() => once(createInterface(child.stdout), "line"))
      const { port } = new URL(JSON.parse(line).url)
      const { code, stderr } = yield* run(["emulator", "--port", port])
      child.kill("SIGINT")
      assert.strictEqual(code, 2)
      assert.include(stderr, `port ${port} of 127.0.0.1 cannot be listened on`)
    }).pipe(Effect.provide(served)))

  it.scopedLive.each(
    [
      { host: "0.0.0.0", reachable: "127.0.0.1", shown: "0.0.0.0" },
      { host: "::1", reachable: "[::1]", shown: "[::1]" }
    ]
  )(
    "listens on the address $host",
    ({ host, reachable, shown }) =>
      Effect.gen(function*() {
        const child = yield* start(["emulator", "--json", "--host", host])
        const [line] = yield* Effect.promise(() => once(createInterface(child.stdout), "line"))
        const url = new URL(JSON.parse(line).url)
        assert.strictEqual(url.hostname, shown)
        const response = yield* Effect.promise(() => fetch(`http://${reachable}:${url.port}/api/v1/key`))
        child.kill("SIGINT")
        assert.strictEqual(response.status, 401)
      }).pipe(Effect.provide(served))
  )

  it.scopedLive("says that its address cannot be listened on", () =>
    Effect.gen(function*() {
      const { code, stderr } = yield* run(["emulator", "--host", "192.0.2.1", "--port", "4010"])
      assert.strictEqual(code, 2)
      assert.include(stderr, "port 4010 of 192.0.2.1 cannot be listened on")
    }).pipe(Effect.provide(served)))

  it.scopedLive("rejects an invalid port", () =>
    Effect.gen(function*() {
      const { code, stderr } = yield* run(["emulator", "--port", "99999"])
      assert.strictEqual(code, 2)
      assert.include(stderr, "65535")
    }).pipe(Effect.provide(served)))
})
