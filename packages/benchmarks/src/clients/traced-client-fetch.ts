// Our client with the two spans of each call.
import * as FetchClient from "@effect-openrouter/client/fetch"
import * as NodeSdk from "@effect/opentelemetry/NodeSdk"
import * as Layer from "effect/Layer"
import type { ClientModule } from "../client.js"
import { ours, runWith } from "../ours.js"
import { memoryProcessor } from "../traced.js"

const tracing = NodeSdk.layer(() => ({ resource: { serviceName: "bench" }, spanProcessor: memoryProcessor() }))

export const connect: ClientModule["connect"] = (baseUrl) =>
  runWith(Layer.merge(ours(baseUrl, FetchClient.layer), tracing))
