// Our client under a tracer that does nothing: what the two spans of a call cost without OpenTelemetry.
import * as FetchClient from "@effect-openrouter/client/fetch"
import * as Layer from "effect/Layer"
import * as Tracer from "effect/Tracer"
import type { ClientModule } from "../client.js"
import { ours, runWith } from "../ours.js"

const nothing = Layer.succeed(
  Tracer.Tracer,
  Tracer.make({
    span: ({ annotations, kind, links, name, parent, startTime }) => ({
      _tag: "Span",
      name,
      spanId: "0000000000000001",
      traceId: "00000000000000000000000000000001",
      parent,
      annotations,
      links,
      kind,
      sampled: true,
      status: { _tag: "Started", startTime },
      attributes: new Map(),
      attribute: () => {},
      addLinks: () => {},
      event: () => {},
      end: () => {}
    })
  })
)

export const connect: ClientModule["connect"] = (baseUrl) =>
  runWith(Layer.merge(ours(baseUrl, FetchClient.layer), nothing))
