// Draws the report from the data in the page. Texts are set as text, never as HTML: names of models, providers and ids
// come from outside.
/* global Chart */

const data = JSON.parse(document.getElementById("data").textContent)
const unknown = "unknown"
const nameOf = (name) => name ?? unknown

const count = (value) => value.toLocaleString("en-US")
const usd = (value) =>
  value === 0
    ? "$0"
    : `$${
      value.toLocaleString("en-US", {
        minimumFractionDigits: 2,
        maximumSignificantDigits: 6,
        maximumFractionDigits: 10
      })
    }`
const dateTime = (millis) => new Date(millis).toISOString().replace("T", " ").slice(0, 19)
const sum = (values) => values.reduce((total, value) => total + value, 0)
const groupBy = (values, keyOf) => {
  const groups = new Map()
  for (const value of values) {
    const key = keyOf(value)
    const group = groups.get(key)
    if (group === undefined) groups.set(key, [value])
    else group.push(value)
  }
  return groups
}

/** An element: `h("p", { class: "note" }, "text", child)`. */
const h = (name, attributes = {}, ...children) => {
  const element = document.createElement(name)
  for (const [attribute, value] of Object.entries(attributes)) {
    if (typeof value === "function") element.addEventListener(attribute, value)
    else if (value === true) element.setAttribute(attribute, "")
    else if (value !== false && value !== undefined) element.setAttribute(attribute, value)
  }
  element.append(...children)
  return element
}

// ---------------------------------------------------------------------------------------------------------- filters

const filter = { model: "", provider: "", from: "", to: "", id: "", fallback: false }

const matches = ({ day, model, provider }) =>
  (filter.model === "" || nameOf(model) === filter.model) &&
  (filter.provider === "" || nameOf(provider) === filter.provider) &&
  (filter.from === "" || (day !== null && day >= filter.from)) &&
  (filter.to === "" || (day !== null && day <= filter.to))

const namesOf = (field) => [...new Set(data.cells.map((cell) => nameOf(cell[field])))].toSorted()
const days = data.cells.map(({ day }) => day).filter((day) => day !== null).toSorted()

const select = (label, field) =>
  h(
    "label",
    {},
    label,
    h(
      "select",
      {
        name: field,
        change: ({ target }) => {
          filter[field] = target.value
          draw()
        }
      },
      h("option", { value: "" }, "all"),
      ...namesOf(field).map((name) => h("option", { value: name }, name))
    )
  )

const date = (label, field) =>
  h(
    "label",
    {},
    label,
    h("input", {
      type: "date",
      name: field,
      min: days[0],
      max: days.at(-1),
      change: ({ target }) => {
        filter[field] = target.value
        draw()
      }
    })
  )

const filters = h(
  "form",
  { class: "filters", "aria-label": "Filters of the whole page", submit: (event) => event.preventDefault() },
  select("Model", "model"),
  select("Provider", "provider"),
  date("From day (UTC)", "from"),
  date("To day (UTC)", "to"),
  h("button", {
    type: "reset",
    click: () => {
      Object.assign(filter, { model: "", provider: "", from: "", to: "" })
      draw()
    }
  }, "Reset")
)

// ----------------------------------------------------------------------------------------------------------- charts

const dark = matchMedia("(prefers-color-scheme: dark)")
const variable = (name) => getComputedStyle(document.documentElement).getPropertyValue(name).trim()
const palette = () => variable("--colors").split(/\s+/)

Chart.defaults.animation = false
Chart.defaults.maintainAspectRatio = false
Chart.defaults.font.family = "system-ui, 'DejaVu Sans', sans-serif"

const charts = []

/** A chart in a card, with its numbers in a table beneath. `model()` is asked anew each time something changes. */
const chartCard = ({ model, name, note, title }) => {
  const canvas = h("canvas", { role: "img", id: name })
  const holder = h("div", { class: "canvas" }, canvas)
  const empty = h("p", { class: "empty", hidden: true }, "Nothing to show.")
  const table = h("div", { class: "scroll", tabindex: "0", role: "region", "aria-label": `${title}, as a table` })
  const details = h("details", {}, h("summary", {}, "The numbers as a table"), table)
  let chart
  charts.push(() => {
    const { alternative, height, rows, titles, ...config } = model()
    canvas.setAttribute("aria-label", alternative)
    table.replaceChildren(plainTable(title, titles, rows))
    holder.hidden = details.hidden = rows.length === 0
    empty.hidden = rows.length > 0
    if (height !== undefined) holder.style.height = height
    chart?.destroy()
    if (rows.length > 0) chart = new Chart(canvas, config)
    else chart = undefined
  })
  return h(
    "section",
    { class: "card", "aria-labelledby": `${name}-title` },
    h("h2", { id: `${name}-title` }, title),
    h("p", { class: "note" }, note),
    holder,
    empty,
    details
  )
}

const plainTable = (caption, titles, rows) =>
  h(
    "table",
    {},
    h("caption", {}, caption),
    h(
      "thead",
      {},
      h("tr", {}, ...titles.map((title, column) => h("th", { scope: "col", class: column > 0 ? "number" : "" }, title)))
    ),
    h(
      "tbody",
      {},
      ...rows.map((cells) =>
        h(
          "tr",
          {},
          ...cells.map((cell, column) =>
            column === 0 ? h("th", { scope: "row" }, cell) : h("td", { class: "number" }, cell)
          )
        )
      )
    )
  )

const axes = ({ x = {}, y = {} } = {}) => ({
  x: { grid: { display: false }, ...x },
  y: { grid: { color: variable("--line") }, beginAtZero: true, ...y }
})

/** Days, or months where there are too many days to tell apart. */
const periodOf = (cells) => {
  const periods = new Set(cells.map(({ day }) => day))
  return periods.size > 92 ? (day) => day?.slice(0, 7) ?? unknown : (day) => day ?? unknown
}

/** Every period from the first to the last, also those in which nothing was spent. */
const periodsOf = (cells, period) => {
  const known = cells.map(({ day }) => day).filter((day) => day !== null).toSorted()
  const all = new Set()
  if (known.length > 0) {
    const last = Date.parse(known.at(-1))
    for (let time = Date.parse(known[0]); time <= last; time += 86_400_000) {
      all.add(period(new Date(time).toISOString().slice(0, 10)))
    }
  }
  if (cells.some(({ day }) => day === null)) all.add(unknown)
  return [...all]
}

/** The dearest few by name, and the rest together. */
const costOverTime = (field) => () => {
  const cells = data.cells.filter(matches)
  const period = periodOf(cells)
  const periods = periodsOf(cells, period)
  const colors = palette()
  const ranked = [...groupBy(cells, (cell) => nameOf(cell[field]))]
    .map(([name, cells]) => ({ name, cells, cost: sum(cells.map(({ cost }) => cost)) }))
    .toSorted((one, other) => other.cost - one.cost)
  const shown = ranked.slice(0, colors.length)
  const rest = ranked.slice(colors.length)
  const series = [
    ...shown.map(({ cells, name }, index) => ({ name, cells, color: colors[index] })),
    ...rest.length === 0
      ? []
      : [{ name: `${rest.length} others`, cells: rest.flatMap(({ cells }) => cells), color: variable("--rest") }]
  ].map(({ cells, color, name }) => {
    const byPeriod = groupBy(cells, ({ day }) => period(day))
    return { name, color, costs: periods.map((period) => sum((byPeriod.get(period) ?? []).map(({ cost }) => cost))) }
  })
  return {
    type: "bar",
    data: {
      labels: periods,
      datasets: series.map(({ color, costs, name }) => ({
        label: name,
        data: costs,
        backgroundColor: color,
        maxBarThickness: 60
      }))
    },
    options: {
      interaction: { mode: "index", intersect: false },
      plugins: {
        legend: { position: "bottom", labels: { boxWidth: 12, boxHeight: 12 } },
        tooltip: {
          filter: ({ raw }) => raw > 0,
          callbacks: { label: ({ dataset, raw }) => `${dataset.label}: ${usd(raw)}` }
        }
      },
      scales: axes({
        x: { stacked: true, grid: { display: false }, ticks: { maxRotation: 0, autoSkipPadding: 12 } },
        y: { stacked: true, grid: { color: variable("--line") }, ticks: { callback: usd } }
      })
    },
    alternative: `Cost by ${field} over time. ` +
      series.slice(0, 5).map(({ costs, name }) => `${name}: ${usd(sum(costs))}`).join(", "),
    titles: ["Day", ...series.map(({ name }) => name)],
    rows: periods.map((period, index) => [period].concat(series.map(({ costs }) => usd(costs[index]))))
  }
}

const distribution = (field, edges, unit) => () => {
  const counts = Array.from({ length: edges.length + 1 }, () => 0)
  for (const cell of data.cells.filter(matches)) {
    cell[field].forEach((count, bin) => {
      counts[bin] += count
    })
  }
  const first = counts.findIndex((count) => count > 0)
  const last = counts.findLastIndex((count) => count > 0)
  const labels = counts.map((_, bin) =>
    bin === 0
      ? `< ${count(edges[0])}`
      : bin === edges.length
      ? `≥ ${count(edges.at(-1))}`
      : `${count(edges[bin - 1])}–${count(edges[bin])}`
  )
  const bins = first === -1 ? [] : counts.map((count, bin) => ({ count, label: labels[bin] })).slice(first, last + 1)
  const most = bins.toSorted((one, other) => other.count - one.count)[0]
  return {
    type: "bar",
    data: {
      labels: bins.map(({ label }) => label),
      datasets: [{
        label: "generations",
        data: bins.map(({ count }) => count),
        backgroundColor: palette()[0],
        categoryPercentage: 1,
        barPercentage: .94
      }]
    },
    options: {
      plugins: { legend: { display: false } },
      scales: axes({
        x: { grid: { display: false }, title: { display: true, text: unit } },
        y: {
          grid: { color: variable("--line") },
          ticks: { precision: 0 },
          title: { display: true, text: "generations" }
        }
      })
    },
    alternative: most === undefined
      ? "Nothing to show."
      : `${count(sum(bins.map(({ count }) => count)))} generations; most of them, ${
        count(most.count)
      }, at ${most.label} ${unit}.`,
    titles: [unit, "Generations"],
    rows: bins.map((bin) => [bin.label, count(bin.count)])
  }
}

// --------------------------------------------------------------------------------------------------------- timeline

const perPage = 15
let timelinePage = 0
const attemptText = ({ latency, provider, status }) =>
  `${nameOf(provider)} ${status ?? "no status"} (${
    latency === null ? "time unknown" : `${count(Math.round(latency))} ms`
  })`

/** One bar for each generation, of its attempts one after the other. One of unknown time is drawn, too, but thin. */
const timeline = () => {
  const all = data.fallbacks.filter(matches)
  timelinePage = Math.max(0, Math.min(timelinePage, Math.ceil(all.length / perPage) - 1))
  const shown = all.slice(timelinePage * perPage, (timelinePage + 1) * perPage)
  const longest = Math.max(1, ...shown.map(({ attempts }) => sum(attempts.map(({ latency }) => latency ?? 0))))
  const lengthOf = ({ latency }) => Math.max(latency ?? 0, longest / 150)
  const colorOf = ({ status }) => variable(status === 200 ? "--accent" : status === null ? "--rest" : "--bad")
  const most = Math.max(0, ...shown.map(({ attempts }) => attempts.length))
  pager(timelinePager, all.length, timelinePage, perPage, (page) => {
    timelinePage = page
    draw()
  })
  return {
    type: "bar",
    data: {
      labels: shown.map(({ id }) => id.length > 24 ? `${id.slice(0, 11)}…${id.slice(-11)}` : id),
      datasets: Array.from({ length: most }, (_, attempt) => ({
        label: `attempt ${attempt + 1}`,
        data: shown.map(({ attempts }) => attempts[attempt] === undefined ? null : lengthOf(attempts[attempt])),
        backgroundColor: shown.map(({ attempts }) =>
          attempts[attempt] === undefined ? "transparent" : colorOf(attempts[attempt])
        ),
        borderColor: variable("--card"),
        borderWidth: { right: 2 },
        barThickness: 14
      }))
    },
    options: {
      indexAxis: "y",
      plugins: {
        legend: { display: false },
        tooltip: {
          callbacks: {
            title: ([item]) => item === undefined ? "" : shown[item.dataIndex].id,
            label: ({ dataIndex, datasetIndex }) => attemptText(shown[dataIndex].attempts[datasetIndex])
          }
        }
      },
      scales: axes({
        x: { stacked: true, grid: { color: variable("--line") }, title: { display: true, text: "milliseconds" } },
        y: {
          stacked: true,
          grid: { display: false },
          ticks: { autoSkip: false, font: { family: "ui-monospace, 'DejaVu Sans Mono', monospace", size: 11 } }
        }
      })
    },
    height: `${5 + shown.length * 1.6}rem`,
    alternative: `Provider attempts of ${count(shown.length)} generations, one bar for each.`,
    titles: ["Generation", "Created (UTC)", "Model", "Attempts, in the order received"],
    rows: shown.map(({ attempts, created, id, model }) => [
      id,
      created === null ? unknown : dateTime(created),
      nameOf(model),
      attempts.map(attemptText).join(" → ")
    ])
  }
}

/** Earlier, later, and where one is; also told to who cannot see it. */
const pager = (element, total, page, size, go) => {
  const pages = Math.ceil(total / size)
  const focused = element.contains(document.activeElement) ? document.activeElement.textContent : undefined
  const button = (label, to) =>
    h("button", { type: "button", disabled: to < 0 || to >= pages, click: () => go(to) }, label)
  element.replaceChildren(
    button("Previous", page - 1),
    button("Next", page + 1),
    h(
      "span",
      { role: "status" },
      total === 0 ? "none" : `${count(page * size + 1)}–${count(Math.min(total, (page + 1) * size))} of ${count(total)}`
    )
  )
  const same = [...element.querySelectorAll("button")].find(({ disabled, textContent }) =>
    textContent === focused && !disabled
  )
  if (focused !== undefined) (same ?? element.querySelector("button:not(:disabled)"))?.focus()
}

const timelinePager = h("div", { class: "pages" })

// ------------------------------------------------------------------------------------------------------------ table

const rowsPerPage = 50
let rowsPage = 0
const order = { field: "created", descending: true }

const columns = [
  { field: "created", title: "Created (UTC)", show: dateTime },
  { field: "id", title: "Id", show: String, class: "id" },
  { field: "model", title: "Model", show: String, class: "text" },
  { field: "provider", title: "Provider", show: String, class: "text" },
  { field: "tokensIn", title: "Tokens in", show: count, class: "number" },
  { field: "tokensOut", title: "Out", show: count, class: "number" },
  { field: "cost", title: "Cost", show: usd, class: "number" },
  { field: "timeToFirstToken", title: "First token, ms", show: (value) => count(Math.round(value)), class: "number" },
  { field: "tokensPerSecond", title: "Tokens/s", show: (value) => value.toFixed(1), class: "number" },
  { field: "failedAttempts", title: "Failed attempts", show: count, class: "number" }
]

const head = h(
  "tr",
  {},
  ...columns.map((column) =>
    h(
      "th",
      { scope: "col", class: column.class === "number" ? "number" : "" },
      h("button", {
        type: "button",
        click: () => {
          order.descending = order.field === column.field ? !order.descending : column.class === "number"
          order.field = column.field
          rowsPage = 0
          drawRows()
        }
      }, column.title)
    )
  )
)
const body = h("tbody")
const rowsPager = h("div", { class: "pages" })

/** What is not known stands last, whichever way. */
const compare = (one, other) => {
  const [a, b] = [one[order.field], other[order.field]]
  if (a === null || b === null) return a === b ? 0 : a === null ? 1 : -1
  const ascending = typeof a === "string" ? a.localeCompare(b) : a - b
  return order.descending ? -ascending : ascending
}

const drawRows = () => {
  const rows = data.rows
    .filter((row) => matches(row) && (!filter.fallback || row.failedAttempts > 0) && row.id.includes(filter.id))
    .toSorted(compare)
  rowsPage = Math.max(0, Math.min(rowsPage, Math.ceil(rows.length / rowsPerPage) - 1))
  columns.forEach(({ field }, index) => {
    head.children[index].setAttribute(
      "aria-sort",
      field !== order.field ? "none" : order.descending ? "descending" : "ascending"
    )
  })
  body.replaceChildren(
    ...rows.slice(rowsPage * rowsPerPage, (rowsPage + 1) * rowsPerPage).map((row) =>
      h("tr", {}, ...columns.map((column) => cellOf(column, row)))
    )
  )
  pager(rowsPager, rows.length, rowsPage, rowsPerPage, (page) => {
    rowsPage = page
    drawRows()
  })
}

const cellOf = ({ class: name = "", field, show }, row) => {
  const value = row[field]
  if (value === null) return h("td", { class: `${name} unknown` }, unknown)
  const notes = field === "cost" && row.byok
    ? " own key"
    : field === "tokensOut" && row.cancelled
    ? " cancelled"
    : ""
  const failed = field === "failedAttempts" && value > 0 ? " failed" : ""
  const cell = h("td", { class: name + failed }, show(value))
  if (notes !== "") cell.append(h("span", { class: "note" }, notes))
  return cell
}

const tableFilters = h(
  "form",
  { class: "filters", "aria-label": "Filters of the table", submit: (event) => event.preventDefault() },
  h(
    "label",
    {},
    "Id contains",
    h("input", {
      type: "search",
      name: "id",
      input: ({ target }) => {
        filter.id = target.value.trim()
        rowsPage = 0
        drawRows()
      }
    })
  ),
  h(
    "label",
    { class: "check" },
    h("input", {
      type: "checkbox",
      name: "fallback",
      change: ({ target }) => {
        filter.fallback = target.checked
        rowsPage = 0
        drawRows()
      }
    }),
    "only with failed attempts"
  )
)

// ------------------------------------------------------------------------------------------------------------- page

const tiles = h("dl", { class: "tiles" })

const drawTiles = () => {
  const cells = data.cells.filter(matches)
  const total = (field) => sum(cells.map((cell) => cell[field]))
  const without = data.notVisible + data.failed
  tiles.replaceChildren(...[
    ["Cost", usd(total("cost"))],
    ["Generations", count(total("count"))],
    ["With unknown cost", count(total("unknown"))],
    ["Tokens in", count(total("tokensIn"))],
    ["Tokens out", count(total("tokensOut"))],
    [
      `Without a record (${count(data.notVisible)} not visible, ${count(data.failed)} failed), unfiltered`,
      count(without)
    ]
  ].map(([name, value]) => h("div", {}, h("dt", {}, name), h("dd", {}, value))))
}

const draw = () => {
  Chart.defaults.color = variable("--soft")
  Chart.defaults.borderColor = variable("--line")
  drawTiles()
  for (const drawChart of charts) drawChart()
  drawRows()
}

const capped = (shown, of, what) =>
  shown < of
    ? ` The newest ${count(shown)} of ${count(of)} ${what} are here; the charts and totals above count all.`
    : ""

document.body.prepend(
  h(
    "header",
    {},
    h("h1", {}, "OpenRouter generations"),
    h(
      "p",
      { class: "note" },
      `As of ${data.generated}. Days are UTC, costs are USD; an unknown cost is counted as unknown, not as $0.`
    )
  ),
  h(
    "main",
    {},
    tiles,
    filters,
    h(
      "div",
      { class: "charts" },
      chartCard({
        name: "cost-by-model",
        title: "Cost by model over time",
        note: "What was really spent each day.",
        model: costOverTime("model")
      }),
      chartCard({
        name: "cost-by-provider",
        title: "Cost by provider over time",
        note: "What was really spent each day.",
        model: costOverTime("provider")
      }),
      chartCard({
        name: "tokens-per-second",
        title: "Tokens per second",
        note: "Billed completion tokens over the whole generation time.",
        model: distribution("tokensPerSecond", data.tokensPerSecondEdges, "tokens/s")
      }),
      chartCard({
        name: "time-to-first-token",
        title: "Time to the first token",
        note: "As OpenRouter measured it.",
        model: distribution("timeToFirstToken", data.timeToFirstTokenEdges, "ms")
      })
    ),
    (() => {
      const card = chartCard({
        name: "fallbacks",
        title: "Provider fallbacks",
        note: "Each generation with a failed attempt: its attempts one after the other, red failed, blue served." +
          capped(data.fallbacks.length, data.fallbacksOf, "such generations"),
        model: timeline
      })
      card.append(timelinePager)
      return card
    })(),
    h(
      "section",
      { class: "card", "aria-labelledby": "table-title" },
      h("h2", { id: "table-title" }, "Generations"),
      h("p", { class: "note" }, `Sort by a column's title.${capped(data.rows.length, data.rowsOf, "generations")}`),
      tableFilters,
      h(
        "div",
        { class: "scroll", tabindex: "0", role: "region", "aria-label": "Generations, a table" },
        h("table", { id: "generations" }, h("caption", {}, "Generations, one on each row"), h("thead", {}, head), body)
      ),
      rowsPager
    )
  )
)

dark.addEventListener("change", draw)
draw()
