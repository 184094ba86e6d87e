// The same measurements on Effect 3 and on Effect 4, whose programs are those of the derived repository.
import { existsSync } from "node:fs"
import { join } from "node:path"
import { fileURLToPath, pathToFileURL } from "node:url"
import type { MarginalBundle } from "./bundle.js"

const here = (path: string) => fileURLToPath(new URL(path, import.meta.url))

/** The built benchmarks of the repository that `npm run effect-4` derives. */
const derived = here("../../../.artifacts/effect-4/repository/packages/benchmarks/dist")

const kB = (bytes: number): string => (bytes / 1000).toFixed(1)

/** The tools of the measurements. */
interface Tools {
  readonly baseUrl: string
  readonly run: (executable: string, args: ReadonlyArray<string>) => Promise<{ readonly stdout: string }>
  readonly cpuOfProcess: (args: ReadonlyArray<string>) => Promise<number>
  readonly interleaved: (
    names: ReadonlyArray<string>,
    once: (name: string) => Promise<number>,
    rounds?: number
  ) => Promise<ReadonlyMap<string, { readonly median: number }>>
  readonly table: (header: ReadonlyArray<string>, rows: ReadonlyArray<ReadonlyArray<string>>) => string
}

/** Returns a table of the figures of both majors, or `undefined` if the programs for Effect 4 are not built. */
export const bothMajors = async (
  { baseUrl, cpuOfProcess, interleaved, run, table }: Tools
): Promise<string | undefined> => {
  if (!existsSync(derived)) {
    console.log("npm run build has not built the benchmarks for Effect 4: their rows are left out\n")
    return undefined
  }
  const majors = { "Effect 3": here("."), "Effect 4": derived }
  const names = Object.keys(majors) as Array<keyof typeof majors>
  const script = (major: keyof typeof majors, name: string) => join(majors[major], name)
  const result = async (major: keyof typeof majors, name: string, ...args: ReadonlyArray<string>) =>
    JSON.parse(
      (await run(process.execPath, ["--expose-gc", "--conditions=built", script(major, name), ...args])).stdout
    )
  const cpuOver = (client: string) => async (major: keyof typeof majors) =>
    (await result(major, "calls.js", script(major, `clients/${client}.js`), baseUrl, "10000", "16"))["cpu"]
  const zod =
    (await interleaved(["official"], async () => (await result("Effect 3", "decode.js", "official"))["microseconds"]))
      .get("official")?.median ?? Number.NaN
  const rows: Readonly<
    Record<string, readonly [digits: number, once: (major: keyof typeof majors) => Promise<number>]>
  > = {
    "a call over client/node, CPU ms": [3, cpuOver("ours-node")],
    "a call over client/fetch, CPU ms": [3, cpuOver("ours-client-fetch")],
    "a call over `FetchHttpClient`, CPU ms": [3, cpuOver("ours-fetch")],
    "decoding with `Schema.decodeUnknownSync(Generation)`, of the CPU of zod": [
      2,
      async (major) => (await result(major, "decode.js", "ours"))["microseconds"] / zod
    ],
    "a held record, bytes": [0, async (major) => (await result(major, "heap.js", "ours"))["bytes"]],
    "cold start, CPU ms": [0, (major) => cpuOfProcess(["--conditions=built", script(major, "cold-ours.js"), baseUrl])]
  }
  const lines = []
  for (const [title, [digits, once]] of Object.entries(rows)) {
    const measured = await interleaved(names, (major) => once(major as keyof typeof majors), 5)
    const [three = Number.NaN, four = Number.NaN] = names.map((name) => measured.get(name)?.median)
    lines.push([title, three.toFixed(digits), four.toFixed(digits), (four / three).toFixed(2)])
  }
  const bundles = []
  for (const name of names) {
    const { marginalBundle: bundled } = await import(pathToFileURL(script(name, "bundle.js")).href)
    bundles.push(await bundled() as MarginalBundle)
  }
  const [three, four] = bundles as [MarginalBundle, MarginalBundle]
  lines.push(
    [
      "bundle of HttpClient and Schema, kB",
      kB(three.before),
      kB(four.before),
      (four.before / three.before).toFixed(2)
    ],
    ["what `get` adds to it, kB", kB(three.bytes), kB(four.bytes), (four.bytes / three.bytes).toFixed(2)]
  )
  for (const [owner, bytes] of four.owners) console.log(`${String(bytes).padStart(6)} ${owner}`)
  return `## Effect 3 and Effect 4\n\nThe same programs on Node.js ${process.versions.node}: medians of 5 rounds. Bundles are minified ` +
    `and gzipped.\n\n${table(["", ...names, "ratio"], lines)}`
}
