/**
 * Elements of the page. Texts are set as text, never as HTML: names of models, providers and ids come from outside.
 */

type Attributes = Readonly<Record<string, string | boolean | ((event: Event) => void)>>

/** Creates an element: `h("p", { class: "note" }, "text", child)`. A function listens to the event of its name. */
export const h = <N extends keyof HTMLElementTagNameMap>(
  name: N,
  attributes: Attributes = {},
  ...children: ReadonlyArray<Node | string>
): HTMLElementTagNameMap[N] => {
  const element = document.createElement(name)
  for (const [attribute, value] of Object.entries(attributes)) {
    if (typeof value === "function") element.addEventListener(attribute, value)
    else if (typeof value === "string") element.setAttribute(attribute, value)
    else if (value) element.setAttribute(attribute, "")
  }
  element.append(...children)
  return element
}

/**
 * Returns a name that comes from outside: isolated, so that its writing direction changes nothing around it, and with
 * line breaks allowed after separators, so that no word is broken.
 */
export const name = (text: string): HTMLElement =>
  h("bdi", {}, ...parts(text).flatMap((part, index) => index === 0 ? [part] : [h("wbr"), part]))

/** Splits after separators; what has none for 24 characters is split there. */
const parts = (text: string): ReadonlyArray<string> =>
  text.match(/[^\s/:@_-]{0,24}[\s/:@_-]*/gu)?.filter((part) => part !== "") ?? [text]

/** Returns nodes as a list in words: `a, b and c`. */
export const list = (nodes: ReadonlyArray<Node>, conjunction: "and" | "or"): ReadonlyArray<Node | string> =>
  nodes.flatMap((node, index) => {
    const separator = index === 0 ? "" : index === nodes.length - 1 ? ` ${conjunction} ` : ", "
    return [separator, node]
  })

/** Returns a button. `key` finds it again after the page was drawn again. */
export const button = (
  { attributes = {}, click, key }: {
    readonly attributes?: Attributes
    readonly click: () => void
    readonly key: string
  },
  ...children: ReadonlyArray<Node | string>
): HTMLButtonElement => h("button", { type: "button", "data-key": key, click, ...attributes }, ...children)

/** Returns a part of the page with a heading, which is its accessible name. */
export const section = (id: string, title: string, ...children: ReadonlyArray<Node | string>): HTMLElement =>
  h(
    "section",
    { class: `card ${id}`, "aria-labelledby": `${id}-title`, tabindex: "-1" },
    h("h2", { id: `${id}-title` }, title),
    ...children
  )

/** Draws, and keeps the focus: on the control with the same key, or else on the part of the page that it was in. */
export const keepFocus = (draw: () => void): void => {
  const focused = document.activeElement instanceof HTMLElement ? document.activeElement : null
  const key = focused?.dataset["key"]
  const home = focused?.closest<HTMLElement>("[tabindex='-1']")
  draw()
  if (focused === null || key === undefined || (focused.isConnected && !focused.matches(":disabled"))) return
  const again = document.querySelector<HTMLElement>(`[data-key="${CSS.escape(key)}"]:not(:disabled)`)
  if (again !== null) again.focus({ preventScroll: true })
  else home?.focus({ preventScroll: true })
}

/** Returns whether tables are cards, of which fewer fit on a screen. The width is the one of report.css. */
export const isNarrow = (): boolean => matchMedia("(max-width: 1180px)").matches
