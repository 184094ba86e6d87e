import * as FetchHttpClient from "@effect/platform/FetchHttpClient"
import type { ClientModule } from "../client.js"
import { connectOver } from "../ours.js"

export const connect: ClientModule["connect"] = (baseUrl) => connectOver(baseUrl, FetchHttpClient.layer)
