import { assert, describe, it } from "@effect/vitest"
import { Effect } from "effect"
import { readIds } from "../../../src/internal/input/ids.js"
import { Stdio } from "../../../src/internal/output/stdio.js"

const read = (input: string | Uint8Array) =>
  readIds("-").pipe(Effect.map((ids) => [...ids]), Effect.provide(Stdio.memory({ input }).layer))

const problem = (input: string | Uint8Array) =>
  Effect.map(Effect.flip(read(input)), ({ code, problem }) => `${code} ${problem}`)

const utf16 = (text: string) => new Uint8Array(Buffer.from(`\ufeff${text}`, "utf16le"))

const bigEndian = (text: string) => new Uint8Array(Buffer.from(`\ufeff${text}`, "utf16le").swap16())

const forms: Readonly<Record<string, string | Uint8Array>> = {
  "plain lines": "gen-1\ngen-2\n",
  "lines with blanks, comments and equal ids": "# ids\n\n  gen-1 \ngen-2\ngen-1\n",
  "no line end at the end": "gen-1\ngen-2",
  "CRLF": "gen-1\r\ngen-2\r\n",
  "CR": "gen-1\rgen-2\r",
  "a UTF-8 byte-order mark": "\ufeffgen-1\ngen-2\n",
  "UTF-16, little endian": utf16("gen-1\r\ngen-2\r\n"),
  "UTF-16, big endian": bigEndian("gen-1\r\ngen-2\r\n"),
  "quoted lines": "\"gen-1\"\n'gen-2'\n",
  "quoted lines with commas": "\"gen-1\",\n\"gen-2\",\n",
  "one line with commas": "gen-1, gen-2",
  "CSV with a column generation_id": "id,generation_id,model\n1,gen-1,a\n2,gen-2,b\n",
  "CSV with a column id": "model,ID\n\"a, b\",gen-1\nb,gen-2\n",
  "CSV with values that begin with gen-": "call;generation;cost\n1;gen-1;0,5\n2;gen-2;0,7\n",
  "CSV without a header": "1\tgen-1\n2\tgen-2\n",
  "CSV with a cell of two lines": "note,id\n\"one\ntwo \"\"three\"\"\",gen-1\nx,gen-2\n",
  "CSV with one column": "generation_id\ngen-1\ngen-2\n",
  "CSV with an empty cell": "id,model\ngen-1,a\n,b\ngen-2,c\n",
  "a JSON array": "[\"gen-1\", \"gen-2\"]",
  "a pretty-printed JSON array": "[\n  \"gen-1\",\n  \"gen-2\"\n]\n",
  "an array of objects": JSON.stringify([{ id: "gen-1" }, { generation_id: "gen-2", id: "x" }], null, 2),
  "completions":
    "{\"id\":\"gen-1\",\"choices\":[]}\n{\"id\":\"gen-2\",\"choices\":[{\"message\":{\"content\":\"}{\"}}]}\n",
  "pretty-printed completions": ["gen-1", "gen-2"].map((id) => JSON.stringify({ id, choices: [{}] }, null, 2)).join(
    "\n"
  ),
  "settlements": "{\"_tag\":\"Failed\",\"id\":\"gen-1\"}\n{\"_tag\":\"NotVisible\",\"id\":\"gen-2\"}\n",
  "responses of the API": "{\"data\":{\"id\":\"gen-1\"}}\n{\"data\":{\"id\":\"gen-2\"}}\n"
}

describe("readIds", () => {
  for (const [form, text] of Object.entries(forms)) {
    it.effect(`reads ${form}`, () =>
      Effect.gen(function*() {
        assert.deepStrictEqual(yield* read(text), ["gen-1", "gen-2"])
      }))
  }

  it.effect("reads nothing from an empty file", () =>
    Effect.gen(function*() {
      assert.deepStrictEqual(yield* read(""), [])
      assert.deepStrictEqual(yield* read("\n# nothing\n"), [])
    }))

  it.effect("rejects everything else by its line, without quoting it", () =>
    Effect.gen(function*() {
      const wrong: ReadonlyArray<readonly [text: string | Uint8Array, line: number, secret: string]> = [
        ["gen-1\nsk-or-v1-secret\n", 2, "secret"],
        ["gen-1\ngen 2\n", 2, "gen 2"],
        ["gen-1\n\nundefined\n", 3, "undefined"],
        ["gen-1\nhttps://openrouter.ai/api\n", 2, "openrouter.ai"],
        ["a,b\n1,2\n", 1, "1,2"],
        ["generation_id,x\ngen-1,2\n\"two words\",3\n", 3, "two words"],
        ["[\"gen-1\",\n 5]", 2, "5]"],
        ["{\"id\":\"gen-1\"}\n{\"name\":\"secret\"}\n", 2, "secret"],
        ["{\"id\":\"gen-1\"}\n{\"id\":\"gen-2\n", 2, "gen-2"],
        ["[\"sk-or-v1-secret\"]", 1, "secret"]
      ]
      for (const [text, line, secret] of wrong) {
        const message = yield* problem(text)
        assert.include(message, `2 line ${line} of standard input has no id`)
        assert.notInclude(message, secret)
      }
    }))
})
