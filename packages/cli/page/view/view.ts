import type * as Filter from "../filter.js"
import type { Records } from "../records.js"
import type { Cost } from "../summary.js"

/** The state that the parts of the page draw. */
export interface State {
  readonly records: Records
  readonly filter: Filter.Filter
  /** The records that the filter shows. */
  readonly rows: Uint32Array
  /** The cost of these records. */
  readonly total: Cost
  /** Returns the class that colors a model: the same under every filter. */
  readonly color: (model: string) => string
  /** Changes the filter; the page is drawn again. */
  readonly change: (change: Filter.Change) => void
}

/** A part of the page. */
export interface Part {
  readonly element: HTMLElement
  readonly draw: (state: State) => void
}
