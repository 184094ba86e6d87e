/** Takes a secret out of text that came from outside. */
export interface Scrub {
  (text: string): string
}

const replacement = "<redacted>"

/**
 * Some proxies echo the request, key and all, as it was or encoded for JSON or a URL. A text that was cut off may end
 * inside the key: so many characters of its beginning give it away.
 */
const tellingPrefix = 4

export const makeScrub = (secret: string): Scrub => {
  const forms = new Set([secret, JSON.stringify(secret).slice(1, -1), encodeURIComponent(secret)])
  return (text) => {
    let scrubbed = text
    for (const form of forms) scrubbed = scrubbed.replaceAll(form, replacement)
    for (let length = Math.min(secret.length, scrubbed.length); length >= tellingPrefix; length--) {
      if (scrubbed.endsWith(secret.slice(0, length))) return scrubbed.slice(0, -length) + replacement
    }
    return scrubbed
  }
}
