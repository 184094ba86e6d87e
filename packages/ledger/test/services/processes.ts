import { buildSync } from "esbuild"
import { type ChildProcess, spawn } from "node:child_process"
import { once } from "node:events"
import { createServer } from "node:http"
import { type AddressInfo, connect, createServer as createTcpServer, type Socket } from "node:net"
import { createInterface } from "node:readline"
import { fileURLToPath } from "node:url"
import type { ChildConfig } from "./child.js"

const toPath = (file: string) => fileURLToPath(new URL(file, import.meta.url))

const program = toPath("../../node_modules/.cache/child.mjs")

/** Bundles the program of the child processes, so that hundreds of them start quickly. */
export const bundleChild = (): void => {
  buildSync({
    entryPoints: [toPath("child.ts")],
    outfile: program,
    bundle: true,
    platform: "node",
    format: "esm",
    target: "node20",
    external: ["@libsql/client", "pg-native"],
    banner: { js: "import { createRequire } from 'node:module'; const require = createRequire(import.meta.url)" },
    logLevel: "error"
  })
}

/** A child process and the lines that it has printed. */
export interface Child {
  readonly process: ChildProcess
  readonly lines: ReadonlyArray<string>
  /** Resolves after the first line, or the end of the process. */
  readonly begun: Promise<unknown>
  /** Resolves after the end of the process and of its output. */
  readonly ended: Promise<unknown>
  readonly kill: (signal: NodeJS.Signals) => Promise<unknown>
}

export const startChild = (config: ChildConfig): Child => {
  const child = spawn(process.execPath, [program, JSON.stringify(config)], { stdio: ["ignore", "pipe", "inherit"] })
  const lines: Array<string> = []
  const output = createInterface(child.stdout)
  const first = once(output, "line")
  output.on("line", (line) => lines.push(line))
  const ended = Promise.all([once(child, "exit"), once(output, "close")])
  return {
    process: child,
    lines,
    begun: Promise.race([first, ended]),
    ended,
    kill: (signal) => {
      child.kill(signal)
      return ended
    }
  }
}

export interface Answer {
  readonly status?: number
  readonly body?: unknown
  readonly delay?: number
  readonly headers?: Readonly<Record<string, string>>
}

/** The record that the server has for an id. */
const wireRecord = (id: string) => ({ data: { id, total_cost: 0.25, created_at: "2026-11-25T16:00:00.000Z" } })

/** A server in OpenRouter's place. It counts the requests for each id, and the records that it sent. */
export const startOpenRouter = async (answer: (id: string, ask: number) => Answer = () => ({})) => {
  const asked = new Map<string, number>()
  const answered = new Map<string, number>()
  const server = createServer((request, response) => {
    const id = new URL(request.url ?? "", "http://localhost").searchParams.get("id") ?? ""
    const ask = (asked.get(id) ?? 0) + 1
    asked.set(id, ask)
    const { body = wireRecord(id), delay = 0, headers, status = 200 } = answer(id, ask)
    setTimeout(() => {
      response.writeHead(status, { "content-type": "application/json", ...headers }).end(JSON.stringify(body))
      if (status === 200) answered.set(id, (answered.get(id) ?? 0) + 1)
    }, delay)
  }).listen(0, "127.0.0.1")
  await once(server, "listening")
  const { port } = server.address() as AddressInfo
  return {
    url: `http://127.0.0.1:${port}/api/v1`,
    asked,
    answered,
    /** Records that were sent again. */
    repeated: () => [...answered.values()].reduce((sum, count) => sum + count - 1, 0),
    close: () => {
      server.closeAllConnections()
      server.close()
    }
  }
}

/** A proxy before a database that can stop to forward, as a machine that was frozen or cut off. */
export const startProxy = async (target: number) => {
  const sockets = new Set<Socket>()
  let frozen = false
  const server = createTcpServer((socket) => {
    const upstream = connect(target, "127.0.0.1")
    for (const [from, to] of [[socket, upstream], [upstream, socket]] as const) {
      sockets.add(from)
      if (frozen) from.pause()
      from.on("data", (data) => to.write(data))
      from.on("close", () => {
        sockets.delete(from)
        to.destroy()
      })
      from.on("error", () => undefined)
      if (frozen) from.pause()
    }
  }).listen(0, "127.0.0.1")
  await once(server, "listening")
  const { port } = server.address() as AddressInfo
  return {
    port,
    freeze: () => {
      frozen = true
      for (const socket of sockets) socket.pause()
    },
    thaw: () => {
      frozen = false
      for (const socket of sockets) socket.resume()
    },
    close: () => {
      for (const socket of sockets) socket.destroy()
      server.close()
    }
  }
}
