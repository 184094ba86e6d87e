import { assert, describe, it } from "@effect/vitest"
import { Encoding, FastCheck } from "effect"
import { inspect } from "node:util"
import { makeRedact } from "../../../src/internal/redaction/redact.js"

const secret = FastCheck.string({ minLength: 13, unit: FastCheck.constantFrom(..."sk-or-v1/0123456789abcdef\"\\%") })

describe("redact", () => {
  it.prop(
    "leaves no secret, encoded or not",
    { secret, before: FastCheck.string(), after: FastCheck.string() },
    ({ after, before, secret }) => {
      const redact = makeRedact(secret)
      for (const form of [secret, JSON.stringify(secret), encodeURIComponent(secret)]) {
        assert.notInclude(redact(before + form + after), form)
      }
    }
  )

  const key = FastCheck.string({
    minLength: 13,
    maxLength: 90,
    unit: FastCheck.constantFrom(..."abcXYZ0123456789-_.~+/=")
  })

  const escapes: ReadonlyArray<(code: number, character: string) => string> = [
    (_, character) => character,
    (_, character) => character.toUpperCase(),
    (_, character) => character.toLowerCase(),
    (code) => `\\u${code.toString(16).padStart(4, "0")}`,
    (code) => `\\u${code.toString(16).toUpperCase().padStart(4, "0")}`,
    (code) => `\\x${code.toString(16).padStart(2, "0")}`,
    (code) => `%${code.toString(16).padStart(2, "0")}`,
    (code) => `%${code.toString(16).toUpperCase().padStart(2, "0")}`,
    (code) => `&#${code};`,
    (code) => `&#0${code};`,
    (code) => `&#x${code.toString(16)};`,
    (code) => `&#X${code.toString(16).toUpperCase()};`,
    (_, character) =>
      ({ "-": "&hyphen;", "_": "&lowbar;", "+": "&plus;", "/": "&sol;", ".": "&period;", "=": "&equals;" })[
        character
      ] ??
        character
  ]
  const outer: ReadonlyArray<(text: string) => string> = [
    (text) => text,
    (text) => JSON.stringify(text),
    (text) => encodeURIComponent(text),
    (text) => text.replaceAll("&", "&amp;"),
    (text) => text.replaceAll("&", "\\u0026"),
    (text) => JSON.stringify(JSON.stringify(text))
  ]

  it.prop(
    "leaves nothing of a key that is escaped, character by character, whatever is around it",
    {
      key,
      picks: FastCheck.array(FastCheck.nat({ max: escapes.length - 1 }), { minLength: 90, maxLength: 90 }),
      wrap: FastCheck.constantFrom(...outer)
    },
    ({ key, picks, wrap }) => {
      const escaped = [...key].map((character, index) =>
        escapes[picks[index] ?? 0]?.(character.charCodeAt(0), character) ?? character
      ).join("")
      assert.strictEqual(
        makeRedact(key)(`[${wrap(`{${escaped}}`)}]`),
        `[${wrap("{KEY}").replace("KEY", "<redacted>")}]`
      )
    }
  )

  it.prop(
    "leaves nothing that base64 can be decoded to, in any alignment and alphabet",
    {
      key,
      before: FastCheck.string({ maxLength: 9 }),
      after: FastCheck.string({ maxLength: 9 }),
      encode: FastCheck.constantFrom(Encoding.encodeBase64, Encoding.encodeBase64Url)
    },
    ({ after, before, encode, key }) => {
      const encoded = encode(`${before}${key}${after}`)
      const redacted = makeRedact(key)(`<p>${encoded}</p>`)
      assert.include(redacted, "<redacted>")
      const rest = redacted.replace("<p>", "").replace("</p>", "").split("<redacted>").join("")
      assert.isBelow(rest.length, encoded.length - Math.floor((key.length * 8) / 6) + 4)
    }
  )

  const lineBreaks = FastCheck.constantFrom("\n", "\r\n", "\r\n\t", "\\n", "\\r\\n", "%0A", "&#10;", "=\r\n")

  /** Breaks a text into lines of a length. */
  const broken = (text: string, width: number, lineBreak: string) =>
    (text.match(new RegExp(`[^]{1,${width}}`, "g")) ?? []).join(lineBreak)

  it.prop(
    "leaves no line of base64, hex or text that is broken into lines",
    {
      // An equals sign at the end of a line may be a soft line break.
      key: key.map((text) => text.replaceAll("=", "A")),
      before: FastCheck.string({ maxLength: 80, unit: "grapheme-ascii" }),
      encode: FastCheck.constantFrom(
        Encoding.encodeBase64,
        Encoding.encodeBase64Url,
        (text: string) => Encoding.encodeHex(text).toUpperCase(),
        (text: string) => text
      ),
      width: FastCheck.constantFrom(4, 64, 76),
      lineBreak: lineBreaks
    },
    ({ before, encode, key, lineBreak, width }) => {
      // The beginning of an escape may take the first characters of the key into itself.
      const encoded = encode(`${before.replace(/[\s%&\\]/g, "")}${key}`)
      const redacted = makeRedact(key)(`<${broken(encoded, width, lineBreak)}>\n<p>`)
      assert.include(redacted, "<redacted>")
      assert.match(redacted, />\n<p>$/)
      const tail = redacted.slice(redacted.lastIndexOf("<redacted>") + "<redacted>".length, -"\n<p>".length)
      assert.isAtMost(tail.length, 4)
    }
  )

  it.each<[string, (key: string) => string]>([
    ["UTF-16", (key) => Array.from(key, (character) => `${character}\0`).join("")],
    ["UTF-16 in base64", (key) => Buffer.from(key, "utf16le").toString("base64")],
    ["UTF-16 in base64, the high byte first", (key) => Buffer.from(key, "utf16le").swap16().toString("base64")],
    ["UTF-16 in base64 after other text", (key) => Buffer.from(`Bearer ${key}`, "utf16le").toString("base64")],
    ["UTF-16 in hex", (key) => Buffer.from(key, "utf16le").toString("hex")],
    ["UTF-16 in JSON", (key) => JSON.stringify(Array.from(key, (character) => `${character}\0`).join(""))],
    ["the bytes of a Buffer in hex", (key) => inspect(Buffer.from(key))],
    ["the bytes of a Buffer in JSON", (key) => JSON.stringify(Buffer.from(key))],
    ["the bytes of a Buffer in JSON of several lines", (key) => JSON.stringify(Buffer.from(key), null, 2)]
  ])("leaves nothing of %s", (_, encode) => {
    const key = "sk-or-v1-0123456789abcdef"
    const encoded = encode(key)
    const redacted = makeRedact(key)(`{${encoded}}`)
    assert.include(redacted, "<redacted>")
    for (let index = 8; index + 12 <= encoded.length; index++) {
      assert.notInclude(redacted.replace(/.*<redacted>/s, ""), encoded.slice(index, index + 12))
    }
  })

  it("leaves nothing of a key without the beginning that all keys have", () => {
    const key = "sk-or-v1-0123456789abcdef"
    assert.strictEqual(makeRedact(key)("token 0123456789abcdef."), "token <redacted>.")
    assert.strictEqual(makeRedact(key)("token 0123456789ABCD…"), "token <redacted>…")
    assert.strictEqual(makeRedact("sk-or-v1-test")("this is a test"), "this is a test")
  })

  it.each(["\u00ad", "\u200b", "\ufeff"])("leaves nothing of a key with invisible characters: %j", (invisible) => {
    const key = "sk-or-v1-0123456789abcdef"
    assert.strictEqual(makeRedact(key)(`<${[...key].join(invisible)}>`), "<<redacted>>")
  })

  it("keeps the white space around a key", () => {
    const key = "sk-or-v1-0123456789abcdef"
    assert.strictEqual(makeRedact(key)(`Bearer ${key}\n\tnext`), "Bearer <redacted>\n\tnext")
  })

  it("removes hex, and base64 of a short secret", () => {
    const key = "sk-or-v1-0123456789"
    assert.strictEqual(makeRedact(key)(`0x${Encoding.encodeHex(key)}!`), "0x<redacted>!")
    assert.strictEqual(makeRedact("hunter2")(`Basic ${btoa("hunter2")}`), "Basic <redacted>==")
    assert.strictEqual(makeRedact("hunter2")(`[${btoa("Bearer hunter2")}]`), "[<redacted>=]")
  })

  it.each<[string, (key: string) => string]>([
    ["beginnings", (key) => key.slice(0, 11)],
    ["long beginnings", (key) => `${key.slice(0, -1)} `],
    [
      "escaped beginnings",
      (key) => Array.from(key.slice(0, 11), (c) => `\\u00${c.charCodeAt(0).toString(16)}`).join("")
    ],
    ["backslashes", () => "\\"],
    ["percent signs", () => "%25"],
    ["ampersands", () => "&amp;"],
    ["unfinished entities", () => "&#x0"],
    ["long numbers", () => "&#00000000000000000000"],
    ["white space", () => " \n"],
    ["soft line breaks", () => "=\r\n"],
    ["beginnings in lines", (key) => `${key.slice(0, 11)}\n`]
  ])("takes a time that is linear in 65 kB of %s", (_, make) => {
    // A text that repeats what it is a prefix of: the slow case of a search by comparing at each place.
    const key = "ab".repeat(40) + "c"
    const redact = makeRedact(key)
    const time = (length: number) => {
      const text = make(key).repeat(Math.ceil(length / make(key).length)).slice(0, length)
      const start = performance.now()
      redact(text)
      return performance.now() - start
    }
    const fastest = (length: number) => Math.min(...Array.from({ length: 5 }, () => time(length)))
    fastest(4_096)
    assert.isBelow(fastest(65_536), Math.max(1, fastest(4_096)) * 160)
  })

  it.prop(
    "leaves no beginning of it at the end",
    { secret, length: FastCheck.nat({ max: 64 }) },
    ({ length, secret }) => {
      const beginning = secret.slice(0, Math.max(4, length))
      assert.isFalse(makeRedact(secret)(`text ${beginning}`).endsWith(beginning))
    }
  )

  it.prop(
    "leaves no beginning of twelve characters anywhere",
    { secret, length: FastCheck.nat({ max: 64 }) },
    ({ length, secret }) => {
      const beginning = secret.slice(0, 12 + length)
      assert.notInclude(makeRedact(secret)(`"${beginning}…" is no key`), beginning.slice(0, 12))
    }
  )

  it("removes a short secret where it stands alone, and leaves it in words", () => {
    const redact = makeRedact("test")
    assert.strictEqual(redact("Bearer test, the latest model"), "Bearer <redacted>, the latest model")
    assert.strictEqual(redact("test test"), "<redacted> <redacted>")
  })

  it("accepts a secret of any length", () => {
    const secret = "sk-or-v1-".padEnd(100_000, "0123456789")
    assert.strictEqual(makeRedact(secret)(`Bearer ${secret}!`), "Bearer <redacted>!")
  })

  it("leaves other text alone", () => {
    assert.strictEqual(makeRedact("sk-or-v1-0123")("Insufficient credits"), "Insufficient credits")
  })
})
