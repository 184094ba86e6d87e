import { assert, describe, it } from "@effect/vitest"
import { DateTime, Effect } from "effect"
import { linkSync, readdirSync, symlinkSync } from "node:fs"
import { add, folder, read, run, served, settleInLedger, values, write } from "../harness.js"

const records = [
  { id: "gen-1", model: "a/one", providerName: "P", totalCost: 0.1, createdAt: DateTime.unsafeMake("2026-11-20") },
  { id: "gen-2", model: "a/one", providerName: "Q", totalCost: 0.2, createdAt: DateTime.unsafeMake("2026-11-21") },
  { id: "gen-3", model: "b/two", providerName: "Q", totalCost: 7, createdAt: DateTime.unsafeMake("2026-11-19") },
  { id: "gen-4", model: null, providerName: null, totalCost: null, createdAt: null }
]

/** What a sweep of the records, and of one that is not there, writes. */
const swept = Effect.gen(function*() {
  const file = yield* folder
  yield* add(...records)
  yield* run(["sweep", "--out", file("out")], { input: [...records.map(({ id }) => id), "gen-none"].join("\n") })
  return file
})

/** A settlement as a line. */
const line = (id: string, cost: number | null, more: Readonly<Record<string, unknown>> = {}): string =>
  `${JSON.stringify({ _tag: "Settled", id, generation: { id, total_cost: cost, ...more } })}\n`

describe("report", () => {
  it.scopedLive("adds up by model: exactly, the highest cost first, unknown costs apart, with a total", () =>
    Effect.gen(function*() {
      const file = yield* swept
      const { code, stderr, stdout } = yield* run(["report", file("out")])
      assert.strictEqual(code, 0)
      const rows = stdout.split("\n")
      assert.match(rows[0] ?? "", /^MODEL +COUNT +COST +COST UNKNOWN/)
      assert.match(rows[1] ?? "", /^b\/two +1 +\$7\.00 +0 /)
      assert.match(rows[2] ?? "", /^a\/one +2 +\$0\.30 +0 /)
      assert.match(rows[3] ?? "", /^unknown +1 +\$0\.00 +1 /)
      assert.match(rows[5] ?? "", /^total +4 +\$7\.30 +1 /)
      assert.include(
        stderr,
        "1 generation without a record (1 not visible, 0 failed): the total does not include its cost."
      )
    }).pipe(Effect.provide(served)))

  it.scopedLive("adds up by day in its order, as JSON whose sums are exact", () =>
    Effect.gen(function*() {
      const file = yield* swept
      const { stdout } = yield* run(["report", file("out"), "--by", "day", "--json"])
      assert.deepStrictEqual(values(stdout).map(({ day }) => day), [null, "2026-11-19", "2026-11-20", "2026-11-21"])
      assert.deepInclude(values(stdout)[1], {
        cost: { effective: "7", credits: "7", byok: "0", known: 1, unknown: 0 }
      })
    }).pipe(Effect.provide(served)))

  it.scopedLive("reports a ledger as it reports a file, in every format and with every filter", () =>
    Effect.gen(function*() {
      const file = yield* swept
      const ledger = ["--ledger", file("ledger.db")]
      const { ran } = yield* settleInLedger(file("ledger.db"), [...records.map(({ id }) => id), "gen-none"])
      assert.strictEqual(ran.stdout, "4 settled, 1 not visible, 0 failed\n")
      for (
        const args of [
          [],
          ["--json"],
          ["--csv", "--by", "provider,day"],
          ["--markdown", "--by", "day", "--timezone", "Europe/Berlin"],
          ["--since", "2026-11-20", "--until", "2026-11-20"],
          ["--compare", file("out")],
          ["--fail-over", "7USD"]
        ]
      ) {
        const fromFile = yield* run(["report", file("out"), ...args])
        assert.deepStrictEqual(yield* run(["report", ...ledger, ...args]), fromFile, args.join(" "))
      }
      const rows = (csv: string) => csv.split("\r\n").toSorted()
      const each = ["--by", "generation", "--csv"]
      assert.deepStrictEqual(
        rows((yield* run(["report", ...ledger, ...each])).stdout),
        rows((yield* run(["report", file("out"), ...each])).stdout)
      )

      yield* run(["ledger", "add", ...ledger, "gen-later"])
      const { code, stderr } = yield* run(["report", ...ledger, "--html", file("page.html")])
      assert.strictEqual(code, 0)
      assert.include(stderr, "1 generation still pending in the ledger")
      const page = yield* read(file("page.html"))
      assert.include(page, "gen-3")
      assert.include(page, "1 generation still pending in the ledger")
    }).pipe(Effect.provide(served)))

  it.scopedLive("finds the default ledger if standard input is not redirected, and names it", () =>
    Effect.gen(function*() {
      const file = yield* swept
      yield* settleInLedger(file("ledger.db"), ["gen-3"])
      const env = { OPENROUTER_LEDGER: file("ledger.db") }
      const { stderr, stdout } = yield* run(["report"], { env, input: null })
      assert.match(stdout, /^b\/two +1 +\$7\.00/m)
      assert.include(stderr, `Reading the ledger ${file("ledger.db")}.`)
      const piped = yield* run(["report"], { env, input: line("gen-1", 1) })
      assert.match(piped.stdout, /^total +1 +\$1\.00/m)
      const missing = yield* run(["report"], { env: { OPENROUTER_LEDGER: file("none.db") }, input: null })
      assert.include(missing.stderr, "no settlements to report in standard input")
    }).pipe(Effect.provide(served)))

  it.scopedLive("rejects a file that cannot be a ledger, and does not change it", () =>
    Effect.gen(function*() {
      const file = yield* folder
      yield* write(file("text"), "this is not a database, but a text of more than a hundred bytes".repeat(5))
      const cases: ReadonlyArray<readonly [string, RegExp]> = [
        [file("none.db"), /none\.db does not exist/],
        [file("text"), /text is not a database/]
      ]
      for (const subcommand of ["report", "reconcile"]) {
        for (const [ledger, message] of cases) {
          const ran = yield* run([subcommand, "--ledger", ledger])
          assert.deepInclude(ran, { code: 4, stdout: "" }, ledger)
          assert.match(ran.stderr, message)
        }
      }
      assert.match(yield* read(file("text")), /^this is not/)
    }).pipe(Effect.provide(served)))

  it.scopedLive("rejects a ledger that it cannot use, and never prints the password of a URL", () =>
    Effect.gen(function*() {
      const file = yield* folder
      yield* write(file("text"), "this is not a database, but a text of more than a hundred bytes".repeat(5))
      const url = "postgres://user:pa55word@127.0.0.1:1/db?password=pa55word"
      const cases: ReadonlyArray<readonly [ReadonlyArray<string>, number, RegExp]> = [
        [["--ledger", url], 4, /cannot be reached/],
        [["--ledger", file("text"), file("text")], 2, /exclude each other/],
        [["--ledger", file("text"), "--html", file("text")], 2, /would overwrite/],
        [[url], 2, /--ledger/],
        [[file("text"), "--compare", url], 2, /--ledger/],
        [[file("text"), "--since", url], 2, /received: 'postgres:\/\/…'/],
        [["--since", "postgresql://u:pa55word'@ pa55word@h"], 2, /received: 'postgresql:\/\/…'/],
        [["--since", "postgres://h/db?password=pa55word"], 2, /received: 'postgres:\/\/…'/],
        [["--ledger", "mysql://user:pa55word@h/db"], 4, /must be the path of a file/]
      ]
      for (const subcommand of ["report", "reconcile"]) {
        for (const [args, code, message] of cases) {
          if (subcommand === "reconcile" && args.some((arg) => arg === "--compare" || arg === "--html")) continue
          const ran = yield* run([subcommand, ...args])
          assert.deepInclude(ran, { code, stdout: "" }, args.join(" "))
          assert.match(ran.stderr, message)
          assert.notInclude(ran.stderr, "pa55word")
        }
      }
      assert.match(yield* read(file("text")), /^this is not/)
    }).pipe(Effect.provide(served)))

  it.scopedLive("reads what get --json prints, from a pipe", () =>
    Effect.gen(function*() {
      yield* add(...records)
      const { stdout: input } = yield* run(["get", "--json", "gen-1", "gen-2"])
      const { code, stdout } = yield* run(["report", "--by", "provider"], { input })
      assert.strictEqual(code, 0)
      assert.match(stdout, /^P +1 +\$0\.10/m)
      assert.match(stdout, /^Q +1 +\$0\.20/m)
    }).pipe(Effect.provide(served)))

  it.scopedLive("counts the record of an id once, whatever its other lines are", () =>
    Effect.gen(function*() {
      const settled = (id: string) => `{"_tag":"Settled","id":"${id}","generation":{"id":"${id}","total_cost":1}}`
      const pending = (id: string) => `{"_tag":"NotVisible","id":"${id}","attempts":1,"elapsed":5}`
      const input = [pending("a"), settled("a"), settled("a"), settled("b"), pending("b"), pending("c"), pending("c")]
      const { stderr, stdout } = yield* run(["report"], { input: input.join("\n") })
      assert.match(stdout, /^total +2 +\$2\.00/m)
      assert.include(stderr, "1 generation without a record")
    }).pipe(Effect.provide(served)))

  it.scopedLive("leaves out a torn last line and says so", () =>
    Effect.gen(function*() {
      for (const torn of [line("b", 1).slice(0, 30), "\0\0\0\0\0", `${line("b", 1).slice(0, 30)}\0\0`]) {
        const { code, stderr, stdout } = yield* run(["report"], { input: line("a", 1) + torn })
        assert.strictEqual(code, 0)
        assert.match(stdout, /^total +1 /m)
        assert.include(stderr, "The last line of standard input is not complete")
        const json = yield* run(["report", "--json"], { input: line("a", 1) + torn })
        assert.deepStrictEqual(values(json.stdout).at(-1), {
          unreadable: { lines: 1, bytes: torn.length, first: 2, torn: true }
        })
      }
    }).pipe(Effect.provide(served)))

  it.scopedLive("recovers whole settlements from a damaged file, counts the rest, and ends with 5", () =>
    Effect.gen(function*() {
      const half = line("x", 9).slice(0, 40)
      const input = `${line("a", 1)}${half}${line("b", 2)}nonsense\n${line("c", 4)}`
      const { code, stderr, stdout } = yield* run(["report"], { input })
      assert.strictEqual(code, 5)
      assert.match(stdout, /^total +3 +\$7\.00/m)
      assert.include(stderr, "2 lines of standard input cannot be read (49 bytes, the first is line 2)")
      const json = yield* run(["report", "--json"], { input })
      assert.deepInclude(values(json.stdout).at(-1), {
        unreadable: { lines: 2, bytes: half.length + "nonsense\n".length, first: 2, torn: false }
      })
    }).pipe(Effect.provide(served)))

  it.scopedLive("rejects a file in which nothing can be read", () =>
    Effect.gen(function*() {
      for (const input of ["nonsense\n", "{}\n", "[1,2]", "gen-1\ngen-2\n"]) {
        const { code, stderr, stdout } = yield* run(["report"], { input })
        assert.strictEqual(code, 2)
        assert.strictEqual(stdout, "")
        assert.include(stderr, "line 1 of standard input is not a settlement")
      }
    }).pipe(Effect.provide(served)))

  it.scopedLive("reads JSON arrays, pretty-printed JSON and responses of the API", () =>
    Effect.gen(function*() {
      const settlements = [line("a", 1), line("b", 2)].map((text) => JSON.parse(text))
      const responses = [{ data: { id: "a", total_cost: 1 } }, { data: { id: "b", total_cost: 2 } }]
      const inputs = [
        JSON.stringify(settlements),
        JSON.stringify(settlements, null, 2),
        settlements.map((value) => JSON.stringify(value, null, "\t")).join("\n"),
        `[\n${settlements.map((value) => JSON.stringify(value)).join(",\n")}\n]\n`,
        responses.map((value) => JSON.stringify(value)).join("\n"),
        JSON.stringify(responses, null, 2)
      ]
      for (
        const input of [
          ...inputs,
          ...inputs.map((text) => new Uint8Array(Buffer.from(`\ufeff${text}`, "utf16le")))
        ]
      ) {
        const { code, stderr, stdout } = yield* run(["report"], { input })
        assert.strictEqual(code, 0)
        assert.strictEqual(stderr, "")
        assert.match(stdout, /^total +2 +\$3\.00/m)
      }
    }).pipe(Effect.provide(served)))

  it.scopedLive("takes the newest line of an id whose cost is known", () =>
    Effect.gen(function*() {
      const inputs: ReadonlyArray<readonly [lines: ReadonlyArray<string>, total: RegExp]> = [
        [[line("a", null), line("a", 2)], /^total +1 +\$2\.00 +0/m],
        [[line("a", 2), line("a", null)], /^total +1 +\$2\.00 +0/m],
        [[line("a", 1), line("a", 2)], /^total +1 +\$2\.00 +0/m],
        [[line("a", null), line("a", null)], /^total +1 +\$0\.00 +1/m]
      ]
      for (const [lines, total] of inputs) {
        const { stdout } = yield* run(["report"], { input: lines.join("") })
        assert.match(stdout, total)
      }
    }).pipe(Effect.provide(served)))

  it.scopedLive("counts a record once that two ids have", () =>
    Effect.gen(function*() {
      const input = line("a", 1) + line("a", 1).replace(`"id":"a"`, `"id":"gen-batch-1"`)
      const { stderr, stdout } = yield* run(["report"], { input })
      assert.match(stdout, /^total +1 +\$1\.00/m)
      assert.strictEqual(stderr, "")
    }).pipe(Effect.provide(served)))

  it.scopedLive("prints plain decimal digits, whatever the amounts are", () =>
    Effect.gen(function*() {
      const input = line("a", 2.77e-17) + line("b", 1e21) + line("c", -0.11)
      const { stdout } = yield* run(["report", "--json"], { input })
      assert.deepNestedInclude(values(stdout)[0], { "cost.effective": "999999999999999999999.8900000000000000277" })
      const refund = yield* run(["report"], { input: line("a", -0.11) })
      assert.match(refund.stdout, /^total +1 +-\$0\.11/m)
    }).pipe(Effect.provide(served)))

  it.scopedLive("groups by several keys, each a field of its own", () =>
    Effect.gen(function*() {
      const file = yield* swept
      const { stdout } = yield* run(["report", file("out"), "--by", "model,day", "--json"])
      assert.deepStrictEqual(values(stdout).map(({ day, model }) => [model, day]), [
        ["b/two", "2026-11-19"],
        ["a/one", "2026-11-20"],
        ["a/one", "2026-11-21"],
        [null, null]
      ])
      const wrong = yield* run(["report", file("out"), "--by", "modle"])
      assert.strictEqual(wrong.code, 2)
      assert.include(wrong.stderr, "Did you mean 'model'?")
    }).pipe(Effect.provide(served)))

  it.scopedLive("prints CSV, by groups and by generations", () =>
    Effect.gen(function*() {
      const input = line("a", 0.1, { model: `say "hi", \nmodel`, external_user: "private" }) + line("b", null)
      const groups = yield* run(["report", "--csv"], { input })
      const [header, ...rows] = groups.stdout.split("\r\n")
      assert.match(header ?? "", /^model,count,cost,/)
      assert.match(rows[0] ?? "", /^"say ""hi"", \nmodel",1,0\.1,/)
      assert.match(rows[1] ?? "", /^,1,0,/)
      assert.lengthOf(rows, 3)
      const generations = yield* run(["report", "--by", "generation", "--csv"], { input })
      assert.match(generations.stdout, /^id,created,model,provider,cost,/)
      assert.match(generations.stdout, /^a,,"say ""hi"", \nmodel",,0\.1,/m)
      assert.match(generations.stdout, /^b,,,,,/m)
      assert.notInclude(generations.stdout, "private")
    }).pipe(Effect.provide(served)))

  it.scopedLive("prints one Markdown table with escaped names", () =>
    Effect.gen(function*() {
      const { stdout } = yield* run(["report", "--markdown"], { input: line("a", 1, { model: "a|b<c>\n*d*" }) })
      const rows = stdout.trimEnd().split("\n")
      assert.lengthOf(rows, 4)
      assert.include(rows[2] ?? "", "| a\\|b&lt;c&gt;�\\*d\\* | 1 | $1.00 |")
      assert.match(rows[3] ?? "", /^\| total \| 1 \|/)
    }).pipe(Effect.provide(served)))

  it.scopedLive("leaves out what is not in the period, and counts what has no date", () =>
    Effect.gen(function*() {
      const at = (id: string, created: string | null) => line(id, 1, { created_at: created })
      const input = at("a", "2026-11-02T23:30:00Z") + at("b", "2026-11-03T23:30:00Z") + at("c", null)
      const total = (...args: ReadonlyArray<string>) =>
        Effect.map(run(["report", "--json", "--by", "generation", ...args], { input }), ({ stderr, stdout }) => {
          assert.include(stderr, "1 generation without a date")
          assert.deepStrictEqual(values(stdout).at(-1), { undated: 1 })
          return values(stdout).slice(0, -1).map(({ generation }) => generation)
        })
      assert.deepStrictEqual(yield* total("--since", "2026-11-03"), ["b"])
      assert.deepStrictEqual(yield* total("--until", "2026-11-03"), ["a", "b"])
      assert.deepStrictEqual(yield* total("--since", "2026-11-03", "--timezone", "Europe/Berlin"), ["a", "b"])
      assert.deepStrictEqual(yield* total("--until", "2026-11-03", "--timezone", "Europe/Berlin"), ["a"])
      assert.deepStrictEqual(yield* total("--since", "2026-11-03T23:30:00Z"), ["b"])
      assert.deepStrictEqual(yield* total("--until", "2026-11-03T23:30:00Z"), ["a"])
      assert.deepStrictEqual(yield* total("--until", "9000d"), [])
      for (
        const [option, value] of [["--since", "2026-02-30"], ["--until", "soon"], ["--timezone", "Europe/Nowhere"]]
      ) {
        const { code, stderr, stdout } = yield* run(["report", option ?? "", value ?? ""], { input })
        assert.strictEqual(code, 2)
        assert.strictEqual(stdout, "")
        assert.include(stderr, `'${value}'`)
      }
    }).pipe(Effect.provide(served)))

  it.scopedLive("groups by the days of a time zone and names it", () =>
    Effect.gen(function*() {
      const input = line("a", 1, { created_at: "2026-11-02T23:30:00Z" })
      const utc = yield* run(["report", "--by", "day"], { input })
      assert.match(utc.stdout, /^DAY \(UTC\) +COUNT/)
      assert.match(utc.stdout, /^2026-11-02 /m)
      const berlin = yield* run(["report", "--by", "day", "--timezone", "Europe/Berlin"], { input })
      assert.match(berlin.stdout, /^DAY \(Europe\/Berlin\) +COUNT/)
      assert.match(berlin.stdout, /^2026-11-03 /m)
    }).pipe(Effect.provide(served)))

  it.scopedLive("compares two files, with the groups that only one has", () =>
    Effect.gen(function*() {
      const file = yield* folder
      yield* write(file("here"), line("a", 0.3, { model: "one" }) + line("b", 1, { model: "two" }))
      yield* write(file("there"), line("a", 0.1, { model: "one" }) + line("c", 2, { model: "three" }))
      const { stdout } = yield* run(["report", file("here"), "--compare", file("there"), "--json"])
      assert.deepStrictEqual(
        values(stdout).map(({ difference, model, other }) => [model, difference, Object(other).cost.effective]),
        [["two", "1", "0"], ["one", "0.2", "0.1"], ["three", "-2", "2"]]
      )
      const text = yield* run(["report", file("here"), "--compare", file("there")])
      assert.match(text.stdout, /COST THERE +DIFFERENCE/)
      assert.match(text.stdout, /^total +2 +\$1\.30 +\$2\.10 +-\$0\.80/m)
    }).pipe(Effect.provide(served)))

  it.scopedLive("ends with 4 above --fail-over, and prints as always", () =>
    Effect.gen(function*() {
      const input = line("a", 5) + line("b", 0.00001)
      const above = yield* run(["report", "--fail-over", "5USD"], { input })
      assert.strictEqual(above.code, 4)
      assert.match(above.stdout, /^total +2 +\$5\.00001/m)
      assert.include(above.stderr, "the cost of $5.00001 is above the limit of $5.00")
      assert.strictEqual((yield* run(["report", "--fail-over", "5.00001USD"], { input })).code, 0)
      assert.strictEqual((yield* run(["report", "--fail-over", "much"], { input })).code, 2)
    }).pipe(Effect.provide(served)))

  it.scopedLive("fits 60 and 80 columns", () =>
    Effect.gen(function*() {
      const input = line("a", 0.000000000123, { model: `vendor/${"long-name-".repeat(12)}20260101` }) +
        line("b", 12_345)
      for (const columns of [60, 80, 120]) {
        for (const by of ["model", "model,provider,day"]) {
          const { stdout } = yield* run(["report", "--by", by], { input, columns })
          for (const text of stdout.split("\n")) assert.isAtMost(text.length, columns, text)
          assert.match(stdout, /vendor\/.*….*20260101/)
        }
      }
    }).pipe(Effect.provide(served)))

  it.scopedLive("says that there is nothing to report", () =>
    Effect.gen(function*() {
      const { code, stderr, stdout } = yield* run(["report"])
      assert.strictEqual(code, 0)
      assert.strictEqual(stdout, "")
      assert.include(stderr, "no settlements")
    }).pipe(Effect.provide(served)))

  it.scopedLive("does not write its page over what it reads, also through a link", () =>
    Effect.gen(function*() {
      const file = yield* swept
      const before = yield* read(file("out"))
      linkSync(file("out"), file("hard"))
      symlinkSync(file("out"), file("soft"))
      for (const page of ["out", "hard", "soft"]) {
        const { code, stderr } = yield* run(["report", file("out"), "--html", file(page)])
        assert.strictEqual(code, 2)
        assert.include(stderr, "would overwrite")
        assert.strictEqual(yield* read(file("out")), before)
      }
    }).pipe(Effect.provide(served)))

  it.scopedLive("says which page it cannot write", () =>
    Effect.gen(function*() {
      const file = yield* folder
      yield* write(file("out"), "")
      const { code, stderr } = yield* run(["report", file("out"), "--html", file("no/page.html")])
      assert.strictEqual(code, 2)
      assert.include(stderr, "cannot write")
    }).pipe(Effect.provide(served)))

  it.scopedLive("writes its page as a whole, and leaves no other file", () =>
    Effect.gen(function*() {
      const file = yield* folder
      yield* write(file("page.html"), "old")
      linkSync(file("page.html"), file("other"))
      assert.strictEqual((yield* run(["report", "--html", file("page.html")], { input: line("a", 1) })).code, 0)
      assert.match(yield* read(file("page.html")), /<\/html>\n$/)
      assert.strictEqual(yield* read(file("other")), "old")
      assert.sameMembers(readdirSync(file(".")), ["page.html", "other"])
    }).pipe(Effect.provide(served)))
})
