// Measures one client in a process of its own: node calls.js CLIENT BASE_URL CALLS CONCURRENCY [PREFIX].
import type { ClientModule } from "./client.js"

const [file = "", baseUrl = "", calls = "", concurrency = "", prefix = "gen-"] = process.argv.slice(2)

const { connect }: ClientModule = await import(file)
const client = await connect(baseUrl)
await client.run(Number(calls), Number(concurrency), prefix)
globalThis.gc?.()
const before = process.cpuUsage()
const started = performance.now()
await client.run(Number(calls), Number(concurrency), prefix)
const { system, user } = process.cpuUsage(before)
console.log(JSON.stringify({
  cpu: (system + user) / 1000 / Number(calls),
  wall: (performance.now() - started) / Number(calls)
}))
process.exit()
