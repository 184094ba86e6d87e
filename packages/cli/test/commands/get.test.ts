import { OpenRouterEmulator } from "@effect-openrouter/emulator"
import { assert, describe, it } from "@effect/vitest"
import { Effect } from "effect"
import { once } from "node:events"
import { createServer } from "node:http"
import { type AddressInfo, connect } from "node:net"
import {
  add,
  asked,
  baseUrl,
  ended,
  key,
  keyFingerprint,
  run,
  runProcess,
  runShell,
  served,
  start,
  values
} from "../harness.js"

const one = { id: "gen-1", model: "a/one", providerName: "One", totalCost: 0.00611, nativeTokensPrompt: 1204 }
const two = { id: "gen-22", model: "b/two", providerName: "Two", totalCost: 12, nativeTokensPrompt: 7 }

/** Starts a proxy that opens tunnels (CONNECT), and records where to. */
const startProxy = async () => {
  const targets: Array<string> = []
  const server = createServer().on("connect", ({ url = "" }, client, head) => {
    targets.push(url)
    const { hostname, port } = new URL(`http://${url}`)
    const target = connect(Number(port), hostname, () => {
      client.write("HTTP/1.1 200 Connection Established\r\n\r\n")
      target.write(head)
      target.pipe(client)
      client.pipe(target)
    })
    target.on("error", () => client.destroy())
    client.on("error", () => target.destroy())
  })
  await once(server.listen(0, "127.0.0.1"), "listening")
  const { port } = server.address() as AddressInfo
  return { targets, url: `http://127.0.0.1:${port}`, close: () => void server.close() }
}

describe("get", () => {
  it.scopedLive("shows one record, and says unknown where it is", () =>
    Effect.gen(function*() {
      yield* add({ ...one, nativeTokensCompletion: null })
      const { code, stderr, stdout } = yield* run(["get", "gen-1"])
      assert.strictEqual(code, 0)
      assert.strictEqual(stderr, "")
      assert.match(stdout, /model +a\/one from One/)
      assert.match(stdout, /tokens +1,204 in, unknown out/)
      assert.match(stdout, /cost +\$0\.00611\n/)
    }).pipe(Effect.provide(served)))

  it.scopedLive("prints nothing but JSON with --json, whatever is logged", () =>
    Effect.gen(function*() {
      yield* add(one)
      const emulator = yield* OpenRouterEmulator
      yield* emulator.faults([{ status: 503 }])
      const { code, stderr, stdout } = yield* run(["get", "gen-1", "--json", "--log-level", "debug"])
      assert.strictEqual(code, 0)
      assert.lengthOf(values(stdout), 1)
      assert.include(stderr, "503")
      assert.notInclude(stderr, key)
    }).pipe(Effect.provide(served)))

  it.scopedLive("shows several in their order, with aligned decimal points, and the exact total", () =>
    Effect.gen(function*() {
      yield* add(one, two)
      const { code, stdout } = yield* run(["get", "gen-22", "gen-1"])
      assert.strictEqual(code, 0)
      const [, first = "", second = ""] = stdout.split("\n")
      assert.match(first, /^gen-22 .* +7 .*\$12\.00 /)
      assert.match(second, /^gen-1 .* +1,204 .*\$0\.00611 /)
      assert.strictEqual(first.indexOf(".", first.indexOf("$")), second.indexOf(".", second.indexOf("$")))
      assert.include(stdout, "total $12.00611 for 2 of 2 generations, 0 unknown")
      assert.notInclude(stdout, "\u001b")
    }).pipe(Effect.provide(served)))

  it.scopedLive("ends with 3 if one is not visible, and asks for it once", () =>
    Effect.gen(function*() {
      yield* add(one)
      const { code, stderr, stdout } = yield* run(["get", "gen-1", "gen-none"])
      assert.strictEqual(code, 3)
      assert.strictEqual(stderr, "")
      assert.match(stdout, /gen-none +not visible: asked once; what it cost is unknown, not \$0/)
      assert.include(stdout, "total $0.00611 for 1 of 2 generations, 1 unknown")
      assert.sameMembers(yield* asked, ["gen-1", "gen-none"])
    }).pipe(Effect.provide(served)))

  it.scopedLive("ends with 1 if one failed, whatever else is not visible", () =>
    Effect.gen(function*() {
      const emulator = yield* OpenRouterEmulator
      yield* emulator.faults([{ status: 403 }])
      const { code, stdout } = yield* run(["get", "gen-1", "gen-1"])
      assert.strictEqual(code, 1)
      assert.match(stdout, /gen-1 +failed: /)
    }).pipe(Effect.provide(served)))

  it.scopedLive("prints a line of JSON for each with --json, before or after the ids, the record as OpenRouter has it", () =>
    Effect.gen(function*() {
      yield* add(one)
      for (const args of [["--json", "gen-1", "gen-none"], ["gen-1", "gen-none", "--json"]]) {
        const { code, stdout } = yield* run(["get", ...args])
        assert.strictEqual(code, 3)
        const [settled, notVisible, ...rest] = values(stdout)
        assert.lengthOf(rest, 0)
        assert.nestedInclude(settled, { _tag: "Settled", id: "gen-1", "generation.total_cost": 0.00611 })
        assert.include(notVisible, { _tag: "NotVisible", id: "gen-none", attempts: 1 })
      }
    }).pipe(Effect.provide(served)))

  it.scopedLive("says what to do about a rejected key, with its fingerprint and without the key", () =>
    Effect.gen(function*() {
      const emulator = yield* OpenRouterEmulator
      yield* emulator.faults([{ status: 401, body: { error: { code: 401, message: `User not found: ${key}` } } }])
      const { code, stderr, stdout } = yield* run(["get", "gen-1"])
      assert.strictEqual(code, 1)
      assert.include(stderr, `check the key (${keyFingerprint})`)
      assert.notInclude(stdout + stderr, key)
      assert.notMatch(stderr, /^ +at /m)
    }).pipe(Effect.provide(served)))

  it.scopedLive("shows what was settled before every further id would fail", () =>
    Effect.gen(function*() {
      const emulator = yield* OpenRouterEmulator
      yield* add(one)
      yield* emulator.faults([{}, { delay: "500 millis", status: 402 }])
      const { code, stderr, stdout } = yield* run(["get", "gen-1", "gen-2"])
      assert.strictEqual(code, 1)
      assert.include(stdout, "$0.00611")
      assert.include(stderr, "add credits")
    }).pipe(Effect.provide(served)))

  it.scopedLive("says what to do if the server cannot be reached", () =>
    Effect.gen(function*() {
      const { code, stderr } = yield* run(["get", "gen-1", "--base-url", "http://127.0.0.1:1/api/v1"])
      assert.strictEqual(code, 1)
      assert.match(stderr, /^error: connect ECONNREFUSED 127\.0\.0\.1:1\n {2}it has been retried: /)
    }).pipe(Effect.provide(served)))

  it.scopedLive("lets no text from outside move the cursor", () =>
    Effect.gen(function*() {
      yield* add({ ...one, model: "evil\u001b[2J\u202emodel\r" })
      const { stdout } = yield* run(["get", "gen-1"])
      assert.include(stdout, "evil�[2J�model�")
    }).pipe(Effect.provide(served)))

  it.scopedLive("escapes control characters in JSON, which keeps its value", () =>
    Effect.gen(function*() {
      const model = "evil\u001b[2J\u009b31m\u202e\u2066\u200f\u2028model"
      yield* add({ ...one, model })
      const { stdout } = yield* run(["get", "--json", "gen-1"])
      assert.notMatch(stdout.trimEnd(), /[\p{Cc}\u2028\u202e\u2066\u200f]/u)
      assert.nestedInclude(values(stdout)[0], { "generation.model": model })
    }).pipe(Effect.provide(served)))

  it.scopedLive("fits 60 and 80 columns", () =>
    Effect.gen(function*() {
      const model = `vendor/${"long-name-".repeat(12)}20260101`
      yield* add({ ...one, model, providerName: "A provider with a long name of several words, Incorporated" }, two)
      for (const columns of [60, 80]) {
        const { stdout } = yield* run(["get", "gen-1", "gen-22"], { columns })
        for (const text of stdout.split("\n")) assert.isAtMost(text.length, columns, text)
        assert.match(stdout, /model +vendor\/.*….*20260101\n +from A provider/)
      }
    }).pipe(Effect.provide(served)))

  it.scopedLive("adds the two parts of a cost exactly", () =>
    Effect.gen(function*() {
      yield* add({ ...one, isByok: true, totalCost: 0.1, usage: 0.1, upstreamInferenceCost: 0.2 })
      assert.match((yield* run(["get", "gen-1"])).stdout, /cost +\$0\.30 \(own provider key\)\n/)
      yield* add({ ...one, isByok: true, totalCost: 0.1, usage: 0.1, upstreamInferenceCost: null })
      assert.match((yield* run(["get", "gen-1"])).stdout, /cost +unknown/)
    }).pipe(Effect.provide(served)))

  it.scopedLive("counts a record once in its total", () =>
    Effect.gen(function*() {
      yield* add(one, two)
      const { stdout } = yield* run(["get", "gen-1", "gen-22", "gen-1"])
      assert.include(stdout, "total $12.00611 for 2 of 2 generations, 0 unknown")
    }).pipe(Effect.provide(served)))

  it.scopedLive("rejects what is not an id without quoting it, and sends nothing", () =>
    Effect.gen(function*() {
      const wrong = [
        "sk-or-v1-0123",
        "gen 1",
        "\"gen-1\"",
        "{gen-1}",
        "undefined",
        "null",
        "NaN",
        "[object Object]",
        "https://openrouter.ai/x",
        ""
      ]
      for (const id of wrong) {
        const { code, stderr, stdout } = yield* run(["get", "gen-1", id])
        assert.strictEqual(code, 2, id)
        assert.strictEqual(stdout, "")
        assert.include(stderr, "Argument 2 is not the id of a generation")
        if (id !== "") assert.notInclude(stderr, id)
      }
      assert.lengthOf(yield* asked, 0)
    }).pipe(Effect.provide(served)))

  it.scopedLive("accepts a key with a line end behind it", () =>
    Effect.gen(function*() {
      const emulator = yield* OpenRouterEmulator
      yield* add(one)
      const { code } = yield* run(["get", "gen-1"], { env: { OPENROUTER_API_KEY: `${key}\r\n` } })
      assert.strictEqual(code, 0)
      assert.include((yield* emulator.requests)[0]?.headers, { authorization: `Bearer ${key}` })
    }).pipe(Effect.provide(served)))

  it.scopedLive("names what a person sets, and not the option of the library", () =>
    Effect.gen(function*() {
      const badKey = yield* run(["get", "gen-1"], { env: { OPENROUTER_API_KEY: "two words" } })
      assert.strictEqual(badKey.code, 2)
      assert.include(badKey.stderr, "OPENROUTER_API_KEY")
      assert.notInclude(badKey.stderr, "apiKey")
      assert.notInclude(badKey.stderr, "two words")
      const other = { OPENROUTER_API_KEY: "", OPENROUTER_API_KEY_AUTH: "two words" }
      assert.match((yield* run(["get", "gen-1"], { env: other })).stderr, /^error: OPENROUTER_API_KEY_AUTH has /)
      const badProxy = yield* run(["get", "gen-1"], { env: { HTTP_PROXY: "nowhere" } })
      assert.strictEqual(badProxy.code, 2)
      assert.match(badProxy.stderr, /^error: HTTP_PROXY must be the URL of a proxy/)
      for (const options of [["--base-url", "nowhere"], []]) {
        const badUrl = yield* run(["get", "gen-1", ...options], { env: { OPENROUTER_BASE_URL: "nowhere" } })
        assert.strictEqual(badUrl.code, 2)
        assert.include(badUrl.stderr, "OPENROUTER_BASE_URL")
        assert.notInclude(badUrl.stderr, "baseUrl")
      }
    }).pipe(Effect.provide(served)))

  it.scopedLive("gives advice that fits the error", () =>
    Effect.gen(function*() {
      const emulator = yield* OpenRouterEmulator
      const cases: ReadonlyArray<readonly [status: number, message: string, advice: string]> = [
        [
          403,
          "Key limit exceeded (total limit). Manage it using https://openrouter.ai/settings/keys",
          "spent its limit"
        ],
        [403, "Access denied: error code: 1010", "the user agent"],
        [403, "This model is not available in your country", "does not serve this country"],
        [403, "Only management keys can perform this operation", "needs a management key"],
        [403, "Forbidden", `the key (${keyFingerprint}) may not do this`]
      ]
      for (const [status, message, advice] of cases) {
        yield* emulator.faults([{ status, body: { error: { code: status, message } } }])
        const { code, stderr } = yield* run(["get", "gen-1"])
        assert.strictEqual(code, 1)
        assert.include(stderr, advice)
      }
      const env = { OPENROUTER_BASE_URL: (yield* baseUrl).replace("/api/v1", "") }
      const { stderr } = yield* run(["get", "gen-1"], { env })
      assert.match(stderr, /base URL .*\/api\/v1/)
    }).pipe(Effect.provide(served)))

  it.scopedLive("ends with 1 and a message if the output cannot be written", () =>
    Effect.gen(function*() {
      yield* add(one)
      for (
        const args of [["get", "gen-1"], ["get", "--json", "gen-1"], ["await", "gen-1"], ["--help"], ["--version"]]
      ) {
        const { code, stderr } = yield* runShell("exec \"$@\" > /dev/full", args)
        assert.strictEqual(code, 1, args.join(" "))
        assert.match(stderr, /^error: cannot write the output: ENOSPC.*\n$/, args.join(" "))
      }
    }).pipe(Effect.provide(served)))

  it.scopedLive("uses the proxy of the environment", () =>
    Effect.gen(function*() {
      yield* add(one)
      const proxy = yield* Effect.acquireRelease(
        Effect.promise(() => startProxy()),
        ({ close }) => Effect.sync(close)
      )
      const through = { HTTP_PROXY: proxy.url, NO_PROXY: "" }
      assert.strictEqual((yield* runProcess(["get", "gen-1"], { env: through })).code, 0)
      assert.lengthOf(proxy.targets, 1)
      assert.strictEqual((yield* runProcess(["get", "gen-1"], { env: { ...through, NO_PROXY: "127.0.0.1" } })).code, 0)
      assert.lengthOf(proxy.targets, 1)
    }).pipe(Effect.provide(served)))

  it.scopedLive("is quiet when its reader goes away", () =>
    Effect.gen(function*() {
      yield* add(one)
      const child = yield* start(["get", "--json", ...Array.from({ length: 40 }, () => "gen-1")])
      child.stdout.destroy()
      const { code, stderr } = yield* ended(child)
      assert.strictEqual(stderr, "")
      assert.strictEqual(code, 0)
    }).pipe(Effect.provide(served)))
})
