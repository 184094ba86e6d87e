import { exceedsLimit, isSuccess } from "./bodyLimit.js"
import type { TransportSettings } from "./transport.js"

/**
 * Collects the chunks of a body and reads them as UTF-8: invalid bytes become U+FFFD, a BOM is dropped. The limit of a
 * failure counts characters, so only a failure is decoded chunk by chunk.
 */
export class BodyReader {
  private readonly status: number
  private readonly settings: TransportSettings
  private readonly decoder: TextDecoder | undefined
  private readonly chunks: Array<Uint8Array> = []
  private bytes = 0
  private characters = ""

  constructor(status: number, settings: TransportSettings) {
    this.status = status
    this.settings = settings
    this.decoder = isSuccess(status) ? undefined : new TextDecoder()
  }

  /** Adds a chunk. Returns `true` once no more of the body is read. */
  add(chunk: Uint8Array): boolean {
    this.bytes += chunk.length
    if (this.decoder === undefined) this.chunks.push(chunk)
    else this.characters += this.decoder.decode(chunk, { stream: true })
    return exceedsLimit(this.status, this.settings, this.bytes, this.characters.length)
  }

  /** Returns the text of the body so far. */
  text(): string {
    if (this.decoder !== undefined) return this.characters + this.decoder.decode()
    const [first = noBytes, ...rest] = this.chunks
    return utf8.decode(rest.length === 0 ? first : this.concat())
  }

  private concat(): Uint8Array {
    const all = new Uint8Array(this.bytes)
    let offset = 0
    for (const chunk of this.chunks) {
      all.set(chunk, offset)
      offset += chunk.length
    }
    return all
  }
}

const noBytes = new Uint8Array()

const utf8 = new TextDecoder()

/** Drops the BOM that a reader of text has kept. */
export const withoutBom = (text: string): string => text.charCodeAt(0) === 0xfeff ? text.slice(1) : text
