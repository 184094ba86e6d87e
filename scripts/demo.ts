// The command as a person uses it. Without arguments: every step against its own emulator, over a socket on loopback, and
// the costs checked. With ids as arguments, and a key in OPENROUTER_API_KEY: the real API.
import { Usage } from "@effect-openrouter/core"
import { SettlementLine } from "@effect-openrouter/generations"
import { BigDecimal, Schema } from "effect"
import { type ChildProcess, execFileSync, spawn } from "node:child_process"
import { once } from "node:events"
import { mkdtempSync, openSync, readFileSync, rmSync, writeFileSync } from "node:fs"
import { tmpdir } from "node:os"
import { join } from "node:path"
import { createInterface } from "node:readline"
import { text } from "node:stream/consumers"
import { fileURLToPath } from "node:url"

const root = fileURLToPath(new URL("..", import.meta.url))

// The bundle starts ten times faster than the sources, and takes half a second to make.
execFileSync(process.execPath, ["--import", "tsx", "scripts/release/bundle.ts", "node_modules/.cache/demo"], {
  cwd: root
})
const program = join(root, "packages", "cli", "node_modules", ".cache", "demo", "main.js")

const start = (
  args: ReadonlyArray<string>,
  stdout: "inherit" | "pipe" = "inherit",
  stdin = "/dev/null"
): ChildProcess => spawn(process.execPath, [program, ...args], { stdio: [openSync(stdin, "r"), stdout, "inherit"] })

const show = (args: ReadonlyArray<string>, input?: string) =>
  console.log(`\n$ openrouter-generations ${args.join(" ")}${input === undefined ? "" : ` < ${input}`}`)

/** Shows a command and what it prints, and checks how it ends. */
const step = async (args: ReadonlyArray<string>, expected: number, input?: string): Promise<void> => {
  show(args, input)
  const [code] = await once(start(args, "inherit", input), "exit")
  if (code !== expected) throw new Error(`ended with ${code}, not with ${expected}`)
}

/** Runs a command, and returns the JSON values that it prints. */
const read = async (args: ReadonlyArray<string>) => {
  const { stdout } = start(args, "pipe")
  const lines = stdout === null ? "" : await text(stdout)
  return lines.trimEnd().split("\n").map((line) => JSON.parse(line))
}

/** Starts an emulator, and returns its URL and the ids of its records. */
const startEmulator = async (...options: ReadonlyArray<string>) => {
  const process = start(["emulator", "--json", ...options], "pipe")
  if (process.stdout === null) throw new Error("the emulator has no output")
  const [line] = await once(createInterface(process.stdout), "line")
  const { ids, url }: { readonly ids: ReadonlyArray<string>; readonly url: string } = JSON.parse(line)
  return { ids, url, stop: () => process.kill() }
}

const useEmulator = ({ url }: { readonly url: string }) => {
  process.env["OPENROUTER_API_KEY"] = "sk-or-v1-demo"
  process.env["OPENROUTER_BASE_URL"] = url
}

/** The costs of the emulator's generations, and one that was never recorded. */
const costs: Readonly<Record<string, number | null>> = {
  "gen-ordinary": 0.00611,
  "gen-own-provider-key": 0.0008942,
  "gen-cancelled": 0.003876,
  "gen-fallback": 0.00064,
  "gen-visible-later": 0.000164,
  "gen-never-recorded": null
}

const sweepAndReport = async (): Promise<void> => {
  const ids = Object.keys(costs)
  await step(["await", ...ids, "--within", "4s"], 3)
  writeFileSync("ids.txt", ids.join("\n"))
  await step(["sweep", "ids.txt", "--out", "costs.ndjson"], 3)
  await step(["report", "costs.ndjson"], 0)
  check(readFileSync("costs.ndjson", "utf8"))
}

/** Waits until the ledger has a settled id. */
const firstSettled = async (): Promise<void> => {
  const [counts] = await read(["ledger", "status", "--json"])
  return counts.settled > 0 ? undefined : firstSettled()
}

/** A ledger is settled, killed, and settled to its end. */
const killAndGoOn = async (ids: ReadonlyArray<string>): Promise<void> => {
  writeFileSync("many.txt", ids.join("\n"))
  await step(["ledger", "add", "-"], 0, "many.txt")
  show(["ledger", "run"])
  const run = start(["ledger", "run"])
  await firstSettled()
  run.kill("SIGKILL")
  await once(run, "exit")
  console.log("killed with SIGKILL")
  await step(["ledger", "status"], 0)
  await step(["ledger", "run", "--until-empty"], 0)
  await step(["report", "--ledger", "openrouter-ledger.db"], 0)
  await checkLedger(ids)
}

/** Checks that each id has a row, and that the costs add up to what OpenRouter charged. */
const checkLedger = async (ids: ReadonlyArray<string>): Promise<void> => {
  const entries = await read(["ledger", "export", "--state", "settled"])
  const settled = new Set(entries.map(({ id }) => id))
  const missing = ids.filter((id) => !settled.has(id))
  if (missing.length > 0 || entries.length !== ids.length) throw new Error(`not settled: ${missing.join(" ")}`)
  const response = await fetch(`${process.env["OPENROUTER_BASE_URL"]}/credits`, {
    headers: { authorization: "Bearer demo" }
  })
  const { data } = await response.json()
  const charged = BigDecimal.sumAll(entries.map(({ record }) => BigDecimal.unsafeFromNumber(record.total_cost)))
  if (!BigDecimal.equals(charged, BigDecimal.unsafeFromNumber(data.total_usage))) {
    throw new Error(`the ledger has ${BigDecimal.format(charged)}, and OpenRouter charged ${data.total_usage}`)
  }
  console.log(`\nall ${ids.length} ids are accounted for; OpenRouter charged $${Usage.formatUsd(charged)} for them`)
}

const againstEmulator = async (): Promise<void> => {
  const folder = mkdtempSync(join(tmpdir(), "openrouter-generations-"))
  const emulators = await Promise.all([startEmulator(), startEmulator("--records", "300", "--latency", "150ms")])
  const [samples, many] = emulators
  try {
    process.chdir(folder)
    console.log(`$ openrouter-generations emulator\nOpenRouter emulated at ${samples.url}`)
    useEmulator(samples)
    await sweepAndReport()
    console.log(`\n$ openrouter-generations emulator --records 300 --latency 150ms\nOpenRouter emulated at ${many.url}`)
    useEmulator(many)
    await killAndGoOn(many.ids)
  } finally {
    for (const { stop } of emulators) stop()
    process.chdir(tmpdir())
    rmSync(folder, { recursive: true, force: true })
  }
}

const decode = Schema.decodeSync(SettlementLine)

/** Checks the cost of each generation in what the sweep wrote. */
const check = (lines: string): void => {
  const found = Object.fromEntries(
    lines.trimEnd().split("\n").map((line) => decode(line)).map((settlement) => [
      settlement.id,
      settlement._tag === "Settled" ? Usage.effectiveCost(settlement.generation) : null
    ])
  )
  for (const [id, cost] of Object.entries(costs)) {
    if (found[id] !== cost) throw new Error(`${id} cost ${cost}, and the command says ${found[id]}`)
  }
  console.log("\nevery cost is as expected")
}

const ids = process.argv.slice(2)

await (ids.length > 0 ? step(["await", ...ids], 0) : againstEmulator())
