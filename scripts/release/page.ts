// Bundles the page of `report --html` into two files, which the command reads only when it writes a page.
import { build } from "esbuild"
import { join } from "node:path"
import { root } from "../setup/workspace.mjs"

const cli = join(root, "packages", "cli")

await build({
  entryPoints: ["main.ts", "report.css"].map((name) => ({ in: join(cli, "page", name), out: "report" })),
  outdir: join(cli, "dist", "page"),
  bundle: true,
  minify: true,
  format: "esm",
  target: "es2023",
  charset: "utf8",
  logLevel: "error"
})
