import { JsonScanner } from "./jsonScanner.js"

const lineFeed = 0x0a
const carriageReturn = 0x0d

/** The part of a line that the next byte belongs to. */
const state = { name: 0, space: 1, start: 2, data: 3, done: 4, ignored: 5 } as const

const data = [..."data"].map((character) => character.charCodeAt(0))
const done = [..."[DONE]"].map((character) => character.charCodeAt(0))

/**
 * Reads a stream of server-sent events from its bytes as they arrive, and keeps none of them. It looks at the JSON in the
 * `data` of each event, and for `data: [DONE]`.
 */
export class EventScanner {
  readonly json = new JsonScanner()
  private readonly onObject: (json: JsonScanner) => void
  private readonly onDone: () => void

  private state: typeof state[keyof typeof state] = state.name
  /** The number of bytes of a name or of a mark that have matched. */
  private matched = 0
  private isAtLineStart = true
  private isAfterCarriageReturn = false

  /** Calls `onObject` after each event with a JSON object, and `onDone` after `data: [DONE]`. */
  constructor(onObject: (json: JsonScanner) => void, onDone: () => void) {
    this.onObject = onObject
    this.onDone = onDone
  }

  write(bytes: Uint8Array): void {
    const end = bytes.length
    let nextCarriageReturn = find(bytes, carriageReturn, 0)
    let at = 0
    while (at < end) {
      const byte = bytes[at] ?? 0
      if (byte === lineFeed || byte === carriageReturn) {
        this.endLine(byte)
        at++
        continue
      }
      this.isAfterCarriageReturn = false
      switch (this.state) {
        case state.name:
          this.readName(byte)
          at++
          break
        case state.space:
          this.state = state.start
          if (byte === 0x20) at++
          break
        case state.start:
          this.state = byte === done[0] && !this.json.isOpen ? state.done : state.data
          this.matched = 0
          break
        case state.done:
          this.readDone(byte)
          at++
          break
        case state.data:
        case state.ignored: {
          if (nextCarriageReturn < at) nextCarriageReturn = find(bytes, carriageReturn, at)
          const lineEnd = Math.min(find(bytes, lineFeed, at), nextCarriageReturn)
          if (this.state === state.data) this.readData(bytes, at, lineEnd)
          at = lineEnd
        }
      }
    }
  }

  private endLine(byte: number): void {
    // The second byte of CR LF ends no further line.
    const isSecond = byte === lineFeed && this.isAfterCarriageReturn
    this.isAfterCarriageReturn = byte === carriageReturn
    if (isSecond) return
    if (this.isAtLineStart) this.json.reset()
    this.isAtLineStart = true
    this.state = state.name
    this.matched = 0
  }

  private readName(byte: number): void {
    // A byte order mark before the first line.
    if (this.isAtLineStart && byte >= 0x80) return
    this.isAtLineStart = false
    if (this.matched < data.length) {
      if (byte === data[this.matched]) this.matched++
      else this.state = state.ignored
    } else {
      this.state = byte === 0x3a ? state.space : state.ignored
    }
  }

  private readDone(byte: number): void {
    if (byte !== done[this.matched]) this.state = state.ignored
    else if (++this.matched === done.length) {
      this.state = state.ignored
      this.onDone()
    }
  }

  private readData(bytes: Uint8Array, start: number, end: number): void {
    this.json.write(bytes, start, end)
    if (!this.json.isClosed) return
    this.onObject(this.json)
    this.json.reset()
    this.state = state.ignored
  }
}

const find = (bytes: Uint8Array, byte: number, from: number): number => {
  const at = bytes.indexOf(byte, from)
  return at === -1 ? bytes.length : at
}
