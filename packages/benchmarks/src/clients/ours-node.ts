import * as NodeClient from "@effect-openrouter/client/node"
import type { ClientModule } from "../client.js"
import { connectOver } from "../ours.js"

export const connect: ClientModule["connect"] = (baseUrl) => connectOver(baseUrl, NodeClient.layer)
