// The parts that the soak and the sweep share: the transports, and a server in its own process.
import * as FetchClient from "@effect-openrouter/client/fetch"
import * as NodeClient from "@effect-openrouter/client/node"
import { FetchHttpClient } from "@effect/platform"
import { NodeHttpClient } from "@effect/platform-node"
import { Effect } from "effect"
import { type ChildProcess, fork } from "node:child_process"
import { fileURLToPath } from "node:url"

export const transports = {
  "client/node": NodeClient.layer,
  "client/fetch": FetchClient.layer,
  "NodeHttpClient.layerUndici": NodeHttpClient.layerUndici,
  "FetchHttpClient.layer": FetchHttpClient.layer
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
    Effect.map(receive<{ readonly port: number }>(server), ({ port }) => ({
      baseUrl: `http://127.0.0.1:${port}`,
      openSockets: Effect.suspend(() => {
        server.send({})
        return Effect.map(receive<{ readonly open: number }>(server), ({ open }) => open)
      })
    }))
  )
)

export const megabytes = (bytes: number) => `${(bytes / 1024 / 1024).toFixed(1)} MB`
