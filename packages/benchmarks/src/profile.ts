/** The owners of CPU time, in the order of the columns. */
export const owners = ["ours", "Effect", "platform", "transport", "OpenTelemetry", "GC", "V8 and system"] as const

type Owner = (typeof owners)[number]

interface Profile {
  readonly nodes: ReadonlyArray<{
    readonly id: number
    readonly callFrame: { readonly functionName: string; readonly url: string }
  }>
  readonly samples: ReadonlyArray<number>
  readonly timeDeltas: ReadonlyArray<number>
}

/** Returns who owns a function. `undefined` is a process that waits. */
const ownerOfFrame = ({ functionName, url }: Profile["nodes"][number]["callFrame"]): Owner | undefined => {
  if (functionName === "(idle)") return undefined
  if (functionName === "(garbage collector)") return "GC"
  if (/\/packages\/\w+\/dist\//.test(url)) return "ours"
  if (/node_modules\/effect\//.test(url)) return "Effect"
  if (url.includes("@effect/platform")) return "platform"
  if (url.includes("opentelemetry")) return "OpenTelemetry"
  return url.startsWith("node:") || /undici|wasm/.test(url) ? "transport" : "V8 and system"
}

/** Returns the share of each owner in a CPU profile after its first part, which warms up, in percent. */
export const ownerShares = (profile: Profile, warmUp = 0.5): Readonly<Record<Owner, number>> => {
  const byNode = new Map(profile.nodes.map(({ callFrame, id }) => [id, ownerOfFrame(callFrame)]))
  const shares = { ours: 0, Effect: 0, platform: 0, transport: 0, OpenTelemetry: 0, GC: 0, "V8 and system": 0 }
  const end = profile.timeDeltas.reduce((sum, delta) => sum + delta, 0)
  let now = 0
  let total = 0
  profile.samples.forEach((id, index) => {
    const delta = profile.timeDeltas[index] ?? 0
    const owner = byNode.get(id)
    now += delta
    if (now < end * warmUp || owner === undefined) return
    shares[owner] += 100 * delta
    total += delta
  })
  for (const owner of owners) shares[owner] /= total
  return shares
}
