import { spawn } from "node:child_process"
import { once } from "node:events"
import { chownSync, existsSync, mkdtempSync, rmSync, writeFileSync } from "node:fs"
import { tmpdir } from "node:os"
import { join } from "node:path"
import { createInterface } from "node:readline"
import { freePort } from "./freePort.js"
import { userOfPostgres } from "./startPostgres.js"

const debian = "/usr/sbin/pgbouncer"
const program = existsSync(debian) ? debian : "pgbouncer"

/** PgBouncer refuses to run as root, so root runs it as the user `postgres`. */
const user = process.getuid?.() === 0 ? userOfPostgres() : null

/** A PgBouncer before a Postgres. */
export interface PgBouncer {
  /** Returns the URL of a database of the Postgres through PgBouncer. */
  readonly through: (url: string) => string
  /** Starts it again after `kill`. */
  readonly start: () => Promise<void>
  /** Ends all its connections at once. */
  readonly kill: () => Promise<void>
  /** Kills it and deletes its files. */
  readonly remove: () => Promise<void>
}

/** Starts a PgBouncer on a free port of loopback before the Postgres of a URL. */
export const startPgBouncer = async (
  postgresUrl: string,
  settings: Readonly<Record<string, string | number>>
): Promise<PgBouncer> => {
  const port = await freePort()
  const folder = mkdtempSync(join(tmpdir(), "pgbouncer-"))
  if (user !== null) chownSync(folder, user.uid, user.gid)
  const file = join(folder, "pgbouncer.ini")
  const common = { listen_addr: "127.0.0.1", listen_port: port, auth_type: "any", unix_socket_dir: "" }
  writeFileSync(
    file,
    [
      "[databases]",
      `* = host=127.0.0.1 port=${new URL(postgresUrl).port} user=postgres`,
      "[pgbouncer]",
      ...Object.entries({ ...common, ...settings }).map(([name, value]) => `${name} = ${value}`)
    ].join("\n")
  )

  const launch = async () => {
    const server = spawn(program, [file], { ...user, cwd: folder, stdio: ["ignore", "ignore", "pipe"] })
    const exit = once(server, "exit").catch(() => {
      throw new Error("There is no pgbouncer. On Debian: apt-get update && apt-get install pgbouncer")
    })
    const lines: Array<string> = []
    const ready = new Promise<void>((resolve) => {
      createInterface(server.stderr).on("line", (line) => {
        lines.push(line)
        if (line.includes("process up")) resolve()
      })
    })
    await Promise.race([ready, exit])
    if (server.exitCode !== null) throw new Error(`pgbouncer exited with ${server.exitCode}: ${lines.join("\n")}`)
    return { server, exit }
  }

  let running = await launch()
  const kill = async () => {
    running.server.kill("SIGKILL")
    await running.exit
  }
  return {
    through: (url) => Object.assign(new URL(url), { port: String(port) }).href,
    start: async () => {
      running = await launch()
    },
    kill,
    remove: async () => {
      if (running.server.exitCode === null && running.server.signalCode === null) await kill()
      rmSync(folder, { recursive: true, force: true })
    }
  }
}
