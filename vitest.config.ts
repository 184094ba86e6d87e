import { defineConfig } from "vitest/config"
import projects from "./vitest.workspace.js"

export default defineConfig({
  test: {
    projects,
    // Vitest leaves one core free, which on a machine with two cores is half of it.
    maxWorkers: "100%",
    // A worker loads Effect once, not once for each file. No test changes what another one sees.
    isolate: false
  }
})
