import type { Client, Transaction } from "@libsql/client"

/** A failure of all statements: refused, committed without a response, or no space for writes. */
export type Outage = "refused" | "unconfirmed" | "full"

/** What connects one process with the outside. */
export interface Link {
  /** Waits while the process is frozen. Fails if it is dead. */
  readonly pass: () => Promise<void>
  readonly isDead: () => boolean
  readonly outage: () => Outage | null
  /** The time that a statement takes. */
  readonly latency: () => Promise<void>
}

const failure = (code: string) => Object.assign(new Error(code), { code })

/**
 * Returns a client of the database that all processes share, over the link of one of them. A process that is killed leaves
 * no open transaction behind, as with a real database. `rewrite` changes statements, for a test of the simulation itself.
 */
export const connect = (base: Client, link: Link, rewrite: (sql: string) => string): Client => {
  const check = () => {
    if (link.isDead()) throw failure("ECONNRESET")
    if (link.outage() === "refused") throw failure("ECONNREFUSED")
  }
  const rewritten = (statement: unknown) => {
    const { args, sql } = statement as { readonly sql: string; readonly args: Array<string> }
    return { sql: rewrite(sql), args }
  }

  const wrap = (transaction: Transaction) => ({
    get closed() {
      return transaction.closed
    },
    execute: async (statement: unknown) => {
      check()
      if (link.outage() === "full") throw failure("SQLITE_FULL")
      return transaction.execute(rewritten(statement))
    },
    commit: async () => {
      try {
        check()
      } catch (error) {
        await transaction.rollback()
        throw error
      }
      await transaction.commit()
      await link.pass()
      if (link.outage() === "unconfirmed") throw failure("ECONNRESET")
    },
    rollback: () => transaction.rollback()
  })

  return Object.assign(Object.create(base), {
    // Not a file of its own: the shared client holds the connection.
    protocol: "http",
    execute: async (statement: unknown) => {
      await link.pass()
      await link.latency()
      check()
      const result = await base.execute(rewritten(statement))
      await link.pass()
      return result
    },
    transaction: async () => {
      try {
        await link.pass()
        await link.latency()
        check()
        return wrap(await base.transaction("write"))
      } catch (error) {
        // `@effect/sql-libsql` never releases its connection after a transaction that did not begin.
        return notBegun(error)
      }
    }
  })
}

/** A transaction whose first statement fails. */
const notBegun = (error: unknown) => ({
  closed: true,
  execute: () => Promise.reject(error),
  commit: () => Promise.reject(error),
  rollback: () => Promise.resolve()
})
