import { CodedError, redirectCode } from "./transportError.js"

/** Returns the failure of a response that a browser hides because it is a redirect: no status, no location. */
export const hiddenRedirect = (): CodedError =>
  new CodedError(redirectCode, "the server redirects, and redirects are not followed")

/**
 * Returns the failure of a response from another origin than the request's. A client that follows redirects has sent the
 * key there; its response is rejected.
 */
export const followedRedirect = (from: string, to: string): CodedError | undefined => {
  if (!URL.canParse(from) || !URL.canParse(to)) return undefined
  const { origin } = new URL(to)
  return new URL(from).origin === origin
    ? undefined
    : new CodedError(redirectCode, `the response came from another origin, ${origin}: a redirect was followed`)
}
