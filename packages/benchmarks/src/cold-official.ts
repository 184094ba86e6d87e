// From nothing to the first answer, by the official standalone function: node cold-official.js BASE_URL.
import { OpenRouterCore } from "@openrouter/sdk/core.js"
import { generationsGetGeneration } from "@openrouter/sdk/funcs/generationsGetGeneration.js"

const core = new OpenRouterCore({ apiKey: "sk-or-v1-bench", serverURL: process.argv[2] ?? "" })
const result = await generationsGetGeneration(core, { id: "gen-1" })
if (!result.ok || result.value.data.model !== "sao10k/l3-stheno-8b") throw new Error("a wrong answer")
process.exit()
