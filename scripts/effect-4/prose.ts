// Rewrites the names of Effect 3 in the text of documents and comments.
import { modules } from "./table.js"

/** A use of Effect that cannot be rewritten. */
export interface Problem {
  readonly file: string
  readonly line: number
  readonly message: string
}

/** The rewritten text, and what could not be rewritten. */
export interface Derived {
  readonly text: string
  readonly problems: ReadonlyArray<Problem>
}

/** What documents and comments say for Effect 3 and for Effect 4. */
const phrases: ReadonlyArray<readonly [string, string]> = [
  [
    "- `@effect/experimental` is an optional peer: only `PersistedGenerations` and `RateLimit` import it, and no other module imports\n" +
    "  these two.\n",
    ""
  ],
  [
    "installs the pinned pnpm, the locked\ndependencies and Effect's diagnostics.",
    "installs the pinned pnpm and the locked\ndependencies."
  ],
  ["| types, Effect's diagnostics ", "| types "],
  [
    "`npm run soak:effect-4` does the same on Effect 4, over the derived sources and with Node.js 22. " +
    "`npm run soak:effect-4 -- \"\" 20000`\nmakes 20,000 calls over each transport:",
    "On Effect 4 and Node.js 22, `npm run soak -- \"\" 20000` makes 20,000 calls over each transport:"
  ],
  [
    "`sql.execute` and `sql.transaction` of `@effect/sql`;",
    "statements, with the name of the database, and `sql.transaction`, of `effect/sql`;"
  ],
  ["in `Schema.pick`, `omit`, `extend` and `equivalence`", "in `Schema.toEquivalence`"],
  ["`Schema.optionalWith`, filters", "defaults, filters"],
  ["`Effect.timeoutFail`", "`Effect.timeoutOrElse`"],
  ["`Logger.withMinimumLogLevel(LogLevel.Debug)`", "`Effect.provideService(References.MinimumLogLevel, \"Debug\")`"],
  [
    "`Schema.pick` and `Schema.omit` take our names and give an ordinary `Schema.Struct` that",
    "The methods `pick` and `omit` take our names and give an ordinary Schema that"
  ],
  [
    "A `Schema.Struct` of `Generation.fields` does.",
    "A `Schema.Struct` of `Generation.fields` has our names on both sides;\n * `Schema.encodeKeys` maps them."
  ],
  ["Needs `@effect/experimental`, which is an optional peer dependency.", "Uses `effect/persistence`."],
  ["`@effect/platform`", "`effect/http`"],
  ["`@effect/experimental`", "`effect/persistence`"],
  ["`Context.Tag`", "`Context.Service`"],
  ["`ParseError`", "`SchemaError`"],
  ["`TestContext`", "`TestClock`"],
  ["Node.js 20.19", "Node.js 22.19"],
  ["`PersistedGenerations` and `RateLimit` need `npm install @effect/experimental@^0.61`. Nothing else does.", ""],
  [
    "@opentelemetry/sdk-trace-node@2`",
    "@opentelemetry/sdk-trace-node@2 @opentelemetry/sdk-metrics@2 @opentelemetry/sdk-logs@0.223`"
  ],
  ["Needs `npm install @effect/rpc@^0.76`.\n\n", ""],
  ["Needs `npm install @effect/workflow@^0.19`. ", ""],
  [
    "- Prepared statements need no setting: the statements of `@effect/sql-pg` have no names.",
    "- Turn off prepared statements with `PgClient.layer({ url, prepare: false })`, or set `max_prepared_statements` in PgBouncer 1.21\n" +
    "  or later. Else calls fail with `Unavailable` and the code 26000."
  ]
]

/** The modules of Effect that text names without their package. */
const packages = ["effect", "@effect/platform"]

/** Rewrites prose. A member of Effect in backticks, as in `Effect.fork`, is renamed as in code. */
export const rewriteProse = (file: string, prose: string, firstLine: number): Derived => {
  const problems: Array<Problem> = []
  const replaced = phrases.reduce((text, [from, to]) => text.replaceAll(from, to), prose)
  const text = replaced.replaceAll(/(?<=`)([A-Z]\w+)\.(\w+)/g, (use, name: string, member: string, index: number) => {
    const module = packages.map((each) => modules[`${each}/${name}`]).find((each) => each !== undefined)
    if (module === undefined) return use
    const [target, other] = Object.hasOwn(module.names ?? {}, member) ? module.names?.[member]?.split("#") ?? [] : []
    if (target !== undefined && target !== member && /^\w+$/.test(target)) {
      return `${other === undefined ? name : other.slice(other.lastIndexOf("/") + 1)}.${target}`
    }
    if (
      target === undefined && !module.same.split(" ").includes(member) && !phrases.some(([, to]) => to.includes(use))
    ) {
      const line = firstLine + replaced.slice(0, index).split("\n").length - 1
      problems.push({ file, line, message: `scripts/effect-4/table.ts does not know ${use}` })
    }
    return use
  })
  return { text, problems }
}
