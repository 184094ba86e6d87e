// Starts a Postgres on a free port of loopback, with a new cluster in a folder of its own. Its URL is in POSTGRES_URL, and
// its folder in POSTGRES_DATA, so that a test can stop and start it.
import { execFileSync, spawn } from "node:child_process"
import { once } from "node:events"
import { chownSync, existsSync, mkdtempSync, readdirSync, rmSync } from "node:fs"
import { type AddressInfo, createServer } from "node:net"
import { tmpdir } from "node:os"
import { join } from "node:path"

const debian = "/usr/lib/postgresql"

/** The folder of the newest Postgres of Debian, else the PATH decides. */
const binaries = existsSync(debian) ? join(debian, readdirSync(debian).toSorted().at(-1) ?? "", "bin") : ""

export const program = (name: string): string => join(binaries, name)

/** Postgres refuses to run as root, so root runs it as the user `postgres` that its package creates. */
export const user = (): { readonly uid: number; readonly gid: number } | Record<string, never> => {
  if (process.getuid?.() !== 0) return {}
  const id = (flag: string) => Number(execFileSync("id", [flag, "postgres"], { encoding: "utf8" }))
  return { uid: id("-u"), gid: id("-g") }
}

export const setup = async (): Promise<() => Promise<void>> => {
  const port = await freePort()
  const folder = mkdtempSync(join(tmpdir(), "postgres-"))
  const { gid, uid } = user()
  if (uid !== undefined && gid !== undefined) chownSync(folder, uid, gid)
  const options = { cwd: folder, stdio: ["ignore", "ignore", "inherit"], ...user() } as const
  const run = (name: string, args: ReadonlyArray<string>) => execFileSync(program(name), [...args], options)
  run("initdb", ["--pgdata", folder, "--auth", "trust", "--username", "postgres", "--encoding", "UTF8", "--no-sync"])
  const server = spawn(
    program("postgres"),
    [
      "-D",
      folder,
      "-p",
      String(port),
      "-k",
      folder,
      "-h",
      "127.0.0.1",
      "-c",
      "max_connections=200",
      "-c",
      "log_min_messages=fatal"
    ],
    options
  )
  const exit = once(server, "exit")
  await ready(folder, port)
  process.env["POSTGRES_URL"] = `postgres://postgres@127.0.0.1:${port}/postgres`
  process.env["POSTGRES_DATA"] = folder
  return async () => {
    server.kill("SIGINT")
    await exit
    rmSync(folder, { recursive: true, force: true })
  }
}

const ready = async (folder: string, port: number): Promise<void> => {
  for (let attempt = 0; attempt < 300; attempt++) {
    try {
      execFileSync(program("pg_isready"), [
        "-q",
        "-h",
        "127.0.0.1",
        "-p",
        String(port),
        "-U",
        "postgres",
        "-d",
        "postgres"
      ], { cwd: folder })
      return
    } catch {
      // The server is starting.
      await new Promise((resolve) => setTimeout(resolve, 100))
    }
  }
  throw new Error("Postgres did not start within 30 seconds")
}

const freePort = async (): Promise<number> => {
  const server = createServer().listen(0, "127.0.0.1")
  await once(server, "listening")
  const { port } = server.address() as AddressInfo
  server.close()
  await once(server, "close")
  return port
}
