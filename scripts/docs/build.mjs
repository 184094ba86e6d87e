// Builds the API reference from the docstrings of every public package: `.artifacts/docs/index.html`. Any warning, such as
// a broken link, fails the build.
import { join } from "node:path"
import { fileURLToPath } from "node:url"
import { Application } from "typedoc"
import { artifacts, publicModules, publicPackages, root } from "../setup/workspace.mjs"

const output = join(artifacts, "docs")

const common = {
  logLevel: "Warn",
  plugin: [fileURLToPath(new URL("plugin.mjs", import.meta.url))],
  sortEntryPoints: false,
  disableSources: true,
  highlightLanguages: ["bash", "console", "javascript", "json", "sh", "sql", "text", "ts", "typescript", "yaml"],
  validation: { invalidLink: true, rewrittenLink: true, notExported: false, notDocumented: false }
}

/** Runs typedoc with these options, and exits with a failure if it gave a warning. */
const typedoc = async (options, finish) => {
  const app = await Application.bootstrapWithPlugins({ ...common, ...options })
  const project = await app.convert()
  if (project !== undefined) {
    app.validate(project)
    await finish(app, project)
  }
  if (project === undefined || app.logger.hasErrors() || app.logger.hasWarnings()) process.exit(1)
}

/** Writes typedoc's model of one package to a file, and returns its path. */
const writeModel = async ({ folder, manifest }) => {
  const file = join(artifacts, "reference", `${manifest.name}.json`)
  await typedoc({
    name: manifest.name,
    tsconfig: join(folder, "tsconfig.json"),
    readme: join(folder, "README.md"),
    entryPoints: publicModules({ folder, manifest }).map((name) => join(folder, "src", `${name}.ts`)),
    skipErrorChecking: true
  }, (app, project) => app.generateJson(project, file))
  return file
}

const models = await Promise.all(publicPackages.map(writeModel))

await typedoc({
  name: "effect-openrouter",
  entryPointStrategy: "merge",
  entryPoints: models,
  readme: join(root, "README.md"),
  projectDocuments: [join(root, "docs/*.md")]
}, (app, project) => app.generateDocs(project, output))
