// Runs every measurement side by side and writes docs/performance.md. With names as arguments it prints those sections
// only, as in `npm run bench -- decode heap`; with `--write` it replaces them in the file.
import { execFile, fork, spawn } from "node:child_process"
import { once } from "node:events"
import { copyFileSync, existsSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs"
import { cpus, tmpdir } from "node:os"
import { join } from "node:path"
import { setTimeout } from "node:timers/promises"
import { fileURLToPath } from "node:url"
import { promisify } from "node:util"
import { cpuInChromium, hasChromium } from "./browser.js"
// begin: Effect 3 only
import { bothMajors } from "./bothMajors.js"
// end: Effect 3 only
import { marginalBundle, marginalParts } from "./bundle.js"
import { chart } from "./chart.js"
import { makePortable } from "./portable.js"
import { owners, ownerShares } from "./profile.js"
import { findRuntimes } from "./runtimes.js"

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
  "HttpClient over layerUndici, no client": here("clients/http-client-undici.js"),
  "ours over client/node": here("clients/ours-node.js"),
  "ours over layerUndici": here("clients/ours-undici.js"),
  "ours over client/fetch": here("clients/ours-client-fetch.js"),
  "ours over fetch": here("clients/ours-fetch.js"),
  "raw fetch": here("clients/raw-fetch.js"),
  "official client": here("clients/official.js"),
  "@effect/ai-openrouter": here("../ai-openrouter/client.mjs")
}

const cpuOfCalls = async (file: string, calls: number, concurrency: number, prefix = "gen-") =>
  (await measure("calls.js", file, baseUrl, String(calls), String(concurrency), prefix))["cpu"] ?? Number.NaN

/** Runs programs of Node.js, and returns a table of the owners of their CPU time after the first part of each. */
const profileTable = async (programs: Readonly<Record<string, ReadonlyArray<string>>>, warmUp = 0.5) => {
  const rows: Array<{ readonly name: string; readonly shares: ReturnType<typeof ownerShares> }> = []
  for (const [name, program] of Object.entries(programs)) {
    const folder = mkdtempSync(join(tmpdir(), "profile-"))
    const options = ["--cpu-prof", "--cpu-prof-interval=200", `--cpu-prof-dir=${folder}`, "--conditions=built"]
    await run(process.execPath, [...options, ...program])
    rows.push({
      name,
      shares: ownerShares(JSON.parse(readFileSync(join(folder, readdirSync(folder)[0] ?? ""), "utf8")), warmUp)
    })
    rmSync(folder, { recursive: true })
  }
  const shown = owners.filter((owner) => rows.some(({ shares }) => shares[owner] >= 0.5))
  return table(
    ["percent", ...shown],
    rows.map(({ name, shares }) => [name].concat(shown.map((owner) => shares[owner].toFixed(0))))
  )
}

const toCallPrograms = (programs: Readonly<Record<string, string>>) =>
  Object.fromEntries(
    Object.entries(programs).map(([name, file]) => [name, [here("calls.js"), file, baseUrl, "20000", "16"]])
  )

/** The clients of the tables with a second dimension. */
const compared = ["ours over client/node", "ours over client/fetch", "official client"] as const

/**
 * Returns a table of the CPU of calls, a row for each value, with the ratio to the official client, which rejects the responses of the
 * values `rejected`.
 */
const grid = async (
  title: string,
  values: ReadonlyArray<string>,
  once: (file: string, value: string) => Promise<number>,
  rejected: ReadonlyArray<string> = []
) => {
  const rows = []
  for (const value of values) {
    const names = compared.filter((name) => name !== "official client" || !rejected.includes(value))
    const measured = await interleaved(names, (name) => once(clients[name] ?? "", value), 2)
    const base = measured.get("official client")?.median
    rows.push([
      value,
      ...compared.map((name) => {
        const median = measured.get(name)?.median
        if (median === undefined) return "rejects it"
        return name === "official client" || base === undefined
          ? median.toFixed(3)
          : `${median.toFixed(3)} (${(median / base).toFixed(2)})`
      })
    ])
  }
  return table([title, ...compared], rows)
}

const sections = {
  calls: async () => {
    const measured = await interleaved(Object.keys(clients), (name) => cpuOfCalls(clients[name] ?? "", 10_000, 16))
    writeFileSync(
      here("../../../docs/performance.svg"),
      chart("CPU milliseconds for one call", [...measured].map(([name, { median }]) => [name, median]))
    )
    return `## One call\n\nCPU of one call in milliseconds, which is seconds for 1,000 calls: 10,000 calls at concurrency 16, ` +
      `after as many to warm up, with all defaults on.\n\n${against("official client", "CPU ms", 3, measured)}\n\n` +
      `![CPU milliseconds for one call](performance.svg)`
  },
  owners: async () =>
    `## Owners of the CPU time\n\nPercent of the samples of a CPU profile of 20,000 calls after as many. *Transport* is ` +
    `undici and Node.js' own modules; *V8 and system* is native code, most of it the write to the socket, and other ` +
    `packages.\n\n${await profileTable(toCallPrograms(clients))}`,
  tracer: async () => {
    const traced: Readonly<Record<string, string>> = {
      "ours over client/node": here("clients/traced-node.js"),
      "ours over client/fetch": here("clients/traced-client-fetch.js"),
      "ours over client/fetch, a tracer that does nothing": here("clients/traced-nothing.js"),
      "official client": here("clients/traced-official.js"),
      "official client, no hooks": here("clients/official.js")
    }
    const measured = await interleaved(Object.keys(traced), (name) => cpuOfCalls(traced[name] ?? "", 10_000, 16))
    return `## A call under a tracer\n\nCPU of one call in milliseconds while OpenTelemetry's SDK exports every span into ` +
      `memory: our two spans for each call, with the attributes of the record, beside the official client whose hooks make one ` +
      `span for each request.\n\n${against("official client", "CPU ms", 3, measured)}\n\n${await profileTable(
        toCallPrograms(traced)
      )}`
  },
  decode: async () => {
    const programs: Readonly<Record<string, readonly [script: string, argument: string]>> = {
      "JSON.parse": ["decode.js", "JSON.parse"],
      ours: ["decode.js", "ours"],
      official: ["decode.js", "official"],
      "a call that returns JSON": ["decode-client.js", "parsed"],
      "a call that returns a record": ["decode-client.js", "decoded"]
    }
    const measured = await interleaved(
      Object.keys(programs),
      async (name) => (await measure(...programs[name] ?? ["", ""]))["microseconds"] ?? Number.NaN,
      // The runs are short, and the garbage of the validation makes them uneven.
      9
    )
    const median = (name: string) => measured.get(name)?.median ?? Number.NaN
    const added = median("a call that returns a record") - median("a call that returns JSON") + median("JSON.parse")
    return `## Decoding\n\nCPU from text to model of one record, in microseconds. *Ours* is \`Schema.decodeUnknown(Generation)\`. ` +
      `The calls are whole calls over client/node whose responses come from memory: decoding through the client, \`JSON.parse\` ` +
      `included, takes ${added.toFixed(1)} µs of them, ${
        (added / median("official")).toFixed(2)
      } of the official client's zod.\n\n${against("official", "CPU µs", 1, measured)}`
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
    const parts = await marginalParts()
    return `## Bundle\n\n\`get\` adds ${bytes} bytes, minified and gzipped, to a browser's bundle of a program that already ` +
      `uses \`HttpClient\` and \`Schema\`. Before compression:\n\n` +
      table(["owner", "bytes"], owners.map(([owner, size]) => [owner, String(size)])) +
      `\n\nThe bytes, minified and gzipped, that the bundle loses without the modules that keep one promise:\n\n` +
      table(["promise", "bytes"], parts.map(([promise, size]) => [promise, String(size)]))
  },
  cold: async () => {
    const folder = mkdtempSync(join(tmpdir(), "cold-"))
    const programs = ["cold-ours", "cold-platform", "cold-official"]
    const files = new Map(programs.map((name) => [name, here(`${name}.js`)]))
    for (const name of programs) {
      const file = join(folder, `${name}.mjs`)
      writeFileSync(file, (await makePortable(here(`${name}.js`), "node")).text)
      files.set(`${name}, one file`, file)
    }
    // Two more programs beside the others, because they import Effect.
    const roots = here("cold-roots.mjs")
    files.set("cold-ours, imports of the roots", roots)
    writeFileSync(roots, readFileSync(here("cold-ours.js"), "utf8").replaceAll(/(@effect-openrouter\/\w+)\/\w+/g, "$1"))
    const packages = here("cold-packages.mjs")
    files.set("cold-ours, our packages in one file", packages)
    const { text } = await makePortable(here("cold-ours.js"), "node", ["built"], ["effect", "@effect/platform"])
    writeFileSync(packages, text)
    const measured = await interleaved(
      [...files.keys()],
      (name) => cpuOfProcess(["--conditions=built", files.get(name) ?? "", baseUrl]),
      9
    )
    const profiled = await profileTable(
      Object.fromEntries(programs.map((name) => [name, [files.get(name) ?? "", baseUrl]])),
      0
    )
    rmSync(folder, { recursive: true })
    for (const file of [roots, packages]) rmSync(file)
    return `## Cold start\n\nCPU of a whole process from nothing to its first response over fetch, in milliseconds. ` +
      `\`cold-platform\` is \`HttpClient\` and \`Schema\` of Effect alone. \`cold-ours\` imports the modules of its two services; with ` +
      `*imports of the roots* it imports the packages, as the README does. *One file* is a bundle of the program.\n\n` +
      `${against("cold-official", "CPU ms", 0, measured)}\n\n${profiled}`
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
  browser: async () => {
    if (!hasChromium) {
      console.log("Chromium is not installed: its rows are left out\n")
      return undefined
    }
    const names = ["ours over client/fetch", "ours over fetch", "official client"]
    const bundles = new Map<string, { readonly text: string; readonly gzipped: number }>()
    for (const name of names) bundles.set(name, await makePortable(clients[name] ?? "", "browser"))
    const measured = await interleaved(names, (name) => cpuInChromium(bundles.get(name)?.text ?? ""))
    const base = measured.get("official client")?.median ?? Number.NaN
    return `## A browser\n\nA whole program in Chromium: the bytes of its bundle, Effect included, and the CPU of the page's process ` +
      `for 1,000 calls.\n\n${
        table(
          ["", "bytes, gzipped", "CPU ms for 1,000 calls", "min – max", "ratio to official client"],
          [...measured].map(([name, { max, median, min }]) => [
            name,
            (bundles.get(name)?.gzipped ?? Number.NaN).toLocaleString("en-US"),
            median.toFixed(0),
            `${min.toFixed(0)} – ${max.toFixed(0)}`,
            (median / base).toFixed(2)
          ])
        )
      }`
  },
  runtimes: async () => {
    const folder = mkdtempSync(join(tmpdir(), "runtimes-"))
    const runtimes = await findRuntimes(here("../../../.artifacts/runtimes"))
    copyFileSync(here("calls.js"), join(folder, "calls.mjs"))
    const names = ["ours over client/fetch", "raw fetch", "official client"]
    for (const name of names) {
      const { text } = await makePortable(clients[name] ?? "", "node")
      writeFileSync(join(folder, `${names.indexOf(name)}.mjs`), text)
    }
    const rows = []
    for (const { command: [executable = "", ...options], name } of runtimes) {
      const measured = await interleaved(names, async (client) => {
        const args = [join(folder, "calls.mjs"), join(folder, `${names.indexOf(client)}.mjs`), baseUrl, "10000", "16"]
        return JSON.parse((await run(executable, [...options, ...args])).stdout)["cpu"]
      })
      const median = (client: string) => measured.get(client)?.median ?? Number.NaN
      rows.push([
        name,
        ...names.map((client) => median(client).toFixed(3)),
        (median("ours over client/fetch") / median("official client")).toFixed(2)
      ])
    }
    rmSync(folder, { recursive: true })
    return `## Other runtimes\n\nCPU of one call in milliseconds, as above, of one file for each client.\n\n${
      table(["", ...names, "ours to official"], rows)
    }`
  },
  // begin: Effect 3 only
  effect4: () => bothMajors({ baseUrl, cpuOfProcess, interleaved, run, table }),
  // end: Effect 3 only
  settlement: async () => {
    const counts = [1000, 10_000, 100_000, 1_000_000]
    const rows = []
    for (const count of counts) {
      let [heap, rss, lost, twice] = [0, 0, 0, 0]
      const measured = await interleaved(
        ["stream", "forEach"],
        async (way) => {
          const ids = way === "stream" ? count : Math.min(count, 100_000)
          const result = await measure("settlement.js", baseUrl, String(ids), way)
          if (way === "forEach") return result["cpu"] ?? Number.NaN
          heap = Math.max(heap, result["heap"] ?? 0)
          rss = Math.max(rss, result["rss"] ?? 0)
          lost += result["lost"] ?? 0
          twice += result["twice"] ?? 0
          return result["cpu"] ?? Number.NaN
        },
        count > 100_000 ? 1 : defaultRounds
      )
      const [cpu = Number.NaN, plain = Number.NaN] = ["stream", "forEach"].map((way) => measured.get(way)?.median)
      rows.push([
        count.toLocaleString("en-US"),
        cpu.toFixed(3),
        (cpu / plain).toFixed(2),
        (heap / 1e6).toFixed(1),
        (rss / 1e6).toFixed(0),
        `${lost} / ${twice}`
      ])
    }
    const programs = Object.fromEntries(
      ["stream", "forEach"].map((way) => [way, [here("settlement.js"), baseUrl, "100000", way]])
    )
    const profiled = await profileTable(programs, 0.2)
    return `## Many ids\n\n\`Settlement.stream\` at concurrency 16 over client/node, beside \`Effect.forEach\` over \`get\` (of ` +
      `100,000 ids at the most, because it keeps them all).\n\n` +
      table(
        ["ids", "CPU ms for each", "ratio to forEach", "growth of the live heap, MB", "peak RSS, MB", "lost / twice"],
        rows
      ) + `\n\n${profiled}`
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
    if (process.env["POSTGRES_URL"] === undefined) {
      console.log("POSTGRES_URL is not set: the section of the ledger stays as it is\n")
      return undefined
    }
    const folder = mkdtempSync(join(tmpdir(), "ledger-"))
    const places = {
      // begin: Effect 3 only
      libsql: join(folder, "ledger.db"),
      // end: Effect 3 only
      Postgres: process.env["POSTGRES_URL"] ?? ""
    }
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
  growth: async () =>
    `## How cost grows\n\nCPU of one call in milliseconds; in brackets the ratio to the official client. First by the number of ` +
    `calls in flight, then by the size of the record at 16 in flight.\n\n${await grid(
      "calls in flight",
      ["1", "4", "16", "64", "256", "1024"],
      (file, value) => cpuOfCalls(file, 4000, Number(value))
    )}\n\n${await grid(
      "record, kB",
      ["0.5", "2", "10", "100"],
      (file, value) => cpuOfCalls(file, 2000, 16, `size-${Number(value) * 1000}-`),
      // It needs fields that a short record leaves out.
      ["0.5"]
    )}`
}

const chosen = process.argv.slice(2).filter((name) => name !== "--write")
const isWritten = chosen.length === 0 || process.argv.includes("--write")
const names = (Object.keys(sections) as Array<keyof typeof sections>).filter((name) =>
  chosen.length === 0 || chosen.includes(name)
)

const written: Array<string> = []
for (const name of names) {
  const started = performance.now()
  // The other sections are written, whatever becomes of one.
  const text = await sections[name]().catch((error: unknown) => {
    console.error(error)
    process.exitCode = 1
  })
  console.error(`${name}: ${((performance.now() - started) / 1000).toFixed(0)} s`)
  if (text === undefined) continue
  console.log(`${text}\n`)
  written.push(text)
}

const version = (name: string) =>
  JSON.parse(readFileSync(here(`../node_modules/${name}/package.json`), "utf8"))["version"] as string

const intro = () => {
  const versions = ["effect", "@effect/platform", "@effect/platform-node", "@openrouter/sdk", "undici"]
    .map((name) => `${name} ${version(name)}`)
  return `# Performance

Measured by \`npm run bench\` on ${
    new Date().toISOString().slice(0, 10)
  }: each client in a process of its own, in turn, ${defaultRounds}
rounds or more, against a server in another process that answers with a record of 1.9 kB. CPU time, because wall time on a shared
machine lies; the ratios say more than the numbers.

${cpus().length} cores (${cpus()[0]?.model.trim()}), Node.js ${process.versions.node}; ${versions.join(", ")};
@effect/ai-openrouter 0.10.1 with @effect/platform 0.96.3.`
}

if (isWritten) {
  const file = here("../../../docs/performance.md")
  const [generated = "", byHand = ""] = readFileSync(file, "utf8").split("<!-- written by hand -->\n")
  // A section that this run left out stays as it is.
  const parts = generated.split(/^(?=## )/m).map((part) => part.trimEnd())
  if (chosen.length === 0) parts[0] = intro()
  for (const text of written) {
    const index = parts.findIndex((part) => heading(part) === heading(text))
    if (index === -1) parts.push(text)
    else parts[index] = text
  }
  writeFileSync(file, `${parts.join("\n\n")}\n\n<!-- written by hand -->\n${byHand}`)
}

process.exit()
