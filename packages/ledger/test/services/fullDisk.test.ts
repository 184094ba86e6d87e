// A disk that is really full: a small tmpfs, which only root may mount. Others get the limit of SQLite instead.
import { Ledger, LedgerError } from "@effect-openrouter/ledger"
import * as SqlClient from "@effect/sql/SqlClient"
import { assert, describe, it } from "@effect/vitest"
import { Effect, Layer, Stream } from "effect"
import { execFileSync } from "node:child_process"
import { randomBytes } from "node:crypto"
import { chownSync, mkdtempSync, rmSync } from "node:fs"
import { tmpdir } from "node:os"
import { join } from "node:path"
import { eventually, generation, scripted, settled, worker } from "../harness.js"
import { userOfPostgres } from "../startPostgres.js"
import { globalUrl, pg } from "./databases.js"
import { embedded } from "./embedded.js"

const isRoot = process.getuid?.() === 0

/** A disk of a few megabytes, and the way to enlarge it. */
const smallDisk = (megabytes: number) =>
  Effect.acquireRelease(
    Effect.sync(() => {
      const folder = mkdtempSync(join(tmpdir(), "small-"))
      if (isRoot) execFileSync("mount", ["-t", "tmpfs", "-o", `size=${megabytes}m`, "tmpfs", folder])
      return folder
    }),
    (folder) =>
      Effect.sync(() => {
        // Lazily, because a database may still have its files open.
        if (isRoot) execFileSync("umount", ["-l", folder])
        rmSync(folder, { recursive: true, force: true })
      })
  )

const enlarge = (folder: string) =>
  Effect.sync(() => execFileSync("mount", ["-o", "remount,size=100m", folder], { stdio: "ignore" }))

const { layer: records } = scripted((id) => Effect.succeed(generation({ id, total_cost: 1 })))

/** Settles ids until there is no space, and returns those whose `settle` has returned. */
const settleUntilFull = (prefix: string) =>
  Effect.gen(function*() {
    const acknowledged = new Set<string>()
    for (let index = 0; index < 1000; index++) {
      const ids = Array.from({ length: 20 }, (_, of) => `gen-${prefix}-${index}-${of}`)
      // Text that no database compresses.
      const tags = { padding: randomBytes(1200).toString("base64") }
      const error = yield* Effect.match(Ledger.settle(ids, { tags }), {
        onFailure: (error) => error,
        onSuccess: () => null
      })
      if (error !== null) {
        assert.instanceOf(error, LedgerError)
        assert.propertyVal(error, "reason", "Full")
        return acknowledged
      }
      for (const id of ids) acknowledged.add(id)
    }
    return assert.fail("the disk is never full")
  })

const storedIds = Effect.map(
  Stream.runCollect(Ledger.entries()),
  (entries) => new Set([...entries].map(({ id }) => id))
)

const assertKept = (acknowledged: ReadonlySet<string>) =>
  Effect.map(storedIds, (stored) => {
    assert.isAbove(acknowledged.size, 0)
    assert.deepStrictEqual([...acknowledged].filter((id) => !stored.has(id)), [])
  })

describe("a full disk", () => {
  it.scopedLive(
    "of a file is Full; what was taken stays, and is settled when there is room",
    () =>
      Effect.gen(function*() {
        const folder = yield* smallDisk(2)
        const ledger = Layer.fresh(
          embedded({ filename: join(folder, "ledger.db"), pollInterval: "20 millis" }).pipe(
            Layer.provide(records)
          )
        )
        const acknowledged = yield* Effect.gen(function*() {
          const sql = yield* SqlClient.SqlClient
          if (!isRoot) yield* sql`PRAGMA max_page_count = 300`
          const acknowledged = yield* settleUntilFull("a")
          yield* assertKept(acknowledged)
          yield* isRoot ? enlarge(folder) : sql`PRAGMA max_page_count = 100000`
          yield* eventually(Ledger.settle(["gen-later"]), ({ added }) => added === 1)
          yield* settled
          return acknowledged
        }).pipe(Effect.provide(ledger))
        yield* Effect.provide(assertKept(new Set([...acknowledged, "gen-later"])), ledger)
      }),
    120_000
  )

  it.scopedLive(
    "of Postgres is Full; what was taken stays, and is settled when there is room",
    () =>
      Effect.gen(function*() {
        // SQLite alone has a limit of its own.
        if (!isRoot) return
        const folder = yield* smallDisk(16)
        const { gid, uid } = userOfPostgres()
        chownSync(folder, uid, gid)
        const name = `full_${process.pid}`
        yield* Effect.gen(function*() {
          const sql = yield* SqlClient.SqlClient
          yield* sql.unsafe(`CREATE TABLESPACE ${name} LOCATION '${folder}'`)
          yield* sql.unsafe(`CREATE DATABASE ${name} TABLESPACE ${name}`)
        }).pipe(Effect.provide(pg(globalUrl)))
        yield* Effect.gen(function*() {
          const acknowledged = yield* settleUntilFull("b")
          yield* assertKept(acknowledged)
          yield* enlarge(folder)
          yield* eventually(Ledger.settle(["gen-later"]), ({ added }) => added === 1)
          yield* settled.pipe(Effect.provide(worker(records, { concurrency: 200 })))
          yield* assertKept(acknowledged)
        }).pipe(Effect.provide(Layer.provideMerge(Ledger.layer(), pg(globalUrl.replace(/[^/]+$/, name)))))
        yield* Effect.provide(
          Effect.gen(function*() {
            const sql = yield* SqlClient.SqlClient
            yield* sql.unsafe(`DROP DATABASE ${name} WITH (FORCE)`)
            yield* sql.unsafe(`DROP TABLESPACE ${name}`)
          }),
          pg(globalUrl)
        )
      }),
    120_000
  )
})
