// Runs every measurement side by side and writes docs/performance.md. With names as arguments it prints those sections
// only, as in `npm run bench -- decode heap`; with `--write` it replaces them in the file.
import { execFile, fork, spawn } from "node:child_process"
import { once } from "node:events"
import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs"
import { cpus, tmpdir } from "node:os"
import { join } from "node:path"
import { setTimeout } from "node:timers/promises"
import { fileURLToPath } from "node:url"
import { promisify } from "node:util"
import { marginalBundle } from "./bundle.js"
import { chart } from "./chart.js"

const here = (path: string) => fileURLToPath(new URL(path, import.meta.url))
const defaultRounds = 3
const run = promisify(execFile)

const server = fork(here("server.js"))
const baseUrl = await new Promise<string>((resolve) => server.once("message", (url) => resolve(String(url))))

/** Returns the number of requests that the server received. */
const requests = (): Promise<number> =>
  new Promise((resolve) => {
    server.once("message", (count) => resolve(Number(count)))
    server.send("requests")
  })

/** Runs a script in a process of its own, and returns its measurements and the milliseconds of the whole process. */
const measure = async (script: string, ...args: ReadonlyArray<string>): Promise<Record<string, number>> => {
  const started = performance.now()
  const { stdout } = await run(process.execPath, ["--expose-gc", "--conditions=built", here(script), ...args])
  return { process: performance.now() - started, ...(stdout === "" ? {} : JSON.parse(stdout)) }
}

const cpuReporter = "data:text/javascript,process.on('exit',()=>{const{user,system}=process.cpuUsage();" +
  "process.stderr.write(`\\n${(user+system)/1000}`)})"

/** Runs Node.js to its end, and returns the CPU time of the whole process in milliseconds, its start included. */
const cpuOfProcess = async (args: ReadonlyArray<string>, env = process.env): Promise<number> => {
  const { stderr } = await run(process.execPath, ["--import", cpuReporter, ...args], { env })
  return Number(stderr.trimEnd().split("\n").at(-1))
}

interface Measured {
  readonly median: number
  readonly min: number
  readonly max: number
}

/** Measures each of several things once in every round, so that a slow minute affects all of them. */
const interleaved = async (
  names: ReadonlyArray<string>,
  once: (name: string) => Promise<number>,
  rounds = defaultRounds
) => {
  const values = new Map<string, Array<number>>(names.map((name) => [name, []]))
  for (let round = 0; round < rounds; round++) {
    for (const name of names) values.get(name)?.push(await once(name))
  }
  return new Map([...values].map(([name, all]): [string, Measured] => {
    const sorted = all.toSorted((left, right) => left - right)
    const at = (index: number) => sorted[index] ?? Number.NaN
    return [name, { median: at(Math.floor(sorted.length / 2)), min: at(0), max: at(sorted.length - 1) }]
  }))
}

const table = (header: ReadonlyArray<string>, rows: ReadonlyArray<ReadonlyArray<string>>) =>
  [header, header.map(() => "---"), ...rows].map((row) => `| ${row.join(" | ")} |`).join("\n")

/** Returns a table of medians and spreads, each beside a peer. */
const against = (peer: string, unit: string, digits: number, measured: ReadonlyMap<string, Measured>) => {
  const base = measured.get(peer)?.median ?? Number.NaN
  return table(
    ["", `${unit}, median`, "min – max", `ratio to ${peer}`],
    [...measured].map(([name, { max, median, min }]) => [
      name,
      median.toFixed(digits),
      `${min.toFixed(digits)} – ${max.toFixed(digits)}`,
      (median / base).toFixed(2)
    ])
  )
}

const heading = (section: string) => section.split("\n")[0]

const clients: Readonly<Record<string, string>> = {
  "raw undici": here("clients/raw-undici.js"),
  "ours over client/node": here("clients/ours-node.js"),
  "ours over layerUndici": here("clients/ours-undici.js"),
  "ours over client/fetch": here("clients/ours-client-fetch.js"),
  "ours over fetch": here("clients/ours-fetch.js"),
  "raw fetch": here("clients/raw-fetch.js"),
  "official client": here("clients/official.js"),
  "@effect/ai-openrouter": here("../ai-openrouter/client.mjs")
}

const cpuOfCalls = async (client: string, calls: number, concurrency: number) =>
  (await measure("calls.js", clients[client] ?? "", baseUrl, String(calls), String(concurrency)))["cpu"] ?? Number.NaN

const sections = {
  calls: async () => {
    const measured = await interleaved(Object.keys(clients), (name) => cpuOfCalls(name, 10_000, 16))
    writeFileSync(
      here("../../../docs/performance.svg"),
      chart("CPU milliseconds for one call", [...measured].map(([name, { median }]) => [name, median]))
    )
    return `## One call\n\nCPU of one call in milliseconds, which is seconds for 1,000 calls: 10,000 calls at concurrency 16, ` +
      `after as many to warm up, with all defaults on.\n\n${against("official client", "CPU ms", 3, measured)}\n\n` +
      `![CPU milliseconds for one call](performance.svg)`
  },
  decode: async () => {
    const measured = await interleaved(
      ["JSON.parse", "ours", "official"],
      async (name) => (await measure("decode.js", name))["microseconds"] ?? Number.NaN,
      // The runs are short, and the garbage of the validation makes them uneven.
      11
    )
    return `## Decoding\n\nCPU from text to model of one record, in microseconds. *Ours* is \`Schema.decodeUnknown(Generation)\`, ` +
      `which the client uses, too.\n\n${against("official", "CPU µs", 1, measured)}`
  },
  encode: async () => {
    const measured = await interleaved(
      ["JSON.stringify", "ours"],
      async (name) => (await measure("encode.js", name))["microseconds"] ?? Number.NaN,
      11
    )
    return `## Encoding\n\nCPU of \`Schema.encode(Generation)\` for one record, in microseconds, beside \`JSON.stringify\` of the ` +
      `encoded record.\n\n${against("JSON.stringify", "CPU µs", 1, measured)}`
  },
  heap: async () => {
    const measured = await interleaved(
      ["JSON.parse", "ours", "official"],
      async (name) => (await measure("heap.js", name))["bytes"] ?? Number.NaN
    )
    return `## A held record\n\nLive heap of one record of 10,000, in bytes.\n\n${
      against("official", "bytes", 0, measured)
    }`
  },
  observe: async () => {
    const kinds = {
      whole: "a whole completion of 2 kB",
      stream: "a stream of 300 chunks",
      embeddings: "embeddings of 1.2 MB"
    }
    const rows = []
    for (const [kind, title] of Object.entries(kinds)) {
      const measured = await interleaved(
        ["plain", "observed"],
        async (name) => (await measure("observe.js", kind, name))["microseconds"] ?? Number.NaN
      )
      const [plain = Number.NaN, observed = Number.NaN] = ["plain", "observed"].map((name) =>
        measured.get(name)?.median
      )
      rows.push([title, plain.toFixed(0), observed.toFixed(0), (observed - plain).toFixed(0)])
    }
    const { bytes = Number.NaN } = await measure("observe.js", "large", "observed")
    return `## Observing a fetch\n\nCPU of reading one response that is in memory already, in microseconds, and what ` +
      `\`observeFetch\` adds. While 100 MB pass through it, at most ${(bytes / 1e6).toFixed(1)} MB are held.\n\n${
        table(["", "fetch", "observed", "added"], rows)
      }`
  },
  bundle: async () => {
    const { bytes, owners } = await marginalBundle()
    return `## Bundle\n\n\`get\` adds ${bytes} bytes, minified and gzipped, to a browser's bundle of a program that already ` +
      `uses \`HttpClient\` and \`Schema\`. Before compression:\n\n` +
      table(["owner", "bytes"], owners.map(([owner, size]) => [owner, String(size)]))
  },
  cold: async () => {
    const measured = await interleaved(
      ["cold-ours.js", "cold-platform.js", "cold-official.js"],
      (name) => cpuOfProcess(["--conditions=built", here(name), baseUrl]),
      11
    )
    return `## Cold start\n\nCPU of a whole process from nothing to its first response over fetch, in milliseconds. ` +
      `\`cold-platform\` is \`HttpClient\` and \`Schema\` of Effect alone.\n\n` +
      against("cold-official.js", "CPU ms", 0, measured)
  },
  command: async () => {
    const command = here("../../cli/dist/main.js")
    const programs: Readonly<Record<string, ReadonlyArray<string>>> = {
      "bare node": ["--eval", "0"],
      "--version": [command, "--version"],
      "--help": [command, "--help"],
      "get of one id": [command, "get", "gen-1", "--base-url", `${baseUrl}/api/v1`]
    }
    const env = { ...process.env, OPENROUTER_API_KEY: "sk-or-v1-bench" }
    const measured = await interleaved(Object.keys(programs), (name) => cpuOfProcess(programs[name] ?? [], env), 11)
    return `## The command\n\nCPU of a whole process of \`openrouter-generations\`, in milliseconds, beside Node.js without a ` +
      `program.\n\n${against("bare node", "CPU ms", 0, measured)}`
  },
  settlement: async () => {
    const counts = [1000, 10_000, 100_000, 1_000_000]
    const rows = []
    for (const count of counts) {
      const { cpu = 0, heap = 0, lost, rss = 0, twice } = await measure(
        "settlement.js",
        baseUrl,
        String(count),
        "stream"
      )
      const { cpu: plain = 0 } = await measure("settlement.js", baseUrl, String(Math.min(count, 100_000)), "forEach")
      rows.push([
        count.toLocaleString("en-US"),
        cpu.toFixed(3),
        (cpu / plain).toFixed(2),
        (heap / 1e6).toFixed(1),
        (rss / 1e6).toFixed(0),
        `${lost} / ${twice}`
      ])
    }
    return `## Many ids\n\n\`Settlement.stream\` at concurrency 16 over client/node, beside \`Effect.forEach\` over \`get\` (of ` +
      `100,000 ids at the most, because it keeps them all).\n\n` +
      table(
        ["ids", "CPU ms for each", "ratio to forEach", "growth of the live heap, MB", "peak RSS, MB", "lost / twice"],
        rows
      )
  },
  resume: async () => {
    const total = 100_000
    const folder = mkdtempSync(join(tmpdir(), "sweep-"))
    const [ids, ledger] = [join(folder, "ids.txt"), join(folder, "ledger.ndjson")]
    writeFileSync(ids, Array.from({ length: total }, (_, index) => `gen-${index}`).join("\n"))
    const settled = () =>
      existsSync(ledger) ? new Set(readFileSync(ledger, "utf8").match(/(?<=^\{"id":")gen-\d+(?=".*\}$)/gm)).size : 0
    const sweep = () =>
      spawn(process.execPath, ["--conditions=built", here("../../examples/dist/sweep.js"), ids, ledger], {
        env: { ...process.env, OPENROUTER_API_KEY: "sk-or-v1-bench", OPENROUTER_BASE_URL: baseUrl },
        stdio: ["ignore", "ignore", "inherit"]
      })

    const before = await requests()
    const killed = sweep()
    while (await requests() - before < total / 2) await setTimeout(20)
    killed.kill("SIGKILL")
    await once(killed, "exit")
    const atKill = settled()
    await once(sweep(), "exit")
    const lost = total - settled()
    const repeated = await requests() - before - total
    rmSync(folder, { recursive: true })
    return `## A kill in the middle\n\nThe [sweep](../packages/examples/src/sweep.ts) of ${
      total.toLocaleString("en-US")
    } ids, ` +
      `killed when ${
        atKill.toLocaleString("en-US")
      } were written and started again: ${lost} lost, ${repeated} asked for twice.`
  },
  ledger: async () => {
    const folder = mkdtempSync(join(tmpdir(), "ledger-"))
    const places = { libsql: join(folder, "ledger.db"), Postgres: process.env["POSTGRES_URL"] ?? "" }
    const rows = []
    const notes = []
    for (const [name, place] of Object.entries(places)) {
      if (place === "") continue
      const once = (way: string, count: number) =>
        measure("ledger.js", baseUrl, place, `bench_${process.pid}`, String(count), way)
      await once("fill", 100_000)
      const { cpu = 0, rss = 0, table: bytes = 0, wal = 0 } = await once("work", 100_000)
      const { cpu: stream = 0 } = await once("stream", 10_000)
      const { cpu: insert = 0 } = await once("insert", 10_000)
      const { cpu: settle = 0 } = await once("settle", 1000)
      rows.push([name, ...[cpu, stream, insert].map((value) => value.toFixed(2)), settle.toFixed(0)].concat(
        (rss / 1e6).toFixed(0),
        bytes.toFixed(0),
        name === "Postgres" ? wal.toFixed(0) : "bounded"
      ))
      if (name !== "Postgres") continue
      const { all = 0, counts = 0, month = 0 } = await measure(
        "ledger.js",
        baseUrl,
        place,
        `bench_${process.pid}_q`,
        "1000000",
        "queries"
      )
      notes.push(
        `With 1,000,000 settled rows in Postgres, \`counts\` takes ${counts.toFixed(0)} ms, \`summarize\` of a month ` +
          `(103,000 rows) ${month.toFixed(0)} ms, and of everything ${all.toFixed(0)} ms.`
      )
    }
    rmSync(folder, { recursive: true })
    return `## The ledger\n\nCPU of one settled id with two requests, in milliseconds, of 100,000 pending ids at concurrency ` +
      `256 over client/node; beside \`Settlement.stream\`, which stores nothing, and a loop of single \`INSERT\`s, which ` +
      `requests nothing. Postgres runs if \`POSTGRES_URL\` names an empty one.\n\n${
        table(
          [
            "database",
            "ledger",
            "Settlement.stream",
            "INSERT",
            "settle of 1,000 ids",
            "peak RSS, MB",
            "bytes of table for an id",
            "of WAL"
          ],
          rows
        )
      }\n\n${notes.join(" ")}`
  },
  growth: async () => {
    const inFlight = []
    for (const concurrency of [1, 16, 64, 256]) {
      inFlight.push([String(concurrency), (await cpuOfCalls("ours over client/node", 10_000, concurrency)).toFixed(3)])
    }
    const contents = []
    for (const kilobytes of ["1", "10", "100"]) {
      const { cpu = 0 } = await measure("content.js", baseUrl, kilobytes, "3000")
      contents.push([kilobytes, cpu.toFixed(3)])
    }
    return `## How cost grows\n\nOver client/node.\n\n${table(["calls in flight", "CPU ms for each"], inFlight)}\n\n` +
      table(["content, kB", "CPU ms for each"], contents)
  }
}

const isWritten = process.argv.includes("--write")
const chosen = process.argv.slice(2).filter((name) => name !== "--write")
const file = here("../../../docs/performance.md")
const names = (Object.keys(sections) as Array<keyof typeof sections>).filter((name) =>
  chosen.length === 0 || chosen.includes(name)
)

const written: Array<string> = []
for (const name of names) {
  const text = await sections[name]()
  console.log(`${text}\n`)
  written.push(text)
}

if (chosen.length === 0) {
  const version = (name: string) =>
    JSON.parse(readFileSync(here(`../node_modules/${name}/package.json`), "utf8"))["version"] as string
  const versions = ["effect", "@effect/platform", "@effect/platform-node", "@openrouter/sdk", "undici"]
    .map((name) => `${name} ${version(name)}`)
  const intro = `# Performance

Measured by \`npm run bench\` on ${
    new Date().toISOString().slice(0, 10)
  }: each client in a process of its own, in turn, ${defaultRounds}
rounds or more, against a server in another process that answers with a record of 1.9 kB. CPU time, because wall time on a shared
machine lies; the ratios say more than the numbers.

${cpus().length} cores (${cpus()[0]?.model.trim()}), Node.js ${process.versions.node}; ${versions.join(", ")};
@effect/ai-openrouter 0.10.1 with @effect/platform 0.96.3.`
  const kept = readFileSync(file, "utf8").split("<!-- written by hand -->\n")[1] ?? ""
  writeFileSync(file, `${[intro, ...written].join("\n\n")}\n\n<!-- written by hand -->\n${kept}`)
}

if (chosen.length > 0 && isWritten) {
  const sections = readFileSync(file, "utf8").split(/^(?=## )/m).map((section) => {
    const replacement = written.find((text) => heading(text) === heading(section))
    return replacement === undefined ? section : `${replacement}\n\n`
  })
  writeFileSync(file, sections.join(""))
}

process.exit()
