// Starts a Redis without persistence on a free port of loopback. Its port is in REDIS_PORT.
import { spawn } from "node:child_process"
import { once } from "node:events"
import { mkdtempSync, rmSync } from "node:fs"
import { tmpdir } from "node:os"
import { join } from "node:path"
import { createInterface } from "node:readline"
import { freePort } from "../../packages/ledger/test/freePort.js"

export const setup = async (): Promise<() => Promise<void>> => {
  const port = await freePort()
  const folder = mkdtempSync(join(tmpdir(), "redis-"))
  const options = ["--port", String(port), "--bind", "127.0.0.1", "--dir", folder, "--save", "", "--appendonly", "no"]
  const server = spawn("redis-server", options, { stdio: ["ignore", "pipe", "inherit"] })
  const exit = once(server, "exit").catch(() => {
    throw new Error("There is no redis-server. On Debian: apt-get update && apt-get install redis-server")
  })
  await Promise.race([readiness(server.stdout), exit])
  if (server.exitCode !== null) throw new Error(`redis-server ended with ${server.exitCode}`)
  process.env["REDIS_PORT"] = String(port)
  return async () => {
    server.kill()
    await exit
    rmSync(folder, { recursive: true, force: true })
  }
}

const readiness = (output: NodeJS.ReadableStream): Promise<void> =>
  new Promise((resolve) => {
    createInterface(output).on("line", (line) => {
      if (line.includes("Ready to accept connections")) resolve()
    })
  })
