// Measures programs in Chromium: the CPU of the process that runs the page.
import { once } from "node:events"
import { existsSync } from "node:fs"
import { createServer } from "node:http"
import { chromium } from "playwright-core"
import { recordText } from "./record.js"

/** Debian's Chromium. */
const executablePath = "/usr/bin/chromium"

export const hasChromium = existsSync(executablePath)

const [beforeId = "", afterId = ""] = recordText("THE-ID").split("THE-ID")

/** Serves a page, its module and the records. */
const serve = async (module: string) => {
  const server = createServer((request, response) => {
    const url = new URL(request.url ?? "/", "http://localhost")
    if (url.pathname === "/module.js") {
      response.setHeader("content-type", "text/javascript").end(module)
    } else if (url.pathname === "/generation") {
      response.setHeader("content-type", "application/json").end(`${beforeId}${url.searchParams.get("id")}${afterId}`)
    } else {
      response.setHeader("content-type", "text/html").end(
        `<script type="module">import { connect } from "/module.js"; globalThis.connect = connect</script>`
      )
    }
  })
  server.listen(0, "127.0.0.1")
  await once(server, "listening")
  const address = server.address()
  return { server, origin: `http://127.0.0.1:${typeof address === "object" ? address?.port : ""}` }
}

/** Returns the CPU milliseconds of 1,000 calls of a bundled client, in a page of its own. */
export const cpuInChromium = async (module: string): Promise<number> => {
  const { origin, server } = await serve(module)
  const browser = await chromium.launch({ executablePath, args: ["--no-sandbox", "--disable-dev-shm-usage"] })
  try {
    const page = await browser.newPage()
    await page.goto(origin)
    await page.waitForFunction("globalThis.connect !== undefined")
    const run = (calls: number) =>
      page.evaluate(`connect(${JSON.stringify(origin)}).then((client) => client.run(${calls}, 16, "gen-"))`)
    const session = await page.context().newCDPSession(page)
    await session.send("Performance.enable")
    const cpu = async () => {
      const { metrics } = await session.send("Performance.getMetrics")
      return (metrics.find(({ name }) => name === "ProcessTime")?.value ?? Number.NaN) * 1000
    }
    await run(2000)
    const before = await cpu()
    await run(2000)
    return (await cpu() - before) / 2
  } finally {
    await browser.close()
    server.close()
  }
}
