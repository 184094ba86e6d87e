// Bundles the command and its page as they are published, because some tests start it as a process.
import { execFileSync } from "node:child_process"
import { fileURLToPath } from "node:url"

const root = fileURLToPath(new URL("../../..", import.meta.url))

export const setup = (): void => {
  const run = (...script: ReadonlyArray<string>) =>
    execFileSync(process.execPath, ["--import", "tsx", ...script], { cwd: root, stdio: "inherit" })
  run("scripts/release/page.ts")
  run("scripts/release/bundle.ts", "node_modules/.cache/command")
}
