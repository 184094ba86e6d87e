import { button } from "./dom.js"
import type { State } from "./view.js"

/** Draws a part and the text of the button that opens it. */
type Draw = (state: State, isOpen: boolean, more: HTMLElement) => void

/** A part with a button that shows more or less of it. */
export const expandable = (key: string, draw: Draw) => {
  let isOpen = false
  let last: State | undefined
  const drawAll = (state: State) => {
    last = state
    draw(state, isOpen, more)
    more.setAttribute("aria-expanded", String(isOpen))
  }
  const more = button({
    key,
    attributes: { class: "more", "aria-expanded": "false" },
    click: () => {
      isOpen = !isOpen
      if (last !== undefined) drawAll(last)
    }
  })
  return { more, draw: drawAll }
}
