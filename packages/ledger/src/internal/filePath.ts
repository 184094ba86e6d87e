import { fileURLToPath } from "node:url"

/**
 * Returns the path of the file that a text names: a path, or a `file:` URL as SQLite reads it. Returns `null` for other URLs,
 * for a database in memory, and for what no file system accepts.
 */
export const toFilePath = (text: string): string | null => {
  const path = /^file:/i.test(text) ? pathOfUrl(text) : text
  return path === null || /^$|\0|^:memory:$|^[a-z][a-z\d+.-]+:\/\//i.test(path) ? null : path
}

const pathOfUrl = (url: string): string | null => {
  try {
    // Only `file:///` is a URL of a whole path. SQLite reads the rest as a path that may be relative.
    return /^file:\/\//i.test(url)
      ? fileURLToPath(url)
      : decodeURIComponent(url.slice("file:".length).replace(/[?#].*/s, ""))
  } catch {
    return null
  }
}
