// What typedoc is told of how this repository writes.
import { RendererEvent } from "typedoc"
import ts from "typescript"

// Every module begins with a docstring that says what it is. typedoc takes such a one only with the tag `@module`; here it
// gets the tag as the file is read, at the end of its last line, so that no line moves.
const { readFile } = ts.sys
ts.sys.readFile = (path, encoding) => {
  const text = readFile(path, encoding)
  return /\/packages\/[^/]+\/src\//.test(path.replaceAll("\\", "/"))
    ? text?.replace(/^(?:\/\/\/.*\n)*\/\*\*\n(?: \*.*\n)*? (?=\*\/)/, "$&@module")
    : text
}

/** An error extends a call, `Schema.TaggedError(…)(…)`: the text of it is no name to show beside every field. */
export const load = (app) => {
  app.renderer.on(RendererEvent.BEGIN, ({ project }) => {
    for (const reflection of Object.values(project.reflections)) {
      if (reflection.inheritedFrom?.name.includes("(")) delete reflection.inheritedFrom
      if (reflection.extendedTypes?.some(({ type }) => type === "intersection")) delete reflection.typeHierarchy
    }
  })
}
