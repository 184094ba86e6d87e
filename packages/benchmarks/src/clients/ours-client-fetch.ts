import * as FetchClient from "@effect-openrouter/client/fetch"
import type { ClientModule } from "../client.js"
import { connectOver } from "../ours.js"

export const connect: ClientModule["connect"] = (baseUrl) => connectOver(baseUrl, FetchClient.layer)
