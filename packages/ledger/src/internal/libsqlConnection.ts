/**
 * Three faults of `@libsql/client` 0.12 and `@effect/sql-libsql` 0.42 that would lose writes, and the way around them.
 *
 * - After one SQLITE_BUSY a connection stays inside a transaction that is never committed: later writes report success and
 *   are lost (https://github.com/tursodatabase/libsql-client-ts/issues/352). A statement without parameters that runs
 *   through `executeMultiple` does not have this effect.
 * - The client opens a new connection after each transaction and never closes the old one: 5,000 transactions hold 10,000
 *   descriptors and 1 GB.
 * - If a transaction cannot begin, the semaphore of `@effect/sql-libsql` is never released, and all later calls hang.
 */
import { isBusy } from "./sqlError.js"

/** The part of a client of `@libsql/client` that is used here. */
interface Sdk {
  readonly protocol: string
  execute: (statement: unknown, parameters?: unknown) => Promise<unknown>
  readonly executeMultiple: (sql: string) => Promise<void>
  transaction: (mode: string) => Promise<SdkTransaction>
}

interface SdkTransaction {
  readonly execute: (statement: unknown) => Promise<unknown>
  readonly commit: () => Promise<void>
  readonly rollback: () => Promise<void>
  readonly close: () => void
  readonly closed: boolean
}

const isFileSdk = (sdk: unknown): sdk is Sdk =>
  typeof sdk === "object" && sdk !== null && "protocol" in sdk && sdk.protocol === "file" && "executeMultiple" in sdk

const held = new WeakSet<object>()

/** The longest wait for another writer of the same file, and the time between two attempts, in milliseconds. */
const busyTimeout = 5000
const busyInterval = 20

const sleep = (millis: number) => new Promise<void>((resolve) => setTimeout(resolve, millis))

/**
 * Makes the client of a file keep one connection for all its statements and transactions, wait while another process
 * writes, and replace the connection after a SQLITE_BUSY. Does nothing to a client of a server.
 */
export const holdConnection = (sdk: unknown): void => {
  if (!isFileSdk(sdk) || held.has(sdk)) return
  held.add(sdk)
  const native = { execute: sdk.execute.bind(sdk), transaction: sdk.transaction.bind(sdk) }
  let isSpoiled = false
  let last: Promise<void> = Promise.resolve()

  /** Waits for all earlier statements and transactions. Returns the function that admits the next one. */
  const lock = (): Promise<() => void> => {
    const previous = last
    return new Promise((resolve) => {
      last = new Promise((release) => void previous.then(() => resolve(release)))
    })
  }

  const execute = async (statement: unknown, parameters?: unknown): Promise<unknown> => {
    try {
      return await native.execute(statement, parameters)
    } catch (error) {
      isSpoiled ||= isBusy(error)
      throw error
    }
  }

  /** The client forgets its connection when a transaction begins, and opens another one for the next statement. */
  const replace = async (): Promise<void> => {
    await native.execute("ROLLBACK").catch(() => undefined)
    const transaction = await native.transaction("read")
    isSpoiled = false
    await transaction.rollback()
  }

  sdk.execute = async (statement, parameters) => {
    const release = await lock()
    try {
      if (isSpoiled) await replace()
      return await execute(statement, parameters)
    } finally {
      release()
    }
  }

  /** Begins without a SQLITE_BUSY on the connection: the first statement only looks whether the lock is free. */
  const begin = async (deadline: number): Promise<void> => {
    try {
      if (isSpoiled) await replace()
      await sdk.executeMultiple("BEGIN IMMEDIATE; COMMIT")
      await execute("BEGIN IMMEDIATE")
    } catch (error) {
      if (!isBusy(error) || performance.now() >= deadline) throw error
      await sleep(busyInterval * (0.5 + Math.random()))
      await begin(deadline)
    }
  }

  sdk.transaction = async () => {
    const release = await lock()
    try {
      await begin(performance.now() + busyTimeout)
      return transaction(execute, release)
    } catch (error) {
      release()
      return failed(error)
    }
  }
}

const transaction = (execute: Sdk["execute"], end: () => void): SdkTransaction => {
  let closed = false
  const rollback = async (): Promise<void> => {
    if (closed) return
    closed = true
    // SQLite has rolled back by itself after some errors, such as a full disk.
    await execute("ROLLBACK").catch(() => undefined)
    end()
  }
  return {
    get closed() {
      return closed
    },
    execute: (statement) => closed ? Promise.reject(new Error("The transaction is closed")) : execute(statement),
    rollback,
    commit: async () => {
      try {
        await execute("COMMIT")
        closed = true
        end()
      } catch (error) {
        await rollback()
        throw error
      }
    },
    close: () => void rollback()
  }
}

/** A transaction that could not begin: its first statement fails. */
const failed = (error: unknown): SdkTransaction => ({
  closed: false,
  execute: () => Promise.reject(error),
  commit: () => Promise.reject(error),
  rollback: () => Promise.resolve(),
  close: () => undefined
})
