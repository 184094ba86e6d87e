import { assert, describe, it } from "@effect/vitest"
import * as Either from "effect/Either"
import { checkGenerationId } from "../../src/internal/generationId.js"

describe("checkGenerationId", () => {
  it.each([
    "gen-3bhGkxlo4XFrqiabUM7NDtwDzWwG",
    "gen-1741305600-Abc_def",
    "gen-batch-1/2",
    "gen-vid-1",
    "gen-emb-1",
    "1",
    "a.b",
    "gen-risk-1",
    "gen-nullable",
    "x".repeat(512)
  ])("accepts %s", (id) => {
    assert.deepStrictEqual(checkGenerationId(id), Either.right(id))
  })

  it.each([
    "sk-or-v1-0123456789abcdef",
    "SK-OR-V1-0123",
    "gen-sk-or-v1-0123",
    "sk-proj-0123",
    "sk-ant-api03-0123",
    "Bearer abc",
    "undefined",
    "null",
    "NaN",
    "gen-undefined",
    "None",
    "[object Object]",
    "[object Promise]",
    "https://openrouter.ai/api/v1/generation?id=gen-1",
    "//openrouter.ai/gen-1",
    "openrouter.ai/activity/gen-1",
    "gen 1",
    " gen-1",
    "gen-1\t",
    "gen-1\n",
    "gen-1\u00a0",
    "gen-1\u200b",
    "\"gen-1\"",
    "'gen-1'",
    "`gen-1`",
    "“gen-1”",
    "{\"id\":\"gen-1\"}",
    "{gen-1}",
    "gen-1\u202e",
    "gen-\ud800",
    "x".repeat(513)
  ])("rejects %j without quoting it", (id) => {
    const error = Either.getOrThrowWith(Either.flip(checkGenerationId(id)), () => new Error("accepted"))
    assert.deepInclude(error, { _tag: "InvalidRequestError", field: "id" })
    assert.notInclude(error.message, id.slice(0, 20).trim())
  })

  it.each([undefined, null, Number.NaN, 1, {}, [], Symbol("id")])("rejects what is not text: %s", (id) => {
    assert.isTrue(Either.isLeft(checkGenerationId(id)))
  })

  it("names the field that it is given", () => {
    const error = Either.getOrThrowWith(Either.flip(checkGenerationId("", "generationId")), () => new Error("accepted"))
    assert.deepInclude(error, { field: "generationId", message: "generationId must have at least 1 character" })
  })
})
