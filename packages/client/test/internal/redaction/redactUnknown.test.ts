import { assert, describe, it } from "@effect/vitest"
import { redactUnknown } from "../../../src/internal/redaction/redactUnknown.js"

describe("redactUnknown", () => {
  it.each([
    ["WRONGPASS for sk-or-v1-0123456789abcdef", "WRONGPASS for <redacted>"],
    ["cannot use SK-OR-V1-0123456789ABCDEF.", "cannot use <redacted>."],
    ["connect to redis://default:p%40ss@cache:6379/0 failed", "connect to redis://<redacted>@cache:6379/0 failed"],
    ["ERR unknown command, AUTH hunter2", "ERR unknown command, AUTH <redacted>"],
    ["header authorization: Bearer abc.def", "header authorization: Bearer <redacted>"],
    ["{\"password\":\"hunter2\",\"host\":\"cache\"}", "{\"password\":\"<redacted>\",\"host\":\"cache\"}"],
    ["GET /?api_key=hunter2&x=1", "GET /?api_key=<redacted>&x=1"],
    ["the first line\nsk-or-v1", "the first line"]
  ])("%s", (text, expected) => assert.strictEqual(redactUnknown(text), expected))

  it.each([
    "connect ECONNREFUSED 127.0.0.1:6379",
    "OOM command not allowed when used memory > 'maxmemory'.",
    "READONLY You can't write against a read only replica.",
    "NOAUTH Authentication required.",
    "WRONGPASS invalid username-password pair or user is disabled.",
    "ENOSPC: no space left on device, write"
  ])("keeps %s", (text) => assert.strictEqual(redactUnknown(text), text))

  it("keeps 200 characters", () => assert.lengthOf(redactUnknown("x".repeat(1e6)), 200))
})
