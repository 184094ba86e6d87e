import * as Effect from "effect/Effect"
import * as Stream from "effect/Stream"

/** One line of a file. */
export interface Line {
  /** The text without its line end, without a byte-order mark and without NUL bytes. Empty if `isTooLong`. */
  readonly text: string
  /** The number of the line, counted from 1. */
  readonly number: number
  /** The number of its bytes, with the line end. */
  readonly bytes: number
  /** True if it is the last and has no line end: it may have been cut off. */
  readonly isOpen: boolean
  /** True if it is longer than `maxLineBytes`; its text is not held in memory. */
  readonly isTooLong: boolean
}

/** The longest line that is read: 64 MiB. */
export const maxLineBytes = 64 * 1024 * 1024

/**
 * Splits bytes into lines that end in LF, CRLF or CR. The text is UTF-8, or UTF-16 if a byte-order mark says so. The lines
 * come in batches, because one step of a Stream for each line would take most of the time.
 */
export const splitLines = <E, R>(bytes: Stream.Stream<Uint8Array, E, R>): Stream.Stream<ReadonlyArray<Line>, E, R> =>
  Stream.suspend(() => {
    const decoder = new Utf8Converter()
    const splitter = new LineSplitter()
    return bytes.pipe(
      Stream.map((chunk) => splitter.push(decoder.push(chunk))),
      Stream.concat(Stream.fromEffect(Effect.sync(() => splitter.end())))
    )
  })

/** Converts UTF-16 with a byte-order mark to UTF-8, and passes everything else through. */
class Utf8Converter {
  #decoder: TextDecoder | null = null
  #isStart = true
  readonly #encoder = new TextEncoder()

  push(chunk: Uint8Array): Uint8Array {
    if (this.#isStart && chunk.length > 1) {
      this.#isStart = false
      if (chunk[0] === 0xff && chunk[1] === 0xfe) this.#decoder = new TextDecoder("utf-16le")
      if (chunk[0] === 0xfe && chunk[1] === 0xff) this.#decoder = new TextDecoder("utf-16be")
    }
    return this.#decoder === null ? chunk : this.#encoder.encode(this.#decoder.decode(chunk, { stream: true }))
  }
}

const lineFeed = 10
const carriageReturn = 13

class LineSplitter {
  #parts: Array<Uint8Array> = []
  #held = 0
  #bytes = 0
  #number = 0
  #isTooLong = false
  #endedInCarriageReturn = false

  push(chunk: Uint8Array): ReadonlyArray<Line> {
    const lines: Array<Line> = []
    let from = 0
    if (this.#endedInCarriageReturn && chunk[0] === lineFeed) from = 1
    if (chunk.length > 0) this.#endedInCarriageReturn = false
    let nextLineFeed = chunk.indexOf(lineFeed, from)
    let nextReturn = chunk.indexOf(carriageReturn, from)
    while (nextLineFeed >= 0 || nextReturn >= 0) {
      const isReturn = nextReturn >= 0 && (nextLineFeed < 0 || nextReturn < nextLineFeed)
      const at = isReturn ? nextReturn : nextLineFeed
      const end = isReturn && nextLineFeed === at + 1 ? at + 2 : at + 1
      this.#add(chunk.subarray(from, at))
      this.#bytes += end - at
      lines.push(this.#line(false))
      from = end
      this.#endedInCarriageReturn = isReturn && end === chunk.length && end === at + 1
      if (nextLineFeed >= 0 && nextLineFeed < from) nextLineFeed = chunk.indexOf(lineFeed, from)
      if (nextReturn >= 0 && nextReturn < from) nextReturn = chunk.indexOf(carriageReturn, from)
    }
    this.#add(chunk.subarray(from))
    return lines
  }

  end(): ReadonlyArray<Line> {
    return this.#bytes === 0 ? [] : [this.#line(true)]
  }

  #add(part: Uint8Array): void {
    this.#bytes += part.length
    if (part.length === 0 || this.#isTooLong) return
    // The stream may use the memory of its chunk again only after this one was read, so it is not copied.
    this.#parts.push(part)
    this.#held += part.length
    if (this.#held <= maxLineBytes) return
    // A power loss can leave any number of NUL bytes at the end of a file.
    this.#isTooLong = this.#parts.some((part) => part.some((byte) => byte !== 0))
    this.#parts = []
    this.#held = 0
  }

  #line(isOpen: boolean): Line {
    this.#number++
    const text = Buffer.concat(this.#parts).toString("utf8")
    const line: Line = {
      text: (this.#number === 1 ? text.replace(/^\ufeff/, "") : text).replaceAll("\0", ""),
      number: this.#number,
      bytes: this.#bytes,
      isOpen,
      isTooLong: this.#isTooLong
    }
    this.#parts = []
    this.#held = 0
    this.#bytes = 0
    this.#isTooLong = false
    return line
  }
}
