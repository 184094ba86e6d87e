import * as Effect from "effect/Effect"
import { createHash } from "node:crypto"
import { readFile } from "node:fs/promises"
import { createRequire } from "node:module"
import { dirname, join } from "node:path"
import { fileURLToPath } from "node:url"
import { packageFolder } from "../version.js"
import type { PageData } from "./pageData.js"

/**
 * The page of a report, in one file. It asks for nothing: its Content-Security-Policy forbids it to, and lets only the two
 * scripts run that are known here by their hashes.
 */
export const page = (data: PageData): Effect.Effect<string> =>
  Effect.gen(function*() {
    const [chartJs, script, style] = yield* Effect.all([
      // Without the pointer to its map, which is not there to be fetched.
      Effect.map(
        read(join(dirname(createRequire(import.meta.url).resolve("chart.js")), "chart.umd.min.js")),
        (text) => text.replace(/\n\/\/# sourceMappingURL=.*$/m, "")
      ),
      read(fileURLToPath(new URL("page/report.mjs", packageFolder))),
      read(fileURLToPath(new URL("page/report.css", packageFolder)))
    ])
    const policy = [
      "default-src 'none'",
      "style-src 'unsafe-inline'",
      `script-src ${[chartJs, script].map((text) => `'sha256-${sha256(text)}'`).join(" ")}`,
      "base-uri 'none'",
      "form-action 'none'"
    ]
    return `<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta http-equiv="Content-Security-Policy" content="${policy.join("; ")}">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="color-scheme" content="light dark">
<title>OpenRouter generations</title>
<style>${style}</style>
</head>
<body>
<noscript>This report is drawn by a script within it; scripts are turned off.</noscript>
<script type="application/json" id="data">${inScript(JSON.stringify(data))}</script>
<script>${chartJs}</script>
<script type="module">${script}</script>
</body>
</html>
`
  })

const read = (path: string) => Effect.promise(() => readFile(path, "utf8"))

const sha256 = (text: string): string => createHash("sha256").update(text).digest("base64")

/** JSON that no text within it can break out of. */
const inScript = (json: string): string => json.replaceAll("<", "\\u003c")
