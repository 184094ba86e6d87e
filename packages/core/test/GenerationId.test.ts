import { GenerationId } from "@effect-openrouter/core"
import { assert, describe, it } from "@effect/vitest"
import { FastCheck, Option } from "effect"

/** As in the AI SDK: the response is a getter of the class. */
class GenerateTextResult {
  private readonly steps: ReadonlyArray<object>

  constructor(response: object) {
    this.steps = [response]
  }

  get response() {
    return this.steps.at(-1)
  }
}

describe("GenerationId", () => {
  describe("fromHeaders", () => {
    it("reads the first value of a header that was sent twice", () => {
      const headers = new Headers([["x-generation-id", "gen-1"], ["x-generation-id", "gen-1"]])
      assert.strictEqual(GenerationId.fromHeaders(headers), "gen-1")
      assert.isNull(GenerationId.fromHeaders({ "x-generation-id": " " }))
    })

    it.each<[string, GenerationId.HeadersLike]>([
      ["the Headers of fetch", new Headers({ "X-Generation-Id": "gen-1" })],
      ["a record in lower case, as of @effect/platform", { "content-type": "audio/mpeg", "x-generation-id": "gen-1" }],
      ["a record in any case", { "X-GENERATION-ID": "gen-1" }],
      ["a record of lists, as of Node", { "x-generation-id": ["gen-1", "gen-2"], "set-cookie": ["a", "b"] }],
      ["pairs", [["Content-Type", "audio/mpeg"], ["X-Generation-Id", "gen-1"]]],
      ["a Map", new Map([["X-Generation-Id", "gen-1"]])]
    ])("reads %s", (_, headers) => assert.strictEqual(GenerationId.fromHeaders(headers), "gen-1"))

    it("requires no prefix, because the header names the id", () =>
      assert.strictEqual(GenerationId.fromHeaders({ "x-generation-id": "next-kind-1" }), "next-kind-1"))

    it.each<[string, GenerationId.HeadersLike]>([
      ["no headers", {}],
      ["none of that name", new Headers({ "X-Request-Id": "gen-1" })],
      ["an empty one", { "x-generation-id": "" }],
      ["an undefined one", { "x-generation-id": undefined }],
      ["an empty list", { "x-generation-id": [] }]
    ])("is null for %s", (_, headers) => assert.isNull(GenerationId.fromHeaders(headers)))
  })

  describe("fromCompletion", () => {
    it.each([
      ["a body", { id: "gen-1", object: "chat.completion", choices: [], usage: { cost: 0.1 } }],
      ["a chunk", { id: "gen-1", object: "chat.completion.chunk", choices: [{ delta: { content: "Hi" } }] }],
      ["a failed completion that has an id", { id: "gen-1", error: { code: 502, message: "Bad gateway" } }],
      ["a body of responses", { id: "gen-1", object: "response", output: [{ id: "msg_1" }] }],
      ["an event of responses", { type: "response.created", response: { id: "gen-1", status: "in_progress" } }],
      ["an event of messages", { type: "message_start", message: { id: "gen-1", role: "assistant" } }],
      ["a video job", { id: "gen-vid-1-a", generation_id: "gen-1", status: "completed" }],
      ["a video job, read by OpenRouter's client", { id: "gen-vid-1-a", generationId: "gen-1" }],
      ["generateText of the AI SDK", new GenerateTextResult({ id: "gen-1", modelId: "a/one", body: { id: "gen-1" } })],
      ["embed of the AI SDK", { embedding: [0.5], response: { headers: {}, body: { object: "list", id: "gen-1" } } }],
      ["an awaited response of streamText", { id: "gen-1", modelId: "a/one", messages: [] }],
      ["a text part of the AI SDK", { type: "text-delta", id: "gen-1", text: "Hi" }],
      ["a message of LangChain", { lc_serializable: true, id: "gen-1", content: "Hi", response_metadata: {} }],
      ["a message of LangChain with a list of content", { id: "gen-1", content: [{ type: "text", text: "Hi" }] }],
      [
        "a response of @effect/ai",
        {
          content: [
            { type: "text", text: "Hi", id: "gen-2" },
            { type: "response-metadata", id: Option.none() },
            { type: "response-metadata", id: Option.some("gen-1"), modelId: Option.some("a/one") }
          ]
        }
      ],
      ["the metadata part of @effect/ai", { type: "response-metadata", id: Option.some("gen-1") }]
    ])("reads %s", (_, completion) => assert.strictEqual(GenerationId.fromCompletion(completion), "gen-1"))

    it("is the job's id while a video has no generation", () =>
      assert.strictEqual(GenerationId.fromCompletion({ id: "gen-vid-1-a", status: "pending" }), "gen-vid-1-a"))

    it.each([
      ["another kind of id", { id: "resp_1", response: { id: "resp_1" }, message: { id: "msg_1" } }],
      ["an error", { error: { code: 401, message: "User not found." } }],
      ["an id of another type", { id: 1, response: "gen-1", message: ["gen-1"] }],
      ["an Option of nothing", { type: "response-metadata", id: Option.none() }],
      ["an id inside of content", { content: [{ type: "tool-call", id: "gen-1" }, null, "gen-1"] }],
      ["a stream of the AI SDK that is still to be read", { response: Promise.resolve({ id: "gen-1" }) }],
      ["text", "data: {\"id\":\"gen-1\"}"],
      ["null", null],
      ["nothing", undefined]
    ])("is null for %s", (_, completion) => assert.isNull(GenerationId.fromCompletion(completion)))

    it("is null for what throws when it is read", () => {
      const unreadable = new Proxy({}, { get: () => assert.fail("read"), ownKeys: () => assert.fail("read") })
      assert.isNull(GenerationId.fromCompletion(unreadable))
      assert.isNull(GenerationId.fromHeaders(unreadable))
    })

    it.each<unknown>([null, undefined, 5, "x-generation-id: gen-1", Symbol("x"), [1, 2], [[1, 2]]])(
      "is null for headers that are %o",
      (headers) => assert.isNull(GenerationId.fromHeaders(headers as Headers))
    )

    it.prop(
      "returns an id or null for any input",
      [FastCheck.anything({ withNullPrototype: true })],
      ([completion]) => {
        const id = GenerationId.fromCompletion(completion)
        assert.isTrue(id === null || id.startsWith("gen-"))
      }
    )
  })
})
