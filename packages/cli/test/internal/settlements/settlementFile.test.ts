import { assert, describe, it, vi } from "@effect/vitest"
import { Effect, Exit, Scope, TestClock } from "effect"
import { mkdtempSync, rmSync } from "node:fs"
import { type FileHandle, open as openFile } from "node:fs/promises"
import { tmpdir } from "node:os"
import { join } from "node:path"
import { Stdio } from "../../../src/internal/output/stdio.js"
import { open } from "../../../src/internal/settlements/settlementFile.js"

const path = Effect.map(
  Effect.acquireRelease(
    Effect.sync(() => mkdtempSync(join(tmpdir(), "settlements-"))),
    (folder) => Effect.sync(() => rmSync(folder, { recursive: true }))
  ),
  (folder) => join(folder, "out.ndjson")
)

/** Counts the calls of `FileHandle.sync`. */
const countSyncs = (path: string) =>
  Effect.acquireRelease(
    Effect.promise(async () => {
      const file = await openFile(path, "w")
      const prototype: FileHandle = Object.getPrototypeOf(file)
      await file.close()
      return vi.spyOn(prototype, "sync")
    }),
    (spy) => Effect.sync(() => spy.mockRestore())
  )

/** Lets the file system respond. */
const settle = Effect.repeatN(Effect.promise(() => new Promise((resolve) => setImmediate(resolve))), 20)

describe("a file of settlements", () => {
  it.scoped("is forced to the disk at least once a second while it grows, and at the end", () =>
    Effect.gen(function*() {
      const file = yield* path
      const syncs = yield* countSyncs(file)
      const scope = yield* Scope.make()
      const { append, flush } = yield* Scope.extend(open(file), scope)
      const synced = Effect.promise(() => Promise.all(syncs.mock.results.map(({ value }) => value)))
      const afterASecond = TestClock.adjust("1 second").pipe(
        Effect.zipRight(synced),
        Effect.zipRight(settle),
        Effect.map(() => syncs.mock.calls.length)
      )
      assert.strictEqual(yield* afterASecond, 0, "nothing was written")
      yield* append("{}")
      yield* append("{}")
      assert.strictEqual(yield* afterASecond, 1)
      assert.strictEqual(yield* afterASecond, 1, "nothing more was written")
      yield* append("{}")
      assert.strictEqual(yield* afterASecond, 2)
      yield* append("{}")
      yield* flush
      assert.strictEqual(syncs.mock.calls.length, 3)
      yield* append("{}")
      yield* Scope.close(scope, Exit.void)
      assert.strictEqual(syncs.mock.calls.length, 4)
    }).pipe(Effect.provide(Stdio.memory().layer)))
})
