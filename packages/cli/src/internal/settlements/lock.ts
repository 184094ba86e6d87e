import * as Data from "effect/Data"
import * as Duration from "effect/Duration"
import * as Effect from "effect/Effect"
import * as Schedule from "effect/Schedule"
import type * as Scope from "effect/Scope"
import { randomUUID } from "node:crypto"
import { promises as fs, readFileSync, readlinkSync } from "node:fs"
import { hostname } from "node:os"
import { basename, dirname, join } from "node:path"

/** Another process writes to the file. */
export class Locked extends Data.TaggedError("Locked")<{ readonly pid: number; readonly host: string }> {}

/** The interval at which the owner of a lock shows that it is alive. */
const heartbeat = Duration.seconds(1)

/** The time for which the lock of another machine is watched before it counts as left behind. */
const patience = Duration.seconds(3)

/**
 * Locks a file against other processes until the scope ends. Each process has a lock file of its own beside the file, so
 * that removing one that a kill left behind cannot remove the lock of a third process. A lock is left behind if its process
 * is gone, or if it belongs to another machine or container and its time does not change for 3 seconds. Two processes that
 * start at the same moment may both be rejected, but never both accepted.
 */
export const lock = (path: string): Effect.Effect<void, Locked | NodeJS.ErrnoException, Scope.Scope> =>
  Effect.gen(function*() {
    const target = yield* attempt(() => fs.realpath(path))
    const prefix = `.${basename(target)}.lock-`
    const name = prefix + randomUUID()
    const own = join(dirname(target), name)
    yield* Effect.acquireRelease(
      attempt(() => fs.writeFile(own, JSON.stringify(me()), { flag: "wx", mode: 0o600 })),
      () => Effect.promise(() => fs.rm(own, { force: true }))
    )
    yield* Effect.forkScoped(
      Effect.repeat(Effect.ignore(attempt(() => fs.utimes(own, new Date(), new Date()))), Schedule.spaced(heartbeat))
    )
    const others = (yield* attempt(() => fs.readdir(dirname(target))))
      .filter((other) => other.startsWith(prefix) && other !== name)
      .map((other) => join(dirname(target), other))
    yield* Effect.forEach(others, rejectIfAlive, { discard: true })
  })

const attempt = <A>(run: () => Promise<A>): Effect.Effect<A, NodeJS.ErrnoException> =>
  Effect.tryPromise({ try: run, catch: (error) => error as NodeJS.ErrnoException })

const rejectIfAlive = (file: string): Effect.Effect<void, Locked> =>
  Effect.gen(function*() {
    const owner = yield* Effect.promise(() => fs.readFile(file, "utf8").then(parse, () => null))
    if (owner === null) return
    const isAlive = owner.place === place ? isRunning(owner) : yield* isTouched(file)
    if (isAlive) return yield* new Locked({ pid: owner.pid, host: owner.host })
    yield* Effect.promise(() => fs.rm(file, { force: true }))
  })

/** The owner of a lock. `place` tells apart machines, their restarts and containers; `start` tells apart uses of a pid. */
interface Owner {
  readonly pid: number
  readonly start: string
  readonly place: string
  readonly host: string
}

/** A lock file that is still being written counts as one of another machine. */
const parse = (text: string): Owner => {
  try {
    const { host, pid, place, start }: Record<string, unknown> = JSON.parse(text)
    return { host: String(host), pid: Number(pid), place: String(place), start: String(start) }
  } catch {
    return { host: "", pid: 0, place: "", start: "" }
  }
}

const orEmpty = (read: () => string): string => {
  try {
    return read()
  } catch {
    return ""
  }
}

const place = [
  hostname(),
  orEmpty(() => readFileSync("/proc/sys/kernel/random/boot_id", "utf8").trim()),
  orEmpty(() => readlinkSync("/proc/self/ns/pid"))
].join(" ")

/** Returns when a process started, where the system tells it. The name of a process, in parentheses, may have blanks. */
const processStart = (pid: number): string =>
  orEmpty(() => readFileSync(`/proc/${pid}/stat`, "utf8").replace(/^.*\)/s, "").trim().split(" ")[19] ?? "")

const me = (): Owner => ({ pid: process.pid, start: processStart(process.pid), place, host: hostname() })

const isRunning = ({ pid, start }: Owner): boolean => {
  try {
    process.kill(pid, 0)
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === "ESRCH") return false
  }
  return processStart(pid) === start
}

const isTouched = (file: string): Effect.Effect<boolean> => {
  const time = Effect.promise(() => fs.stat(file).then(({ mtimeMs }) => mtimeMs, () => null))
  return Effect.gen(function*() {
    const before = yield* time
    yield* Effect.sleep(patience)
    const after = yield* time
    return after !== null && after !== before
  })
}
