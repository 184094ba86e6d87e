import * as NodeHttpClient from "@effect/platform-node/NodeHttpClient"
import type { ClientModule } from "../client.js"
import { connectOver } from "../ours.js"

export const connect: ClientModule["connect"] = (baseUrl) => connectOver(baseUrl, NodeHttpClient.layerUndici)
