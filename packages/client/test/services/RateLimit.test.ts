// Two processes, one Redis, one server.
import { fork } from "node:child_process"
import { once } from "node:events"
import { createServer } from "node:http"
import type { AddressInfo } from "node:net"
import { fileURLToPath } from "node:url"
import { assert, describe, it } from "vitest"

const program = fileURLToPath(new URL("fleet.ts", import.meta.url))

/** What two processes do that make so many calls each, at once: when their requests arrived, in milliseconds. */
const arrivalsOf = async (calls: number, limit: number, window: number, keys: readonly [string, string]) => {
  const arrivals: Array<number> = []
  const server = createServer(({ url }, response) => {
    if (url !== "/warm-up") arrivals.push(performance.now())
    response.end("{\"data\":{\"id\":\"gen-1\"}}")
  }).listen(0, "127.0.0.1")
  await once(server, "listening")
  const baseUrl = `http://127.0.0.1:${(server.address() as AddressInfo).port}`
  const processes = keys.map((key) =>
    fork(program, [baseUrl, process.env["REDIS_PORT"] ?? "", ...[calls, limit, window].map(String), key], {
      execArgv: ["--import", "tsx"]
    })
  )
  await Promise.all(processes.map((child) => once(child, "message")))
  for (const child of processes) child.send("go")
  const codes = await Promise.all(processes.map((child) => once(child, "exit")))
  assert.deepStrictEqual(codes.map(([code]) => code), [0, 0])
  server.closeAllConnections()
  server.close()
  return arrivals
}

/** The most that arrived within any stretch of time. */
const most = (arrivals: ReadonlyArray<number>, stretch: number) =>
  Math.max(...arrivals.map((start) => arrivals.filter((time) => time >= start && time < start + stretch).length))

const timeout = 30_000

describe("RateLimit over Redis", () => {
  it("is kept by two processes together", { timeout }, async () => {
    const arrivals = await arrivalsOf(9, 6, 1000, ["shared", "shared"])
    assert.lengthOf(arrivals, 18)
    // The windows are Redis's, the arrivals those of a busy machine: a part of a window holds the requests of one.
    assert.isAtMost(most(arrivals, 600), 6)
    assert.isAtLeast((arrivals.at(-1) ?? 0) - (arrivals[0] ?? 0), 1600)
  })

  it("lets twice as many out where the processes count apart", { timeout }, async () => {
    const arrivals = await arrivalsOf(9, 6, 1000, ["one", "other"])
    assert.lengthOf(arrivals, 18)
    assert.isAbove(most(arrivals, 600), 6)
  })

  it("is kept where the window does not divide evenly", { timeout }, async () => {
    const arrivals = await arrivalsOf(3, 3, 1000, ["uneven", "uneven"])
    assert.lengthOf(arrivals, 6)
    assert.isAtMost(most(arrivals, 600), 3)
  })
})
