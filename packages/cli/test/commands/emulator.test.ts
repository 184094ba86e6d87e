import { assert, describe, it } from "@effect/vitest"
import { Effect } from "effect"
import { once } from "node:events"
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

  it.scopedLive("says that its port is taken", () =>
    Effect.gen(function*() {
      const child = yield* start(["emulator", "--json"])
      const [line] = yield* Effect.promise(() => once(createInterface(child.stdout), "line"))
      const { port } = new URL(JSON.parse(line).url)
      const { code, stderr } = yield* run(["emulator", "--port", port])
      child.kill("SIGINT")
      assert.strictEqual(code, 2)
      assert.include(stderr, `port ${port} cannot be listened on`)
    }).pipe(Effect.provide(served)))

  it.scopedLive("refuses a port that is none", () =>
    Effect.gen(function*() {
      const { code, stderr } = yield* run(["emulator", "--port", "99999"])
      assert.strictEqual(code, 2)
      assert.include(stderr, "65535")
    }).pipe(Effect.provide(served)))
})
