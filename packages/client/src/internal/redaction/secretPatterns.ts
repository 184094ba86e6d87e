import { makePrefix, makeWord, type Pattern } from "./matcher.js"

/** The number of characters from its beginning that give a key away. A secret that is not longer may be a word. */
const minPrefix = 12

/** The same at the end of a text. */
const minPrefixAtEnd = 4

/** Returns a key without the beginning that all keys have. */
export const withoutKeyPrefix = (key: string): string => key.replace(/^sk-or-v\d+-/, "")

/** The same of base64, in which 12 characters are 16. */
const minBase64 = 16
const minBase64AtEnd = 6

/** Returns the texts that give a secret away: the secret, and the base64, the hex and the decimal codes of its bytes. */
export const secretPatterns = (secret: string): ReadonlyArray<Pattern> => {
  const bytes = toBytes(secret)
  if (secret.length <= minPrefix) {
    const encoded = [secret, `Bearer ${secret}`].map((text) => toBase64(toBytes(text)).replace(/=+$/, ""))
    return [
      makeWord(secret, minPrefixAtEnd),
      ...unique(encoded.flatMap(base64Variants)).map((text) => makeWord(text, text.length))
    ]
  }
  // A secret with backslashes or percent signs has escapes of its own, which a decoded text does not show.
  const plain = unique([secret, toBinary(bytes), JSON.stringify(secret).slice(1, -1), encodeURIComponent(secret)])
  const encodings = [bytes, toUtf16(secret)]
  const base64 = unique(
    encodings.flatMap((bytes) => [0, 1, 2].map((offset) => base64At(bytes, offset))).flatMap(base64Variants)
  )
  const withoutPrefix = withoutKeyPrefix(secret)
  return [
    ...plain.map((text) => makePrefix(text, minPrefix, minPrefixAtEnd)),
    ...withoutPrefix !== secret && withoutPrefix.length > minPrefix
      ? [makePrefix(withoutPrefix, minPrefix, minPrefix)]
      : [],
    ...base64.map((text) => makePrefix(text, minBase64, minBase64AtEnd)),
    ...encodings.map((bytes) => makePrefix(toHex(bytes), 2 * minPrefix, 2 * minPrefixAtEnd)),
    makePrefix(bytes.join(","), 3 * minPrefix, 3 * minPrefixAtEnd)
  ]
}

const unique = (texts: ReadonlyArray<string>): ReadonlyArray<string> => [...new Set(texts)]

const toBytes = (text: string): Uint8Array => new TextEncoder().encode(text)

/** Returns UTF-16 in little-endian order. In big-endian order there is one more byte before it and one less after it. */
const toUtf16 = (text: string): Uint8Array =>
  Uint8Array.from({ length: 2 * text.length }, (_, index) => text.charCodeAt(index >> 1) >> (8 * (index % 2)))

const toBinary = (bytes: Uint8Array): string => Array.from(bytes, (byte) => String.fromCharCode(byte)).join("")

const toBase64 = (bytes: Uint8Array): string => btoa(toBinary(bytes))

const toHex = (bytes: Uint8Array): string => Array.from(bytes, (byte) => byte.toString(16).padStart(2, "0")).join("")

/**
 * Returns the base64 characters that depend on these bytes only, if `offset` bytes (modulo 3) come before them: the offset
 * is 1 after `Bearer `, and any after the name of a user.
 */
const base64At = (bytes: Uint8Array, offset: number): string => {
  const padded = new Uint8Array(offset + bytes.length)
  padded.set(bytes, offset)
  return toBase64(padded).slice(Math.ceil((offset * 8) / 6), Math.floor((padded.length * 8) / 6))
}

/** Base64 for URLs has two other characters. */
const base64Variants = (text: string): ReadonlyArray<string> => [text, text.replaceAll("+", "-").replaceAll("/", "_")]
