import { listen } from "@effect-openrouter/test-support"
import { createServer } from "node:net"

/** A port of loopback at which a server accepts connections and never responds. */
export const silentPort = listen(createServer())
