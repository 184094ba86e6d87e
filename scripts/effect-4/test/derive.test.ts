import { assert, describe, it } from "@effect/vitest"
import { deriveModule } from "../derive.js"
import { deriveDocument } from "../documents.js"

const derive = (...lines: ReadonlyArray<string>) => deriveModule("packages/core/src/Usage.ts", lines.join("\n"))

const namespace = `import * as Effect from "effect/Effect"`

/** Uses of Effect that the table does not know, each in the last line, except the name in a docstring. */
const unknown: Readonly<Record<string, ReadonlyArray<string>>> = {
  "a member of a namespace": [namespace, "export const a = Effect.cachedFunction"],
  "a member of a module of the package": [`import { Effect as E } from "effect"`, "export const a = E.cachedFunction"],
  "a member that is imported": [`import { cachedFunction } from "effect/Effect"`, "export const a = cachedFunction"],
  "an imported member whose calls a rule rewrites": [
    `import { fork } from "effect/Effect"`,
    "export const a = fork(b)"
  ],
  "an imported member of another module": [
    `import { unsafeMakeSemaphore } from "effect/Effect"`,
    "export const a = unsafeMakeSemaphore(1)"
  ],
  "a destructured namespace": [namespace, "const { cachedFunction } = Effect"],
  "a namespace with another name": [namespace, "const E = Effect"],
  "a computed member": [namespace, `export const a = Effect["cachedFunction"]`],
  "a namespace that is exported": [namespace, "export { Effect }"],
  "the type of a namespace": [namespace, "export type Members = keyof typeof Effect"],
  "a type": [`import type * as Effect from "effect/Effect"`, "export type A = Effect.Latch"],
  "a nested type": [`import type * as Layer from "effect/Layer"`, "export type A = Layer.Layer.Any"],
  "an exported module": [`export * as Effect from "effect/Effect"`],
  "exported members": [`export * from "@effect/platform/HttpClient"`],
  "an exported member": [`export { cachedFunction } from "effect/Effect"`],
  "a dynamic import": [`const { cachedFunction } = await import("effect/Effect")`],
  "a required module": [`const Effect = require("effect/Effect")`],
  "an import of a type": [`export type A = import("effect/Effect").Latch`],
  "a default import": [`import Effect from "effect/Effect"`],
  "an import for its effects": [`import "@effect/platform/HttpClient"`],
  "a module": [`import * as Trie from "effect/Trie"`],
  "an annotation": [
    `import * as Schema from "effect/Schema"`,
    "export const a = Schema.String.annotations({ jsonSchema })"
  ],
  "annotations in a variable": [
    `import * as Schema from "effect/Schema"`,
    "export const a = Schema.String.annotations(options)"
  ],
  "a name in a docstring": ["/** Like `Effect.cachedFunction`. */", "export const a = 1"],
  "an example in a docstring": [
    "/**",
    " * ```ts",
    ` * import { Effect } from "effect"`,
    " * export const a = Effect.cachedFunction"
  ]
}

describe("deriveModule", () => {
  for (const [title, lines] of Object.entries(unknown)) {
    it(`reports the line of ${title}`, () => {
      const end = title.includes("docstring") ? [" * ```", " */", "export const b = 1"] : []
      const { problems } = derive(...lines, ...end)
      assert.deepStrictEqual(problems.map(({ file, line }) => `${file}:${line}`), [
        `packages/core/src/Usage.ts:${title === "a name in a docstring" ? 1 : lines.length}`
      ])
    })
  }

  it("leaves a type of JavaScript with the name of a module, and renames nested types", () => {
    const { problems, text } = derive(
      `import * as Metric from "effect/Metric"`,
      `import * as Record from "effect/Record"`,
      "export const a: Record<string, Metric.Metric.Counter<number>> = Record.map({}, b)"
    )
    assert.deepStrictEqual(problems, [])
    assert.strictEqual(
      text.split("\n").at(-1),
      "export const a: Record<string, Metric.Counter<number>> = Record.map({}, b)"
    )
  })

  it("renames what comments name", () => {
    const { problems, text } = derive(
      "/** Like `Effect.async`, for a `ParseError` of `@effect/platform`. */",
      "export {}"
    )
    assert.deepStrictEqual(problems, [])
    assert.strictEqual(text.split("\n")[0], "/** Like `Effect.callback`, for a `SchemaError` of `effect/http`. */")
  })

  it("maps the lines of the text to those of the original", () => {
    const { lines, text } = derive(
      "/**",
      " * ```ts",
      ` * import { Context, Effect } from "effect"`,
      ` * import { HttpClient } from "@effect/platform"`,
      " * export const a = HttpClient.get",
      " * ```",
      " */",
      namespace,
      "",
      "export const a = Effect.timeoutFail(b, {",
      "  duration: 1,",
      "  onTimeout: () => c",
      "})",
      "export const d = fiber.status"
    )
    assert.strictEqual(lines[text.split("\n").indexOf("export const d = fiber.status")], 14)
    assert.strictEqual(lines[text.split("\n").indexOf(" * export const a = HttpClient.get")], 5)
  })
})

describe("deriveDocument", () => {
  it("renames what the text names, and reports what it does not know", () => {
    const { problems, text } = deriveDocument(
      "docs/a.md",
      "# A\n\n`Schema.equivalence(a)` and\n`Effect.cachedFunction`\n"
    )
    assert.deepStrictEqual(problems.map(({ line }) => line), [4])
    assert.include(text, "`Schema.toEquivalence(a)`")
  })

  it("reports a block that it does not rewrite", () => {
    const indented = deriveDocument("docs/a.md", "# A\n\n- b\n\n  ```ts\n  import { Effect } from \"effect\"\n  ```\n")
    assert.deepStrictEqual(indented.problems.map(({ line }) => line), [6])
    const other = deriveDocument("docs/a.md", "# A\n\n```tsx\nimport { Effect } from \"effect\"\n```\n")
    assert.deepStrictEqual(other.problems.map(({ line }) => line), [4])
  })
})
