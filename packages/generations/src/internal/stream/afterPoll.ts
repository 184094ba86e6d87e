const host: typeof globalThis & { readonly setImmediate?: (run: () => void) => void } = globalThis

/**
 * Runs a function once the results of every socket that is ready have been read, where the runtime has such a phase (Node.js, Bun and
 * Deno), else at once. Taken before a test replaces the timers of the runtime.
 */
export const afterPoll: (run: () => void) => void = host.setImmediate ?? ((run) => run())
