/** Returns `true` if the responses to a URL are observed. */
export type Scope = (url: URL) => boolean

/** @throws TypeError if a base URL is no absolute URL */
export const makeScope = (baseUrl: string | ReadonlyArray<string> | null | undefined): Scope => {
  if (baseUrl === undefined || baseUrl === null) return isOpenRouter
  const bases = (typeof baseUrl === "string" ? [baseUrl] : baseUrl).map(readBaseUrl)
  return ({ origin, pathname }) =>
    bases.some((base) => origin === base.origin && (pathname === base.path || pathname.startsWith(`${base.path}/`)))
}

const isOpenRouter: Scope = ({ hostname, port, protocol }) =>
  protocol === "https:" && port === "" && (hostname === "openrouter.ai" || hostname.endsWith(".openrouter.ai"))

const readBaseUrl = (baseUrl: string) => {
  if (!URL.canParse(baseUrl)) throw new TypeError("baseUrl must be an absolute URL, or a list of them")
  const { origin, pathname } = new URL(baseUrl)
  return { origin, path: pathname.replace(/\/+$/, "") }
}
