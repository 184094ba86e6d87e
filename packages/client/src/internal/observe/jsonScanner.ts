/** The containers that have fields of interest. Anything inside other containers is skipped. */
const role = { root: 0, nested: 1, choices: 2, choice: 3 } as const

type Role = typeof role[keyof typeof role]

/** The fields of interest. */
type Field = "id" | "model" | "type" | "error" | "nested" | "choices" | "finishReason" | "none"

const fields: Readonly<Record<Role, Readonly<Record<string, Field>>>> = {
  [role.root]: {
    id: "id",
    generation_id: "id",
    model: "model",
    type: "type",
    error: "error",
    response: "nested",
    message: "nested",
    choices: "choices"
  },
  [role.nested]: { id: "id", model: "model" },
  [role.choices]: {},
  [role.choice]: { finish_reason: "finishReason" }
}

/** Longer names and texts are not kept. */
const maxLength = 512

const quote = 0x22
const backslash = 0x5c

/** The bytes that matter inside of a container that is skipped. */
const isStructural = new Uint8Array(256)
for (const character of `"{}[]`) isStructural[character.charCodeAt(0)] = 1

/**
 * Reads a few fields of a completion, or of one event of its stream, from the bytes of its JSON as they arrive. It keeps
 * those fields and nothing else, however large the JSON is: the id of embeddings comes after megabytes of vectors. It never
 * looks for an id inside of texts, tool calls or other objects.
 */
export class JsonScanner {
  /** The first `id` or `generation_id` that begins with `gen-`: of the object, its `response` or its `message`. */
  id: string | null = null
  /** The first `model` of the object, its `response` or its `message`. */
  model: string | null = null
  /** The `type` of the object. */
  type: string | null = null
  /** `true` if the object has an `error` that is not null. */
  hasError = false
  /** The `finish_reason` of the first choice. */
  finishReason: string | null = null
  /** `true` once the object is closed. */
  isClosed = false
  /** `true` if these bytes are not those of a JSON object. */
  isOther = false

  /** The number of open containers. */
  private depth = 0
  /** The roles of the outermost open containers; those further inside are skipped. */
  private readonly roles: Array<Role> = []
  private field: Field = "none"
  private expectsName = false
  /** The position in the list of choices. */
  private index = 0

  private isInString = false
  private isEscaped = false
  private captures: "name" | "text" | "nothing" = "nothing"
  private readonly captured = new Uint8Array(maxLength)
  private length = 0

  /** Returns `true` while an object is open. */
  get isOpen(): boolean {
    return this.depth > 0
  }

  /** Prepares for the next object. The id and the model stay. */
  reset(): void {
    this.type = null
    this.hasError = false
    this.finishReason = null
    this.isClosed = false
    this.isOther = false
    this.depth = 0
    this.roles.length = 0
    this.field = "none"
    this.isInString = false
  }

  /** Reads the bytes from `start` to `end`. */
  write(bytes: Uint8Array, start: number, end: number): void {
    let at = start
    while (at < end && !this.isClosed && !this.isOther) {
      if (this.isInString) at = this.readString(bytes, at, end)
      else if (this.depth > this.roles.length) at = this.skip(bytes, at, end)
      else this.readStructure(bytes[at++] ?? 0)
    }
  }

  private readString(bytes: Uint8Array, start: number, end: number): number {
    const captures = this.captures !== "nothing"
    let at = start
    while (at < end) {
      const byte = bytes[at++] ?? 0
      if (this.isEscaped) {
        this.isEscaped = false
      } else if (byte === backslash) {
        this.isEscaped = true
      } else if (byte === quote) {
        this.isInString = false
        if (captures) this.endString()
        return at
      }
      if (captures) {
        if (this.length < maxLength) this.captured[this.length] = byte
        this.length++
      }
    }
    return at
  }

  private skip(bytes: Uint8Array, start: number, end: number): number {
    let at = start
    while (at < end) {
      const byte = bytes[at++] ?? 0
      if (isStructural[byte] === 0) continue
      if (byte === quote) {
        this.startString("nothing")
        return at
      }
      if (byte === 0x7b || byte === 0x5b) {
        this.depth++
      } else {
        this.depth--
        if (this.depth === this.roles.length) return at
      }
    }
    return at
  }

  private readStructure(byte: number): void {
    switch (byte) {
      case 0x20:
      case 0x09:
      case 0x0a:
      case 0x0d:
        return
      case quote:
        if (this.depth === 0) this.isOther = true
        else if (this.expectsName) this.startString("name")
        else this.startString(isText(this.field) ? "text" : "nothing")
        if (!this.expectsName) this.noteValue()
        return
      case 0x3a: // :
        this.expectsName = false
        return
      case 0x2c: // ,
        this.index++
        this.expectsName = this.roles.at(-1) !== role.choices
        this.field = "none"
        return
      case 0x7b: // {
        this.open(true)
        return
      case 0x5b: // [
        this.open(false)
        return
      case 0x7d: // }
      case 0x5d: // ]
        this.close()
        return
      default:
        if (this.depth === 0) this.isOther = !isByteOrderMark(byte)
        else if (byte === 0x6e) this.field = "none" // null
        else this.noteValue()
    }
  }

  /** An error is any value but null. */
  private noteValue(): void {
    if (this.field === "error") this.hasError = true
  }

  private open(isObject: boolean): void {
    const opened = this.getRole(isObject)
    this.noteValue()
    this.depth++
    if (opened === undefined) {
      if (this.depth === 1) this.isOther = true
      return
    }
    this.roles.push(opened)
    this.index = 0
    this.expectsName = isObject
    this.field = "none"
  }

  private getRole(isObject: boolean): Role | undefined {
    if (this.depth === 0) return isObject ? role.root : undefined
    if (this.roles.at(-1) === role.choices) return isObject && this.index === 0 ? role.choice : undefined
    if (this.field === "nested") return isObject ? role.nested : undefined
    return this.field === "choices" && !isObject ? role.choices : undefined
  }

  private close(): void {
    this.depth--
    const closed = this.roles.pop()
    this.field = "none"
    this.expectsName = false
    if (closed === role.choice) this.index = 0
    if (this.depth <= 0) this.isClosed = true
  }

  private startString(captures: typeof this.captures): void {
    this.isInString = true
    this.isEscaped = false
    this.captures = captures
    this.length = 0
  }

  private endString(): void {
    const text = this.length > maxLength ? "" : readText(this.captured.subarray(0, this.length))
    if (this.captures === "name") {
      const names = fields[this.roles.at(-1) ?? role.root]
      this.field = Object.hasOwn(names, text) ? names[text] ?? "none" : "none"
      return
    }
    switch (this.field) {
      case "id":
        if (text.startsWith("gen-")) this.id ??= text
        return
      case "model":
        this.model ??= text || null
        return
      case "type":
        this.type = text
        return
      case "finishReason":
        this.finishReason = text
    }
  }
}

const isText = (field: Field): boolean =>
  field === "id" || field === "model" || field === "type" || field === "finishReason"

const isByteOrderMark = (byte: number): boolean => byte === 0xef || byte === 0xbb || byte === 0xbf

const decoder = new TextDecoder()

/** The text of a JSON string; empty if it is malformed. */
const readText = (bytes: Uint8Array): string => {
  const text = decoder.decode(bytes)
  if (!text.includes("\\")) return text
  try {
    return String(JSON.parse(`"${text}"`))
  } catch {
    return ""
  }
}
