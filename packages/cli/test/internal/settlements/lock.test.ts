import { assert, describe, it } from "@effect/vitest"
import { Effect, Exit, type Fiber, TestClock } from "effect"
import { existsSync, mkdtempSync, readdirSync, readFileSync, rmSync, utimesSync, writeFileSync } from "node:fs"
import { tmpdir } from "node:os"
import { join } from "node:path"
import { lock, Locked } from "../../../src/internal/settlements/lock.js"

const folder = Effect.acquireRelease(
  Effect.sync(() => mkdtempSync(join(tmpdir(), "lock-"))),
  (folder) => Effect.sync(() => rmSync(folder, { recursive: true }))
)

/** A file, and the lock that another process left beside it. */
const withLock = (owner: string) =>
  Effect.map(folder, (folder) => {
    const file = join(folder, "file")
    const left = join(folder, ".file.lock-other")
    writeFileSync(file, "")
    writeFileSync(left, owner)
    return { folder, file, left }
  })

/** Lets the time pass until a fiber ends. `eachStep` runs in between. */
const untilEnd = <A, E>(
  fiber: Fiber.RuntimeFiber<A, E>,
  eachStep: () => void = () => {}
): Effect.Effect<Exit.Exit<A, E>> =>
  Effect.gen(function*() {
    while (true) {
      const exit = fiber.unsafePoll()
      if (exit) return exit
      eachStep()
      yield* TestClock.adjust("500 millis")
      yield* Effect.promise(() => new Promise((resolve) => setImmediate(resolve)))
    }
  })

const elsewhere = JSON.stringify({ pid: 1, start: "1", place: "another machine", host: "elsewhere" })

describe("lock", () => {
  it.scoped("rejects a second lock and leaves no file", () =>
    Effect.gen(function*() {
      const { file, folder, left } = yield* withLock("")
      rmSync(left)
      yield* Effect.scoped(Effect.gen(function*() {
        yield* lock(file)
        const second = yield* Effect.flip(Effect.scoped(lock(file)))
        assert.instanceOf(second, Locked)
        assert.include(second, { pid: process.pid })
      }))
      yield* Effect.scoped(lock(file))
      assert.deepStrictEqual(readdirSync(folder), ["file"])
    }))

  it.scoped("takes over the lock of a process that is gone, and of a pid that another process has now", () =>
    Effect.gen(function*() {
      const { file, folder, left } = yield* withLock("")
      rmSync(left)
      const own = yield* Effect.scoped(Effect.zipRight(
        lock(file),
        Effect.sync(() =>
          readdirSync(folder).filter((name) => name.startsWith(".")).map((name) =>
            readFileSync(join(folder, name), "utf8")
          )
        )
      ))
      const owner = JSON.parse(own[0] ?? "")
      for (const gone of [{ ...owner, pid: 2 ** 22 + 1 }, { ...owner, start: "another time" }]) {
        writeFileSync(left, JSON.stringify(gone))
        yield* Effect.scoped(lock(file))
        assert.isFalse(existsSync(left))
      }
    }))

  it.scoped("takes over the lock of another machine whose time stands still", () =>
    Effect.gen(function*() {
      for (const owner of [elsewhere, "", "{"]) {
        const { file, left } = yield* withLock(owner)
        const exit = yield* Effect.flatMap(Effect.fork(Effect.scoped(lock(file))), untilEnd)
        assert.isTrue(Exit.isSuccess(exit))
        assert.isFalse(existsSync(left))
      }
    }))

  it.scoped("respects the lock of another machine whose time goes on", () =>
    Effect.gen(function*() {
      const { file, left } = yield* withLock(elsewhere)
      let time = 1000
      const fiber = yield* Effect.fork(Effect.scoped(lock(file)))
      const exit = yield* untilEnd(fiber, () => utimesSync(left, time, time++))
      assert.deepStrictEqual(exit, Exit.fail(new Locked({ pid: 1, host: "elsewhere" })))
      assert.isTrue(existsSync(left))
    }))
})
