// The command as a person uses it. Without arguments: every step against its own emulator, over a socket on loopback, and
// the costs checked. With ids as arguments, and a key in OPENROUTER_API_KEY: the real API.
import { Usage } from "@effect-openrouter/core"
import { SettlementLine } from "@effect-openrouter/generations"
import { Schema } from "effect"
import { type ChildProcess, spawn } from "node:child_process"
import { once } from "node:events"
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs"
import { tmpdir } from "node:os"
import { join } from "node:path"
import { createInterface } from "node:readline"
import { fileURLToPath } from "node:url"

const program = fileURLToPath(new URL("../packages/cli/src/main.ts", import.meta.url))

// Named by where it is: the steps run in a folder of their own.
const tsx = import.meta.resolve("tsx")

const start = (args: ReadonlyArray<string>, stdout: "inherit" | "pipe" = "inherit"): ChildProcess =>
  spawn(process.execPath, ["--import", tsx, program, ...args], { stdio: ["ignore", stdout, "inherit"] })

/** Shows a command and what it prints, and checks how it ends. */
const step = async (args: ReadonlyArray<string>, expected: number): Promise<void> => {
  console.log(`\n$ openrouter-generations ${args.join(" ")}`)
  const [code] = await once(start(args), "exit")
  if (code !== expected) throw new Error(`ended with ${code}, not with ${expected}`)
}

/** What the emulator's generations cost, and one that was never recorded. */
const costs: Readonly<Record<string, number | null>> = {
  "gen-ordinary": 0.00611,
  "gen-own-provider-key": 0.0008942,
  "gen-cancelled": 0.003876,
  "gen-fallback": 0.00064,
  "gen-visible-later": 0.000164,
  "gen-never-recorded": null
}

const againstEmulator = async (): Promise<void> => {
  const folder = mkdtempSync(join(tmpdir(), "openrouter-generations-"))
  const emulator = start(["emulator", "--json"], "pipe")
  try {
    const [line] = await once(createInterface(emulator.stdout ?? process.stdin), "line")
    const { url } = JSON.parse(line)
    process.env["OPENROUTER_API_KEY"] = "sk-or-v1-demo"
    process.env["OPENROUTER_BASE_URL"] = url
    process.chdir(folder)
    console.log(`$ openrouter-generations emulator\nOpenRouter emulated at ${url}`)

    const ids = Object.keys(costs)
    await step(["await", ...ids, "--within", "4s"], 3)
    writeFileSync("ids.txt", ids.join("\n"))
    await step(["sweep", "ids.txt", "--out", "costs.ndjson"], 3)
    await step(["report", "costs.ndjson"], 0)
    check(readFileSync("costs.ndjson", "utf8"))
  } finally {
    emulator.kill()
    process.chdir(tmpdir())
    rmSync(folder, { recursive: true, force: true })
  }
}

const decode = Schema.decodeSync(SettlementLine)

/** Whether each generation cost what it should, by what the sweep wrote. */
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
