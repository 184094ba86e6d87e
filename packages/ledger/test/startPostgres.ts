import { execFileSync, spawn } from "node:child_process"
import { once } from "node:events"
import { chownSync, existsSync, mkdtempSync, readdirSync, rmSync } from "node:fs"
import { tmpdir } from "node:os"
import { join } from "node:path"
import { createInterface } from "node:readline"
import { freePort } from "./freePort.js"

const debian = "/usr/lib/postgresql"

/** The programs of the newest Postgres of Debian, else those of the PATH. */
const binaries = existsSync(debian) ? join(debian, readdirSync(debian).toSorted().at(-1) ?? "", "bin") : ""

const postgresId = (flag: "-u" | "-g") => Number(execFileSync("id", [flag, "postgres"], { encoding: "utf8" }))

/** The user that the package of Postgres creates. */
export const userOfPostgres = () => ({ uid: postgresId("-u"), gid: postgresId("-g") })

/** Postgres refuses to run as root, so root runs it as the user `postgres`. */
const user = process.getuid?.() === 0 ? userOfPostgres() : null

/** A Postgres with a cluster of its own. */
export interface Postgres {
  readonly url: string
  readonly port: number
  /** Starts it again after `stop`. */
  readonly start: () => Promise<void>
  /** Stops it: SIGINT ends all connections, SIGQUIT is as a crash. */
  readonly stop: (signal: "SIGINT" | "SIGQUIT") => Promise<void>
  /** Stops it and deletes the cluster. */
  readonly remove: () => Promise<void>
}

/** Starts a Postgres on a free port of loopback, with a new cluster in a folder of its own. */
export const startPostgres = async (): Promise<Postgres> => {
  const port = await freePort()
  const folder = mkdtempSync(join(tmpdir(), "postgres-"))
  if (user !== null) chownSync(folder, user.uid, user.gid)
  const initdb = ["--pgdata", folder, "--auth", "trust", "--username", "postgres", "--encoding", "UTF8", "--no-sync"]
  execFileSync(join(binaries, "initdb"), initdb, { ...user, cwd: folder, stdio: "ignore" })
  const options = ["-D", folder, "-p", String(port), "-k", folder, "-h", "127.0.0.1", "-c", "max_connections=200"]

  const launch = async () => {
    const server = spawn(join(binaries, "postgres"), options, {
      ...user,
      cwd: folder,
      stdio: ["ignore", "ignore", "pipe"]
    })
    const exit = once(server, "exit")
    await Promise.race([readiness(server.stderr), exit])
    if (server.exitCode !== null) throw new Error(`postgres exited with ${server.exitCode}`)
    return { server, exit }
  }

  let running = await launch()
  const stop = async (signal: "SIGINT" | "SIGQUIT") => {
    running.server.kill(signal)
    await running.exit
  }
  return {
    url: `postgres://postgres@127.0.0.1:${port}/postgres`,
    port,
    start: async () => {
      running = await launch()
    },
    stop,
    remove: async () => {
      if (running.server.exitCode === null) await stop("SIGINT")
      rmSync(folder, { recursive: true, force: true })
    }
  }
}

/** Reads the log until the server accepts connections, and discards the rest. */
const readiness = (log: NodeJS.ReadableStream): Promise<void> =>
  new Promise((resolve) => {
    createInterface(log).on("line", (line) => {
      if (line.includes("ready to accept connections")) resolve()
    })
  })
