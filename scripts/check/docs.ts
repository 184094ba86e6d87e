// Compiles every TypeScript block of the documents and of the docstrings as a module of its own.
import { mkdirSync, rmSync, writeFileSync } from "node:fs"
import { join } from "node:path"
import { artifacts, bin, run } from "../setup/workspace.mjs"
import { examples, programs } from "./examples.js"

const output = join(artifacts, "examples")

rmSync(output, { recursive: true, force: true })
mkdirSync(output, { recursive: true })

const modules = [...examples, ...programs]
for (const { name, module } of modules) writeFileSync(join(output, `${name}.ts`), module)
writeFileSync(
  join(output, "tsconfig.json"),
  JSON.stringify({
    extends: "../../tsconfig.base.json",
    compilerOptions: { composite: false, noEmit: true, noUnusedLocals: false, types: ["node"], plugins: [] },
    include: ["."]
  })
)
run([bin("tsc"), "-p", output])
console.log(`${modules.length} examples compile`)
