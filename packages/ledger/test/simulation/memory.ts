import type { Client } from "@libsql/client"
import { Sqlite3Client } from "@libsql/client/sqlite3"
import Database from "libsql"

/**
 * Returns a client of a new database in memory. It prepares each statement once: a run executes few statements many times,
 * and preparing them takes longer than running them.
 */
export const openMemory = (): Client => {
  const database = new Database(":memory:")
  const prepare = database.prepare.bind(database)
  Object.assign(database, {
    prepare: memoize((sql: string) => {
      const statement = prepare(sql)
      // The client calls both for each execution. `raw` fails for a statement without rows.
      return Object.assign(statement, {
        raw: memoize(statement.raw.bind(statement)),
        columns: memoize(statement.columns.bind(statement))
      })
    })
  })
  return new Sqlite3Client(":memory:", {}, database, "number")
}

/** Calls a function once for each argument, and repeats its result or its error. */
const memoize = <A, B>(f: (a: A) => B): (a: A) => B => {
  const results = new Map<A, () => B>()
  return (a) => {
    const result = results.get(a) ?? attempt(() => f(a))
    results.set(a, result)
    return result()
  }
}

const attempt = <B>(f: () => B): () => B => {
  try {
    const value = f()
    return () => value
  } catch (error) {
    return () => {
      throw error
    }
  }
}
