// Starts a Postgres for all tests. Its URL is in POSTGRES_URL.
import { startPostgres } from "../../packages/ledger/test/startPostgres.js"

export const setup = async (): Promise<() => Promise<void>> => {
  const { remove, url } = await startPostgres()
  process.env["POSTGRES_URL"] = url
  return remove
}
