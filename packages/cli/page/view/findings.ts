import { findings as allFindings } from "../findings.js"
import { button, h, list as sentence, name, section } from "./dom.js"
import type { Part } from "./view.js"

/** Findings in words. A click shows the records that a sentence is about. */
export const findings = (): Part => {
  const list = h("ul", { class: "sentences" })
  const nothing = h("p", { class: "note" }, "Nothing stands out in what is shown.")
  return {
    element: section("findings", "Findings", list, nothing),
    draw: ({ change, filter, records, rows }) => {
      const all = allFindings(records, filter, rows)
      nothing.hidden = all.length > 0
      list.replaceChildren(...all.map(({ change: narrower, names, text }) =>
        h(
          "li",
          {},
          button(
            { key: `finding:${text}${names.join()}`, click: () => change(narrower) },
            text,
            ...sentence(names.map(name), "and")
          )
        )
      ))
    }
  }
}
