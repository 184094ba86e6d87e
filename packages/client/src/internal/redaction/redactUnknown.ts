const replacement = "<redacted>"

/** The most characters that are kept: a message of a store may hold the record. */
const maxLength = 200

/**
 * Returns the first line of a text without what looks like a secret: API keys, credentials in URLs and headers, passwords. It is for
 * the errors of other programs, whose secrets are not known.
 */
export const redactUnknown = (text: string): string =>
  text
    .trimStart()
    .split(/[\r\n]/, 1)
    .join()
    .slice(0, 10 * maxLength)
    .replace(/\bsk-[\w-]+/gi, replacement)
    .replace(/:\/\/[^\s/@]*@/g, `://${replacement}@`)
    .replace(/\b(bearer|basic|auth)(["':=\s]+)[^\s"',;]+/gi, `$1$2${replacement}`)
    .replace(/(passw(?:or)?d|secret|token|api[-_]?key)(["'\s]*[:=]["'\s]*)[^\s"',;&]+/gi, `$1$2${replacement}`)
    .slice(0, maxLength)
