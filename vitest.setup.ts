// Runs before each test file. In Effect 3 `layer` of `@effect/vitest` replaces `it.effect` for all that its worker runs later.
import { effect, it, live, prop, scoped, scopedLive } from "@effect/vitest"

Object.assign(it, { effect, live, prop, scoped, scopedLive })
