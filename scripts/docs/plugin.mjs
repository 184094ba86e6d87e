// Adapts typedoc to the conventions of this repository.
import { RendererEvent } from "typedoc"
import ts from "typescript"

// Every module begins with a docstring. typedoc accepts it only with the tag `@module`, so the tag is added when the file
// is read, at the end of the last line, so that no line number changes.
const { readFile } = ts.sys
ts.sys.readFile = (path, encoding) => {
  const text = readFile(path, encoding)
  return /\/packages\/[^/]+\/src\//.test(path.replaceAll("\\", "/"))
    ? text?.replace(/^(?:\/\/\/.*\n)*\/\*\*\n(?: \*.*\n)*? (?=\*\/)/, "$&@module")
    : text
}

/** An error class extends a call, `Schema.TaggedError(…)(…)`. The text of that call is removed from the pages. */
export const load = (app) => {
  app.renderer.on(RendererEvent.BEGIN, ({ project }) => {
    for (const reflection of Object.values(project.reflections)) {
      if (reflection.inheritedFrom?.name.includes("(")) delete reflection.inheritedFrom
      if (reflection.extendedTypes?.some(({ type }) => type === "intersection")) delete reflection.typeHierarchy
    }
  })
}
