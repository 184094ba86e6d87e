/** Takes a secret out of text that came from outside. */
export interface Scrub {
  (text: string): string
}

const replacement = "<redacted>"

/** So many characters of its beginning give a key away, where an echo cuts it off. */
const tellingPrefix = 12

/** So few do at the end of a text, which may be where the answer broke off. */
const tellingEnd = 4

/**
 * Some proxies echo the request, key and all: as it was or encoded for JSON or a URL, whole or cut off. A short key, which
 * may be a word, is taken out only where it stands alone.
 */
export const makeScrub = (secret: string): Scrub => {
  const forms = [...new Set([secret, JSON.stringify(secret).slice(1, -1), encodeURIComponent(secret)])]
  const isShort = secret.length <= tellingPrefix
  return (text) => {
    const scrubbed = forms.reduce(isShort ? withoutWord : withoutBeginnings, text)
    for (let length = Math.min(secret.length - 1, tellingPrefix); length >= tellingEnd; length--) {
      if (scrubbed.endsWith(secret.slice(0, length))) return scrubbed.slice(0, -length) + replacement
    }
    return scrubbed
  }
}

/** Takes out a secret, and what is left of it where it was cut off. */
const withoutBeginnings = (text: string, secret: string): string => {
  const [before, ...pieces] = text.split(secret.slice(0, tellingPrefix))
  const rest = secret.slice(tellingPrefix)
  return [before, ...pieces.map((piece) => replacement + piece.slice(commonLength(piece, rest)))].join("")
}

const commonLength = (left: string, right: string): number => {
  let length = 0
  while (length < right.length && left[length] === right[length]) length++
  return length
}

const withoutWord = (text: string, secret: string): string => {
  const [before = "", ...pieces] = text.split(secret)
  const scrubbed = [before]
  let last = before
  for (const piece of pieces) {
    const put = isInWord(last.at(-1)) || isInWord(piece[0]) ? secret : replacement
    scrubbed.push(put, piece)
    last = piece || put
  }
  return scrubbed.join("")
}

const isInWord = (character: string | undefined): boolean => character !== undefined && /[0-9a-z]/i.test(character)
