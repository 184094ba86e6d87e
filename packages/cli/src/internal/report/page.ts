import * as Effect from "effect/Effect"
import { createHash } from "node:crypto"
import { readFile } from "node:fs/promises"
import { packageFolder } from "../version.js"
import type { PageData } from "./pageData.js"

/**
 * Returns the page of a report as one HTML file. It sends no request: its Content-Security-Policy allows only the script
 * whose hash it contains.
 */
export const page = (data: PageData): Effect.Effect<string> =>
  Effect.gen(function*() {
    const [script, style] = yield* Effect.all([read("report.js"), read("report.css")])
    const policy = [
      "default-src 'none'",
      "style-src 'unsafe-inline'",
      `script-src 'sha256-${createHash("sha256").update(script).digest("base64")}'`,
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
<noscript>A script in this file draws the report. Allow scripts to see it.</noscript>
<script type="application/json" id="data">${escapeScript(JSON.stringify(data))}</script>
<script type="module">${script}</script>
</body>
</html>
`
  })

/** Reads a file of the page, as scripts/release/page.ts built it. */
const read = (name: string) => Effect.promise(() => readFile(new URL(`dist/page/${name}`, packageFolder), "utf8"))

/** Escapes JSON so that no text in it ends the script element. */
const escapeScript = (json: string): string => json.replaceAll("<", "\\u003c")
