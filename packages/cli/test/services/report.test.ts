// The page of a report in a real browser, Debian's Chromium: `report --html` writes it, and it is used as a person would.
import { assert, describe, it } from "@effect/vitest"
import { Effect } from "effect"
import { mkdirSync } from "node:fs"
import { fileURLToPath, pathToFileURL } from "node:url"
import { type Browser, chromium, type Page } from "playwright-core"
import { folder, run, served, write } from "../harness.js"

const hostile = "</script><script>document.title = 'owned'</script><img src=x onerror=\"document.title = 'owned'\">"

const record = (index: number) => ({
  id: `gen-${index}`,
  created_at: new Date(Date.UTC(2026, 10, 1 + (index % 20), 12)).toISOString(),
  model: ["a/one", "b/two", hostile][index % 3],
  provider_name: ["One", "Two"][index % 2],
  total_cost: index === 7 ? null : 0.001 * (index + 1),
  native_tokens_prompt: 10 * index,
  native_tokens_completion: 100,
  latency: 100 + 40 * index,
  generation_time: 1000 + 40 * index,
  provider_responses: index % 5 === 0
    ? [{ provider_name: "Three", status: 503, latency: 250 }, { provider_name: "One", status: 200, latency: null }]
    : null
})

const settlements = [
  ...Array.from({ length: 60 }, (_, index) => ({ _tag: "Settled", id: `gen-${index}`, generation: record(index) })),
  { _tag: "NotVisible", id: "gen-none", attempts: 1, elapsed: 5 }
]

const browser = Effect.acquireRelease(
  Effect.promise((): Promise<Browser> =>
    chromium.launch({ executablePath: "/usr/bin/chromium", args: ["--no-sandbox", "--disable-dev-shm-usage"] })
  ),
  (browser) => Effect.promise(() => browser.close())
)

/** The page of the settlements, without a network, and everything that it asked for or complained of. */
const opened = (options: { readonly colorScheme?: "dark" | "light"; readonly width?: number } = {}) =>
  Effect.gen(function*() {
    const file = yield* folder
    yield* write(file("out.ndjson"), settlements.map((settlement) => JSON.stringify(settlement)).join("\n"))
    const { code } = yield* run(["report", file("out.ndjson"), "--html", file("page.html")])
    assert.strictEqual(code, 0)
    const { width = 1280, ...others } = options
    const page = yield* Effect.flatMap(
      browser,
      (browser) => Effect.promise(() => browser.newPage({ ...others, viewport: { width, height: 900 }, offline: true }))
    )
    const requests: Array<string> = []
    const complaints: Array<string> = []
    page.on("request", (request) => requests.push(request.url()))
    page.on("console", (message) => complaints.push(message.text()))
    page.on("pageerror", (error) => complaints.push(error.message))
    const url = pathToFileURL(file("page.html")).href
    yield* Effect.promise(() => page.goto(url))
    return { page, url, requests, complaints }
  })

const rows = (page: Page) => page.locator("#generations tbody tr")
const column = (page: Page, index: number) =>
  page.locator(`#generations tbody td:nth-child(${index})`).allTextContents()
const tile = (page: Page, name: string) =>
  page.locator(".tiles div", { has: page.getByText(name, { exact: true }) }).locator("dd").textContent()

const timeout = 60_000

describe("the page of report --html", () => {
  it.scopedLive("asks for nothing but itself, and complains of nothing", () =>
    Effect.gen(function*() {
      const { complaints, page, requests, url } = yield* opened()
      yield* Effect.promise(() => page.locator("#generations tbody tr").first().waitFor())
      assert.deepStrictEqual(requests, [url])
      assert.deepStrictEqual(complaints, [])
    }).pipe(Effect.provide(served)), timeout)

  it.scopedLive("lets no text of a record become a part of it", () =>
    Effect.gen(function*() {
      const { page } = yield* opened()
      const [title, images, names] = yield* Effect.promise(() =>
        Promise.all([page.title(), page.locator("img").count(), column(page, 3)])
      )
      assert.strictEqual(title, "OpenRouter generations")
      assert.strictEqual(images, 0)
      assert.include(names, hostile)
    }).pipe(Effect.provide(served)), timeout)

  it.scopedLive("filters everything by model, provider and day, and takes that back", () =>
    Effect.gen(function*() {
      const { page } = yield* opened()
      yield* Effect.promise(async () => {
        assert.strictEqual(await tile(page, "Generations"), "60")
        assert.strictEqual(await tile(page, "With unknown cost"), "1")
        await page.locator("select[name=model]").selectOption("a/one")
        assert.strictEqual(await tile(page, "Generations"), "20")
        assert.deepStrictEqual([...new Set(await column(page, 3))], ["a/one"])
        await page.locator("select[name=provider]").selectOption("Two")
        assert.strictEqual(await tile(page, "Generations"), "10")
        await page.getByLabel("From day (UTC)").fill("2026-11-10")
        await page.getByLabel("To day (UTC)").fill("2026-11-12")
        await page.getByLabel("To day (UTC)").dispatchEvent("change")
        const days = (await column(page, 1)).map((text) => text.slice(0, 10))
        assert.isAbove(days.length, 0)
        assert.isTrue(days.every((day) => day >= "2026-11-10" && day <= "2026-11-12"))
        await page.getByRole("button", { name: "Reset" }).click()
        assert.strictEqual(await tile(page, "Generations"), "60")
        assert.strictEqual(await page.locator("select[name=model]").inputValue(), "")
      })
    }).pipe(Effect.provide(served)), timeout)

  it.scopedLive("sorts and pages its table by keyboard alone, and says how it is sorted", () =>
    Effect.gen(function*() {
      const { page } = yield* opened()
      yield* Effect.promise(async () => {
        const cost = page.getByRole("columnheader", { name: "Cost" })
        assert.strictEqual(await cost.getAttribute("aria-sort"), "none")
        await cost.getByRole("button").focus()
        await page.keyboard.press("Enter")
        assert.strictEqual(await cost.getAttribute("aria-sort"), "descending")
        assert.strictEqual((await column(page, 7))[0], "$0.06")
        await page.keyboard.press("Space")
        assert.strictEqual(await cost.getAttribute("aria-sort"), "ascending")
        assert.strictEqual((await column(page, 7))[0], "$0.001")
        assert.strictEqual(await rows(page).count(), 50)
        await page.getByRole("button", { name: "Next" }).last().focus()
        await page.keyboard.press("Enter")
        assert.strictEqual(await rows(page).count(), 10)
        // The unknown stands last, and the focus stays where it can be used.
        assert.strictEqual((await column(page, 7)).at(-1), "unknown")
        assert.strictEqual(await page.evaluate(() => document.activeElement?.textContent), "Previous")
      })
    }).pipe(Effect.provide(served)), timeout)

  it.scopedLive("reaches every control with the Tab key", () =>
    Effect.gen(function*() {
      const { page } = yield* opened()
      const reached = yield* Effect.promise(async () => {
        const names = new Set<string>()
        for (let tabs = 0; tabs < 60; tabs++) {
          await page.keyboard.press("Tab")
          names.add(
            await page.evaluate(() => {
              const element = document.activeElement
              return element?.getAttribute("name") ?? element?.getAttribute("aria-label") ?? element?.textContent ?? ""
            })
          )
        }
        return names
      })
      for (
        const name of ["model", "provider", "from", "to", "Reset", "id", "fallback", "Cost", "Generations, a table"]
      ) {
        assert.include([...reached], name)
      }
      assert.include([...reached], "The numbers as a table")
    }).pipe(Effect.provide(served)), timeout)

  it.scopedLive("draws each chart, and says in words and in a table what it shows", () =>
    Effect.gen(function*() {
      const { page } = yield* opened()
      yield* Effect.promise(async () => {
        const ids = ["cost-by-model", "cost-by-provider", "tokens-per-second", "time-to-first-token", "fallbacks"]
        for (const id of ids) {
          const canvas = page.locator(`#${id}`)
          assert.isAbove((await canvas.getAttribute("aria-label"))?.length ?? 0, 20)
          const painted = await canvas.evaluate((canvas: HTMLCanvasElement) =>
            canvas.getContext("2d")?.getImageData(0, 0, canvas.width, canvas.height).data.some((value) => value > 0)
          )
          assert.isTrue(painted, id)
        }
        const fallbacks = page.getByRole("region", { name: "Provider fallbacks", exact: true })
        await fallbacks.getByText("The numbers as a table").click()
        assert.include(await fallbacks.locator("tbody").innerText(), "Three 503 (250 ms) → One 200 (time unknown)")
        assert.strictEqual(await fallbacks.locator("tbody tr").count(), 12)
      })
    }).pipe(Effect.provide(served)), timeout)

  it.scopedLive("narrows its table to ids, and to generations with failed attempts", () =>
    Effect.gen(function*() {
      const { page } = yield* opened()
      yield* Effect.promise(async () => {
        await page.getByLabel("only with failed attempts").check()
        assert.strictEqual(await rows(page).count(), 12)
        await page.getByLabel("Id contains").fill("gen-55")
        assert.deepStrictEqual(await column(page, 2), ["gen-55"])
      })
    }).pipe(Effect.provide(served)), timeout)

  for (const colorScheme of ["light", "dark"] as const) {
    it.scopedLive(
      `is ${colorScheme} where the reader is, fits a phone, and has contrast`,
      () =>
        Effect.gen(function*() {
          const { page } = yield* opened({ colorScheme, width: 390 })
          yield* Effect.promise(async () => {
            const brightness = await page.evaluate(() => {
              const channels = (name: "backgroundColor" | "color") =>
                (getComputedStyle(document.body)[name].match(/[\d.]+/g) ?? []).slice(0, 3).map(Number)
              const luminance = (channels: ReadonlyArray<number>) => {
                const [r = 0, g = 0, b = 0] = channels.map((value) =>
                  value / 255 <= 0.04045 ? value / 255 / 12.92 : ((value / 255 + 0.055) / 1.055) ** 2.4
                )
                return 0.2126 * r + 0.7152 * g + 0.0722 * b
              }
              return { paper: luminance(channels("backgroundColor")), ink: luminance(channels("color")) }
            })
            assert.strictEqual(brightness.paper > brightness.ink, colorScheme === "light")
            const { ink, paper } = brightness
            assert.isAbove((Math.max(ink, paper) + 0.05) / (Math.min(ink, paper) + 0.05), 7)
            assert.isAtMost(await page.evaluate(() => document.documentElement.scrollWidth), 390)
            const screenshots = fileURLToPath(new URL("../../../../.artifacts/", import.meta.url))
            mkdirSync(screenshots, { recursive: true })
            await page.setViewportSize({ width: 1280, height: 900 })
            await page.screenshot({ path: `${screenshots}report-${colorScheme}.png`, fullPage: true })
          })
        }).pipe(Effect.provide(served)),
      timeout
    )
  }
})
