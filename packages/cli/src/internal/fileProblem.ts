import type { PlatformError } from "@effect/platform/Error"

/** What is wrong with a file, in words. */
export const fileProblem = (error: PlatformError): string =>
  (error._tag === "SystemError" ? words[error.reason] : undefined) ?? error.message

const words: Readonly<Record<string, string>> = {
  NotFound: "it does not exist",
  PermissionDenied: "permission denied",
  BadResource: "it is not a file"
}
