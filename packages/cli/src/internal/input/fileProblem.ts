import type { PlatformError } from "@effect/platform/Error"

/** What is wrong with a file, in words. */
export const fileProblem = (error: PlatformError | NodeJS.ErrnoException): string =>
  words[("_tag" in error ? error._tag === "SystemError" && error.reason : error.code) || ""] ?? error.message

const words: Readonly<Record<string, string>> = {
  NotFound: "it does not exist",
  ENOENT: "it does not exist",
  PermissionDenied: "permission denied",
  EACCES: "permission denied",
  BadResource: "it is not a file",
  EISDIR: "it is not a file"
}
