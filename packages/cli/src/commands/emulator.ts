import { OpenRouterEmulator } from "@effect-openrouter/emulator/OpenRouterEmulator"
import * as Command from "@effect/cli/Command"
import * as Options from "@effect/cli/Options"
import * as NodeHttpServer from "@effect/platform-node/NodeHttpServer"
import * as HttpServer from "@effect/platform/HttpServer"
import * as Effect from "effect/Effect"
import * as Layer from "effect/Layer"
import * as Option from "effect/Option"
import { createServer } from "node:http"
import { ExitCode, Stop } from "../internal/output/exit.js"
import { help } from "../internal/output/help.js"
import { json } from "../internal/output/json.js"
import { stdout } from "../internal/output/terminal.js"
import { laterRecord, sampleRecords } from "../internal/sampleRecords.js"

/** `emulator [--port N]` */
export const emulator = Command.make(
  "emulator",
  {
    json,
    port: Options.integer("port").pipe(
      Options.withDescription("The port on 127.0.0.1; by default any that is free"),
      Options.filterMap(
        (port) => port >= 0 && port < 65_536 ? Option.some(port) : Option.none(),
        "Expected 0 to 65535"
      ),
      Options.withDefault(0)
    )
  },
  ({ json, port }) =>
    Effect.gen(function*() {
      const emulator = yield* OpenRouterEmulator
      const content = {
        input: { messages: [{ role: "user", content: "What is six times seven?" }] },
        output: { completion: "42" }
      }
      yield* Effect.forEach(sampleRecords, (record) => emulator.add(record, { content }), { discard: true })
      yield* emulator.add(laterRecord, { visibleAfter: "3 seconds", content })
      const url = `${yield* HttpServer.addressFormattedWith(Effect.succeed)}/api/v1`
      const ids = [...sampleRecords, laterRecord].map(({ id }) => id)
      yield* stdout.write(
        json
          ? `${JSON.stringify({ url, ids })}\n`
          : `OpenRouter emulated at ${url}, until Ctrl-C. It accepts any key. In another terminal:\n\n` +
            `  export OPENROUTER_BASE_URL=${url} OPENROUTER_API_KEY=any\n` +
            `  openrouter-generations await ${ids.join(" ")}\n`
      )
      return yield* Effect.never
    }).pipe(
      Effect.provide(OpenRouterEmulator.serve.pipe(
        Layer.provideMerge(OpenRouterEmulator.layer),
        Layer.provideMerge(NodeHttpServer.layer(createServer, { host: "127.0.0.1", port }))
      )),
      Effect.catchTag(
        "ServeError",
        () => new Stop({ code: ExitCode.usage, says: `port ${port} cannot be listened on` })
      )
    )
).pipe(Command.withDescription(help("Serves an OpenRouter to try this against, with one generation of each kind.", [
  ["openrouter-generations emulator --port 4010", "at http://127.0.0.1:4010/api/v1"]
])))
