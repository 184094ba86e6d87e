import * as DateTime from "effect/DateTime"
import * as Effect from "effect/Effect"
import { type Stop, usage } from "../output/exit.js"
import { plural } from "../output/format.js"
import { page } from "./page.js"
import * as PageData from "./pageData.js"

/** Collects the generations of a page, whose days are those of a time zone. */
export const collect = (timeZone: string): PageData.Collector => PageData.collector(timeZone)

/** Returns the page as HTML. Fails if there are too many generations for one. */
export const render = (
  collector: PageData.Collector,
  source: Omit<PageData.Source, "generated">
): Effect.Effect<string, Stop> =>
  Effect.gen(function*() {
    const data = collector.result({ ...source, generated: DateTime.formatIso(yield* DateTime.now) })
    return data === null
      ? yield* usage(
        `a page holds at most ${plural(PageData.maxRecords, "generation")}`,
        "choose a period with --since"
      )
      : yield* page(data)
  })
