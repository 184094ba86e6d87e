// The page of a report in a real browser, Debian's Chromium: `report --html` writes it, and the tests use it as a person would.
import { Generation } from "@effect-openrouter/core"
import { assert, describe, it } from "@effect/vitest"
import axe from "axe-core"
import { DateTime, Effect } from "effect"
import { mkdirSync, readFileSync } from "node:fs"
import { fileURLToPath, pathToFileURL } from "node:url"
import { type Browser, chromium, type Page } from "playwright-core"
import { page as writePage } from "../../src/internal/report/page.js"
import { collector } from "../../src/internal/report/pageData.js"
import { folder, run, served, write } from "../harness.js"
import { source } from "../page/records.js"

const hostile = "</script><script>document.title = 'owned'</script><img src=x onerror=\"document.title = 'owned'\">"
const reversed = "evil/\u202Egpj.exe"

const record = (index: number) => ({
  id: `gen-${index}`,
  created_at: new Date(Date.UTC(2026, 10, 1 + (index % 20), 12)).toISOString(),
  model: ["a/one", "b/two", hostile, reversed][index % 4],
  provider_name: ["One", "Two"][index % 2],
  total_cost: index === 7 ? null : (index + 1) / 1000,
  native_tokens_prompt: 1000 * index,
  native_tokens_completion: 100,
  latency: 100 + 40 * index,
  generation_time: 1000 + 40 * index,
  session_id: index % 3 === 0 ? "nightly" : null,
  app_id: index % 2 === 0 ? 42 : null,
  provider_responses: index % 5 === 0
    ? [{ provider_name: "Three", status: 503, latency: 250 }, { provider_name: "One", status: 200, latency: null }]
    : null
})

const settled = (generation: { readonly id: string; readonly [field: string]: unknown }) => ({
  _tag: "Settled",
  id: generation.id,
  generation
})

const settlements = [
  ...Array.from({ length: 60 }, (_, index) => settled(record(index))),
  { _tag: "NotVisible", id: "gen-none", attempts: 1, elapsed: 5 }
]

const browser = Effect.acquireRelease(
  Effect.promise((): Promise<Browser> =>
    chromium.launch({ executablePath: "/usr/bin/chromium", args: ["--no-sandbox", "--disable-dev-shm-usage"] })
  ),
  (browser) => Effect.promise(() => browser.close())
)

interface Options {
  readonly colorScheme?: "dark" | "light"
  readonly width?: number
  readonly lines?: ReadonlyArray<unknown>
}

/** The page of settlements, without a network, and everything that it requests and prints. */
const opened = ({ lines = settlements, width = 1280, ...others }: Options = {}) =>
  Effect.gen(function*() {
    const file = yield* folder
    yield* write(file("out.ndjson"), lines.map((settlement) => JSON.stringify(settlement)).join("\n"))
    const { code } = yield* run(["report", file("out.ndjson"), "--html", file("page.html")])
    assert.strictEqual(code, 0)
    const page = yield* Effect.flatMap(
      browser,
      (browser) => Effect.promise(() => browser.newPage({ ...others, viewport: { width, height: 900 }, offline: true }))
    )
    const requests: Array<string> = []
    const messages: Array<string> = []
    page.on("request", (request) => requests.push(request.url()))
    page.on("console", (message) => messages.push(message.text()))
    page.on("pageerror", (error) => messages.push(error.message))
    const url = pathToFileURL(file("page.html")).href
    yield* Effect.promise(() => page.goto(url))
    return { page, url, requests, messages }
  })

const status = (page: Page) => page.getByRole("status").innerText()
const total = async (page: Page) => /-?\$[\d,.]+/.exec(await status(page))?.[0]
const table = (page: Page, name = "Generations") => page.getByRole("table", { name, exact: true })
const rows = (page: Page, name?: string) => table(page, name).locator("tbody tr")
const column = (page: Page, label: string, name?: string) =>
  table(page, name).locator(`tbody td[data-label="${label}"]`).allInnerTexts()
const figure = (page: Page, name: string) => page.getByRole("figure", { name, exact: true })

/** Texts that are cut off: elements that are smaller than what they contain. */
const cutOff = (page: Page) =>
  page.evaluate(() =>
    [...document.querySelectorAll("body *")]
      .filter((element) => element.closest(".hidden, svg, script, option") === null)
      .filter(({ clientWidth, scrollWidth }) => clientWidth > 0 && scrollWidth > clientWidth + 1)
      .map(({ className, tagName, textContent }) => `${tagName}.${className}: ${textContent}`)
  )

const timeout = 60_000

describe("the page of report --html", () => {
  it.scopedLive("sends no request and prints no error", () =>
    Effect.gen(function*() {
      const { messages, page, requests, url } = yield* opened()
      yield* Effect.promise(() => rows(page).first().waitFor())
      assert.deepStrictEqual(requests, [url])
      assert.deepStrictEqual(messages, [])
    }).pipe(Effect.provide(served)), timeout)

  it.scopedLive("shows texts of records as texts, and isolates their direction", () =>
    Effect.gen(function*() {
      const { page } = yield* opened()
      yield* Effect.promise(async () => {
        assert.strictEqual(await page.title(), "OpenRouter generations")
        assert.strictEqual(await page.locator("img").count(), 0)
        const names = await table(page).locator("tbody td[data-label=Model]").allTextContents()
        assert.include(names, hostile)
        assert.include(names, reversed)
        const isolation = await page.evaluate((name) => {
          const walker = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT)
          const found: Array<string> = []
          for (let node = walker.nextNode(); node !== null; node = walker.nextNode()) {
            const parent = node.parentElement
            if (parent === null || !node.textContent?.includes(name) || parent.closest("option, script")) continue
            found.push(getComputedStyle(parent).unicodeBidi)
          }
          return found
        }, "\u202E")
        assert.isAbove(isolation.length, 2)
        assert.deepStrictEqual([...new Set(isolation)], ["isolate"])
      })
    }).pipe(Effect.provide(served)), timeout)

  it.scopedLive("says the exact cost first, as its largest text, and what is unknown", () =>
    Effect.gen(function*() {
      const { page } = yield* opened()
      yield* Effect.promise(async () => {
        assert.match(
          await status(page),
          /^\$1\.822\s+60 generations, 1 unknown cost\s+2026-11-01 to 2026-11-20 \(UTC\)$/
        )
        const sizes = await page.evaluate(() => {
          const size = (element: Element) => Number.parseFloat(getComputedStyle(element).fontSize)
          const total = document.querySelector(".total")
          const others = [...document.querySelectorAll("body *")].filter((element) => element !== total)
          return { total: total === null ? 0 : size(total), others: Math.max(...others.map(size)) }
        })
        assert.isAbove(sizes.total, 1.5 * sizes.others)
        await page.getByText("1 generation without a record (1 not visible, 0 failed)").waitFor()
      })
    }).pipe(Effect.provide(served)), timeout)

  it.scopedLive("says what could not be read, and in which time zone the days are", () =>
    Effect.gen(function*() {
      const data = collector("Europe/Berlin")
      data.add(Generation.make({ id: "gen-1", createdAt: DateTime.unsafeMake("2026-11-02T23:30:00Z"), totalCost: 1 }))
      const result = data.result({
        ...source,
        timeZone: "Europe/Berlin",
        unreadable: { lines: 2, bytes: 300, first: 17 },
        notes: ["3 generations without a date are left out."]
      })
      assert(result !== null)
      const file = yield* folder
      yield* write(file("page.html"), yield* writePage(result))
      const page = yield* Effect.flatMap(browser, (browser) => Effect.promise(() => browser.newPage({ offline: true })))
      yield* Effect.promise(async () => {
        await page.goto(pathToFileURL(file("page.html")).href)
        await page.getByText("2 lines of the file could not be read (300 bytes, the first is line 17)").waitFor()
        await page.getByText("3 generations without a date are left out.").waitFor()
        assert.include(await status(page), "2026-11-03 (Europe/Berlin)")
        await page.getByLabel("From day (Europe/Berlin)").waitFor()
        assert.deepStrictEqual(await column(page, "Created (Europe/Berlin)"), ["2026-11-03 00:30:00"])
      })
    }).pipe(Effect.provide(served)), timeout)

  it.scopedLive(
    "filters everything by model, provider and day, keeps that in its address, and takes it back",
    () =>
      Effect.gen(function*() {
        const { page } = yield* opened()
        yield* Effect.promise(async () => {
          const model = page.getByRole("combobox", { name: "Model", exact: true })
          const provider = page.getByRole("combobox", { name: "Provider", exact: true })
          const names = await model.locator("option").allTextContents()
          assert.deepStrictEqual(names.slice(1), [hostile, "a/one", "b/two", reversed].toSorted())
          await model.selectOption("a/one")
          assert.include(await status(page), "15 generations")
          assert.deepStrictEqual([...new Set(await column(page, "Model"))], ["a/one"])
          assert.deepStrictEqual(await model.locator("option").allTextContents(), names)
          await provider.selectOption("One")
          await page.getByLabel(/^From/).fill("2026-11-09")
          await page.getByLabel(/^To/).fill("2026-11-13")
          const days = (await column(page, "Created (UTC)")).map((text) => text.slice(0, 10))
          assert.deepStrictEqual([...new Set(days)], ["2026-11-13", "2026-11-09"])
          const before = await status(page)
          await page.reload()
          assert.strictEqual(await status(page), before)
          assert.strictEqual(await model.inputValue(), "a/one")
          await page.goBack()
          assert.strictEqual(await page.getByLabel(/^To/).inputValue(), "")
          await page.getByRole("button", { name: "Reset filters" }).click()
          assert.include(await status(page), "60 generations")
          assert.strictEqual(await model.inputValue(), "")
          assert.notInclude(page.url(), "one")
        })
      }).pipe(Effect.provide(served)),
    timeout
  )

  it.scopedLive("names the filters that conflict, and offers to remove each or all", () =>
    Effect.gen(function*() {
      const { page } = yield* opened()
      yield* Effect.promise(async () => {
        await page.getByRole("combobox", { name: "Model", exact: true }).selectOption("a/one")
        await page.getByRole("combobox", { name: "Provider", exact: true }).selectOption("Two")
        await page.getByText("No generations with model a/one and with provider Two.").waitFor()
        assert.include(await status(page), "$0.00")
        await page.getByRole("button", { name: "Remove “with provider Two”: 15 generations" }).click()
        assert.include(await status(page), "15 generations")
        await page.getByRole("combobox", { name: "Provider", exact: true }).selectOption("Two")
        await page.getByRole("button", { name: "Reset filters" }).last().click()
        assert.include(await status(page), "60 generations")
      })
    }).pipe(Effect.provide(served)), timeout)

  it.scopedLive("says nothing about generations of a file without any", () =>
    Effect.gen(function*() {
      const { page } = yield* opened({ lines: settlements.slice(-1) })
      yield* Effect.promise(async () => {
        await page.getByText("No generations in this file.").waitFor()
        assert.isFalse(await table(page).isVisible())
      })
    }).pipe(Effect.provide(served)), timeout)

  it.scopedLive(
    "sorts over all records and turns pages by keyboard alone, and says how it is sorted",
    () =>
      Effect.gen(function*() {
        const { page } = yield* opened()
        yield* Effect.promise(async () => {
          const cost = table(page).getByRole("columnheader", { name: "Cost" })
          assert.strictEqual(await cost.getAttribute("aria-sort"), "none")
          await cost.getByRole("button").focus()
          await page.keyboard.press("Enter")
          assert.strictEqual(await cost.getAttribute("aria-sort"), "descending")
          assert.strictEqual((await column(page, "Cost"))[0], "$0.06")
          await page.keyboard.press("Space")
          assert.strictEqual(await cost.getAttribute("aria-sort"), "ascending")
          assert.strictEqual((await column(page, "Cost"))[0], "$0.001")
          assert.strictEqual(await rows(page).count(), 25)
          await page.getByRole("button", { name: "Next", exact: true }).focus()
          await page.keyboard.press("Enter")
          await page.keyboard.press("Enter")
          assert.strictEqual(await rows(page).count(), 10)
          // Unknown values are last, and the focus stays on a button that works.
          assert.strictEqual((await column(page, "Cost")).at(-1), "unknown")
          assert.strictEqual(await page.evaluate(() => document.activeElement?.textContent), "Previous")
        })
      }).pipe(Effect.provide(served)),
    timeout
  )

  it.scopedLive("has bars that are named with their exact amount and filter by keyboard", () =>
    Effect.gen(function*() {
      const { page } = yield* opened()
      yield* Effect.promise(async () => {
        const models = figure(page, "Cost by model")
        const bar = models.getByRole("button", { name: "b/two: $0.45", exact: true })
        const color = () =>
          models.getByRole("button", { name: /^b\/two/ }).locator(".fill").evaluate((fill) =>
            getComputedStyle(fill).backgroundColor
          )
        const before = await color()
        await bar.focus()
        await page.keyboard.press("Enter")
        assert.strictEqual(await total(page), "$0.45")
        assert.strictEqual(await color(), before)
        assert.strictEqual(
          await page.evaluate(() => document.activeElement?.getAttribute("aria-label")),
          "b/two: $0.45"
        )
        await page.keyboard.press("Enter")
        assert.strictEqual(await total(page), "$1.822")

        const day = figure(page, "Cost over time").getByRole("button", { name: /^2026-11-03: / })
        assert.strictEqual(await day.getAttribute("aria-label"), "2026-11-03: $0.069")
        await day.press("Enter")
        assert.strictEqual(await total(page), "$0.069")
        assert.strictEqual(await page.getByLabel(/^From/).inputValue(), "2026-11-03")
      })
    }).pipe(Effect.provide(served)), timeout)

  it.scopedLive("has few bars, however long the time is", () =>
    Effect.gen(function*() {
      const lines = Array.from({ length: 61 }, (_, index) =>
        settled({ ...record(index), created_at: new Date(Date.UTC(1990, 7 * index, 3)).toISOString() }))
      const { page } = yield* opened({ lines })
      yield* Effect.promise(async () => {
        const bars = figure(page, "Cost over time").getByRole("button")
        assert.isAtMost(await bars.count(), 120)
        assert.match((await bars.first().getAttribute("aria-label")) ?? "", /^1990: \$/)
        await bars.first().press("Enter")
        assert.match((await bars.first().getAttribute("aria-label")) ?? "", /^1990-01-01 to 1990-01-07: \$/)
      })
    }).pipe(Effect.provide(served)), timeout)

  it.scopedLive("has findings that a click shows", () =>
    Effect.gen(function*() {
      const { page } = yield* opened()
      yield* Effect.promise(async () => {
        const findings = page.getByRole("region", { name: "Findings" }).getByRole("button")
        const texts = await findings.allInnerTexts()
        assert.include(texts, "Fallbacks cost 3.0 s: 12 generations had failed attempts")
        const finding = texts.find((text) => text.includes("% of the spend is the app 42")) ?? ""
        await findings.getByText(finding).click()
        const left = Number((await total(page))?.replace("$", ""))
        assert.strictEqual(`${Math.round(100 * left / 1.822)}`, /^\d+/.exec(finding)?.[0])
        await page.getByRole("button", { name: "Remove the filter app 42" }).click()
        assert.strictEqual(await total(page), "$1.822")
      })
    }).pipe(Effect.provide(served)), timeout)

  it.scopedLive("has a scorecard, fallbacks, and the largest sessions and apps", () =>
    Effect.gen(function*() {
      const { page } = yield* opened()
      yield* Effect.promise(async () => {
        assert.strictEqual(await rows(page, "Scorecard").count(), 4)
        assert.match(
          await rows(page, "Scorecard").first().innerText(),
          /Two\s+15\s+\$0\.472\s+26 %\s+\$[\d.]+\s+[\d,]+ ms\s+[\d,]+ ms/
        )
        assert.match(
          await table(page, "Failed attempts by provider").locator("tbody").innerText(),
          /Three\s+12\s+100\.0 %\s+3\.0 s\s+12\u00a0×\u00a0503/
        )
        await page.getByRole("heading", { name: "Largest sessions" }).waitFor()
        await figure(page, "Largest sessions").getByRole("button", { name: "nightly: $0.59", exact: true }).waitFor()
        await figure(page, "Largest apps").getByRole("button", { name: "42: $0.9", exact: false }).waitFor()
      })
    }).pipe(Effect.provide(served)), timeout)

  it.scopedLive("gives all filtered records as CSV", () =>
    Effect.gen(function*() {
      const { page } = yield* opened()
      yield* Effect.promise(async () => {
        await page.getByRole("combobox", { name: "Provider", exact: true }).selectOption("Two")
        const [download] = await Promise.all([
          page.waitForEvent("download"),
          page.getByRole("button", { name: "Download CSV" }).click()
        ])
        const lines = readFileSync(await download.path(), "utf8").trimEnd().split("\r\n")
        assert.match(lines[0] ?? "", /^id,created,.*\bcost\b/)
        assert.lengthOf(lines, 31)
      })
    }).pipe(Effect.provide(served)), timeout)

  it.scopedLive("prints dark on white from a dark screen, without its controls", () =>
    Effect.gen(function*() {
      const { page } = yield* opened({ colorScheme: "dark" })
      yield* Effect.promise(async () => {
        await page.emulateMedia({ media: "print", colorScheme: "dark" })
        const colors = await page.evaluate(() => {
          const { backgroundColor, color } = getComputedStyle(document.body)
          return [backgroundColor, color]
        })
        assert.deepStrictEqual(colors, ["rgb(255, 255, 255)", "rgb(17, 17, 17)"])
        for (const name of ["Reset filters", "Download CSV", "Next"]) {
          assert.isFalse(await page.getByRole("button", { name }).first().isVisible(), name)
        }
        assert.isTrue(await table(page).isVisible())
      })
    }).pipe(Effect.provide(served)), timeout)

  for (const colorScheme of ["light", "dark"] as const) {
    for (const width of [1280, 390]) {
      it.scopedLive(
        `is accessible and cuts nothing off: ${colorScheme}, ${width} pixels`,
        () =>
          Effect.gen(function*() {
            const lines = [
              ...settlements,
              settled({
                ...record(1),
                id: "gen-large",
                model: "m".repeat(300),
                provider_name: "p".repeat(80),
                total_cost: 199_855_725.1234567,
                native_tokens_prompt: 1e15
              })
            ]
            const { page } = yield* opened({ colorScheme, width, lines })
            yield* Effect.promise(async () => {
              const isDark = await page.evaluate(() => {
                const [red = 0] = getComputedStyle(document.body).backgroundColor.match(/\d+/g)?.map(Number) ?? []
                return red < 128
              })
              assert.strictEqual(isDark, colorScheme === "dark")
              assert.strictEqual(await page.evaluate(() => document.documentElement.scrollWidth), width)
              assert.deepStrictEqual(await cutOff(page), [])
              await page.evaluate(axe.source)
              const { violations } = await page.evaluate<axe.AxeResults>("axe.run()")
              assert.deepStrictEqual(violations.map(({ id, nodes }) => `${id}: ${nodes[0]?.html}`), [])
              const screenshots = fileURLToPath(new URL("../../../../.artifacts/", import.meta.url))
              mkdirSync(screenshots, { recursive: true })
              await page.screenshot({ path: `${screenshots}report-${colorScheme}-${width}.png`, fullPage: true })
            })
          }).pipe(Effect.provide(served)),
        timeout
      )
    }
  }
})
