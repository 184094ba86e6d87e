// A program that fails if an installed package does not export the same names to Node.js as to a bundler, or if its root and a module
// export different objects of one name.
import { basename } from "node:path"
import { calls } from "../release/nodeLayout.js"
import { publicModules, publicPackages } from "../setup/workspace.mjs"

const modules = publicPackages
  .filter(({ folder }) => basename(folder) in calls)
  .map((each): readonly [string, ReadonlyArray<string>] => [each.manifest.name, publicModules(each)])

export const layoutsProgram = `
for (const [name, modules] of ${JSON.stringify(modules)}) {
  if (!import.meta.resolve(name).endsWith("/dist/node/index.js")) throw new Error(\`\${name} has no files for Node.js\`)
  const root = await import(name)
  for (const module of modules) {
    const exported = module === "index" ? root : await import(\`\${name}/\${module}\`)
    const bundled = await import(\`./node_modules/\${name}/dist/\${module}.js\`)
    if (Object.keys(exported).join() !== Object.keys(bundled).join()) {
      throw new Error(\`\${name}/\${module} exports \${Object.keys(exported)} to Node.js, but \${Object.keys(bundled)} to bundlers\`)
    }
    const fromRoot = root[module]?.[Symbol.toStringTag] === "Module" ? root[module] : root
    for (const key of Object.keys(exported)) {
      if (key in fromRoot && fromRoot[key] !== exported[key]) throw new Error(\`\${name}/\${module} has a copy of \${key}\`)
    }
  }
}
console.log("ok")
`
