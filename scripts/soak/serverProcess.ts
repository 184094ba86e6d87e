// The parts that the soak and the sweep share: the transports, and a server in its own process.
import * as FetchClient from "@effect-openrouter/client/fetch"
import * as NodeClient from "@effect-openrouter/client/node"
import { FetchHttpClient } from "@effect/platform"
import { NodeHttpClient } from "@effect/platform-node"
import { Effect } from "effect"
import { type ChildProcess, fork } from "node:child_process"
import { fileURLToPath } from "node:url"
import type { OtherServer } from "./faults.js"
import type { Ports } from "./server.js"

export const transports = {
  "client/node": NodeClient.layer,
  "client/fetch": FetchClient.layer,
  "NodeHttpClient.layerUndici": NodeHttpClient.layerUndici,
  "FetchHttpClient.layer": FetchHttpClient.layer,
  "client/node over a proxy": NodeClient.layerProxy
}

const receive = <A>(server: ChildProcess) =>
  Effect.async<A>((resume) => {
    server.once("message", (message) => resume(Effect.succeed(message as A)))
  })

export const startServer = Effect.acquireRelease(
  Effect.sync(() => fork(fileURLToPath(new URL("server.ts", import.meta.url)), { execArgv: process.execArgv })),
  (server) => Effect.sync(() => server.disconnect())
).pipe(
  Effect.flatMap((server) =>
    Effect.map(receive<Ports>(server), (ports) => ({
      baseUrl: `http://127.0.0.1:${ports.port}`,
      /** The base URL of another server. */
      otherUrl: (server: OtherServer) => `https://127.0.0.1:${server === "tls" ? ports.port : ports[server]}`,
      proxyUrl: `http://127.0.0.1:${ports.proxy}`,
      openSockets: Effect.suspend(() => {
        server.send({})
        return Effect.map(receive<{ readonly open: number }>(server), ({ open }) => open)
      })
    }))
  )
)

export const megabytes = (bytes: number) => `${(bytes / 1024 / 1024).toFixed(1)} MB`
