// Forms that Effect 4 writes in another way than with another name. Each rule looks at one node and returns its text for
// Effect 4, or `undefined` if it does not apply.
import ts from "typescript"
import type { Context, Rule } from "./rule.js"

/** Members of values that have another name in Effect 4. */
export const propertyNames: Readonly<Record<string, string>> = {
  epochMillis: "epochMilliseconds",
  onLeft: "onFailure",
  onRight: "onSuccess",
  unsafeCurrentTimeMillis: "currentTimeMillisUnsafe",
  // `currentTimeNanos` is the wall clock in Effect 4.
  unsafeCurrentTimeNanos: "monotonicTimeNanosUnsafe",
  unsafeDone: "doneUnsafe",
  unsafeMap: "mapUnsafe",
  unsafeOffer: "offerUnsafe",
  unsafePoll: "pollUnsafe"
}

/** The annotations of a Schema that the majors have in common. */
const annotations = new Set(["identifier", "title", "description", "examples", "default"])

/** Returns the text of the properties of an object literal by their names. */
const getProperties = (node: ts.Node | undefined, { fail, text }: Context): Readonly<Record<string, string>> => {
  if (node === undefined || !ts.isObjectLiteralExpression(node)) return {}
  return Object.fromEntries(node.properties.flatMap((property): ReadonlyArray<readonly [string, string]> => {
    if (ts.isPropertyAssignment(property)) return [[property.name.getText(), text(property.initializer)]]
    if (ts.isShorthandPropertyAssignment(property)) return [[property.name.text, property.name.text]]
    fail(property, "write this property as `name: value`")
    return []
  }))
}

/** Returns the text of a call of a function that takes no argument. */
const callText = (text: string) => /^\(\) => [^{]/.test(text) ? text.slice("() => ".length) : `(${text})()`

/** Returns the text of an interruption that is not waited for. */
const interruptText = (fiber: string, effect: string) => `${effect}.sync(() => ${fiber}.interruptUnsafe())`

type CallRule = (args: ReadonlyArray<string>, call: ts.CallExpression, context: Context) => string | undefined

const service = (module: string, name: string): CallRule => (args, _, { use }) => {
  const tag = `${use(module)}.${name}`
  return args.length === 1
    ? `${use("effect/Effect")}.provideService(${tag}, ${args[0]})`
    : `${use("effect/Effect")}.provideService(${args[0]}, ${tag}, ${args[1]})`
}

const calls: Readonly<Record<string, CallRule>> = {
  "Cause.pretty": ([cause], _, { use }) => `${use("effect/Cause")}.pretty(${cause})`,
  "Clock.make": (_args, _call, { use }) => `${use("effect/Clock")}.Clock.defaultValue()`,
  "ConfigError.isConfigError": ([error], _, { use }) => `(${error} instanceof ${use("effect/Config")}.ConfigError)`,
  "Data.array": (args) => args[0],
  "Data.struct": (args) => args[0],
  "Data.tuple": (args) => `[${args.join(", ")}]`,
  "Effect.dieMessage": ([message], _, { use }) => `${use("effect/Effect")}.die(new Error(${message}))`,
  "Effect.disconnect": ([effect], _, { use }) => {
    const module = use("effect/Effect")
    const onInterrupt = `${module}.onInterrupt(${use("effect/Fiber")}.join(fiber), () => ${
      interruptText("fiber", module)
    })`
    return `${module}.flatMap(${module}.forkDetach(${effect}, { startImmediately: true }), (fiber) => ${onInterrupt})`
  },
  "Effect.filterOrDieMessage": (args, _, { use }) => {
    const effect = use("effect/Effect")
    const [message, isGood] = args.toReversed()
    const orDie = `() => ${effect}.die(new Error(${message}))`
    return `${effect}.filterOrElse(${[...args.slice(0, -2), isGood, orDie].join(", ")})`
  },
  // A forked fiber starts a turn later in Effect 4.
  "Effect.fork": ([effect], _, { use }) => `${use("effect/Effect")}.forkChild(${effect}, { startImmediately: true })`,
  "Effect.locally": (args, _, { use }) => `${use("effect/Effect")}.provideService(${args.join(", ")})`,
  "Effect.repeatN": (args, _, { use }) =>
    `${use("effect/Effect")}.repeat(${[...args.slice(0, -1), `{ times: ${args.at(-1)} }`].join(", ")})`,
  "Effect.tagMetrics": ([effect, key, value], _, { use }) =>
    `${use("effect/Effect")}.provideService(${effect}, ${
      use("effect/Metric")
    }.CurrentMetricAttributes, { [${key}]: ${value} })`,
  "Effect.timeoutFail": (args, call, context) => {
    const { duration, onTimeout = "" } = getProperties(call.arguments.at(-1), context)
    const effect = context.use("effect/Effect")
    const options = `{ duration: ${duration}, orElse: () => ${effect}.fail(${callText(onTimeout)}) }`
    return `${effect}.timeoutOrElse(${[...args.slice(0, -1), options].join(", ")})`
  },
  "Effect.timeoutTo": (args, call, context) => {
    const { duration, onSuccess, onTimeout = "" } = getProperties(call.arguments.at(-1), context)
    const effect = context.use("effect/Effect")
    const timeout = `${effect}.timeoutOrElse({ duration: ${duration}, orElse: () => ${effect}.succeed(${
      callText(onTimeout)
    }) })`
    return args.length === 1
      ? `(self) => self.pipe(${effect}.map(${onSuccess}), ${timeout})`
      : `${args[0]}.pipe(${effect}.map(${onSuccess}), ${timeout})`
  },
  "Effect.withClock": service("effect/Clock", "Clock"),
  "Effect.withConfigProvider": service("effect/ConfigProvider", "ConfigProvider"),
  "Effect.withSpan": (args, call, context) => {
    const options = call.arguments.at(-1)
    const site = options !== undefined && ts.isObjectLiteralExpression(options)
      ? options.properties.find((each) => each.name?.getText() === "captureStackTrace")
      : undefined
    if (site === undefined) return undefined
    return `${context.use("effect/Effect")}.withSpan(${args.join(", ")}, { ${context.text(site)} })`
  },
  "Effect.withConsole": service("effect/Console", "Console"),
  "Effect.withMaxOpsBeforeYield": service("effect/Scheduler", "MaxOpsBeforeYield"),
  "Effect.withRandom": service("effect/Random", "Random"),
  "Effect.yieldNow": (_args, _call, { use }) => `${use("effect/Effect")}.yieldNow`,
  "Effect.zipLeft": (args, _, { use }) =>
    `${use("effect/Effect")}.tap(${[...args.slice(0, -1), `() => ${args.at(-1)}`].join(", ")})`,
  "Fiber.interruptFork": ([fiber = ""], _, { use }) => interruptText(fiber, use("effect/Effect")),
  "Hash.cached": (args) => args.at(-1),
  "HttpApiSchema.annotations": (_, call, context) =>
    `{ httpApiStatus: ${getProperties(call.arguments[0], context)["status"]} }`,
  "Layer.fail": ([error], _, { use }) => `${use("effect/Layer")}.effectContext(${use("effect/Effect")}.fail(${error}))`,
  "NodeStream.fromReadable": ([evaluate, onError], _, { use }) =>
    `${use("@effect/platform-node/NodeStream")}.fromReadable({ evaluate: ${evaluate}, onError: ${onError} })`,
  "Fiber.poll": ([fiber], _, { use }) =>
    `${use("effect/Effect")}.sync(() => ${use("effect/Option")}.fromNullishOr(${fiber}.pollUnsafe()))`,
  "Logger.add": ([logger], _, { use }) => `${use("effect/Logger")}.layer([${logger}], { mergeWithExisting: true })`,
  "Logger.minimumLogLevel": ([level], _, { use }) =>
    `${use("effect/Layer")}.succeed(${use("effect/References")}.MinimumLogLevel, ${level})`,
  "Logger.replace": ([, logger], _, { use }) => `${use("effect/Logger")}.layer([${logger}])`,
  "Logger.withMinimumLogLevel": service("effect/References", "MinimumLogLevel"),
  "Metric.histogram": ([name, boundaries, description], _, { use }) =>
    `${use("effect/Metric")}.histogram(${name}, { boundaries: ${boundaries}${
      description === undefined ? "" : `, description: ${description}`
    } })`,
  "Metric.increment": ([metric], _, { use }) => `${use("effect/Metric")}.update(${metric}, 1)`,
  "Metric.incrementBy": ([metric, amount], _, { use }) => `${use("effect/Metric")}.update(${metric}, ${amount})`,
  "Metric.set": (args, _, { use }) => `${use("effect/Metric")}.update(${args.join(", ")})`,
  "Metric.tagged": (args, _, { use }) => {
    const [value, key] = args.toReversed()
    return `${use("effect/Metric")}.withAttributes(${[...args.slice(0, -2), `{ [${key}]: ${value} }`].join(", ")})`
  },
  "NodeKeyValueStore.layerFileSystem": ([folder], _, { use }) =>
    `${use("effect/persistence/KeyValueStore")}.layerFileSystem(${folder}).pipe(${use("effect/Layer")}.provide(${
      use("@effect/platform-node/NodeServices")
    }.layer))`,
  // `takeBetween` takes nothing if its minimum is 0, and waits if it is 1 and the queue is empty.
  "Queue.takeUpTo": ([queue, max], _, { use }) => {
    const [effect, module] = [use("effect/Effect"), use("effect/Queue")]
    const take = `${module}.takeBetween(${queue}, 1, ${max})`
    return `${effect}.flatMap(${module}.size(${queue}), (size) => size === 0 ? ${effect}.succeed([]) : ${take})`
  },
  // Effect 4 includes the maximum by default.
  "Random.nextIntBetween": ([min, max], _, { use }) =>
    `${use("effect/Random")}.nextIntBetween(${min}, ${max}, { halfOpen: true })`,
  "Schedule.intersect": (args, _, { use }) =>
    args.length === 1
      ? `((self) => ${use("effect/Schedule")}.max([self, ${args[0]}]))`
      : `${use("effect/Schedule")}.max([${args.join(", ")}])`,
  "Schedule.recurWhile": ([predicate], _, { use }) => {
    const schedule = use("effect/Schedule")
    const input = `Parameters<typeof ${predicate}>[0]`
    return `${schedule}.while(${schedule}.forever.pipe(${schedule}.setInputType<${input}>()), ({ input }) => ${predicate}(input))`
  },
  "Schedule.check": ([schedule, predicate], _, { use }) =>
    `${use("effect/Schedule")}.while(${schedule}, ({ input }) => (${predicate})(input))`,
  "Schedule.checkEffect": ([schedule, predicate], _, { use }) =>
    `${use("effect/Schedule")}.while(${schedule}, ${predicate})`,
  "Schedule.upTo": (args, _, { use }) =>
    `${use("effect/Schedule")}.upTo(${[...args.slice(0, -1), `{ duration: ${args.at(-1)} }`].join(", ")})`,
  "Runtime.runFork": (args, _, { use }) =>
    `${use("effect/Effect")}.runForkWith(${args[0]})${args.length > 1 ? `(${args.slice(1).join(", ")})` : ""}`,
  "Schema.Literal": (args, { arguments: nodes }, { use }) =>
    args.length === 1 && nodes[0] !== undefined && !ts.isSpreadElement(nodes[0])
      ? `${use("effect/Schema")}.Literal(${args[0]})`
      : `${use("effect/Schema")}.Literals([${args.join(", ")}])`,
  "Statement.withTransformer": ([effect, transform], _, { use }) =>
    `${use("effect/Effect")}.provideService(${effect}, ${
      use("effect/sql/Statement")
    }.CurrentTransformer, ${transform})`,
  "Statement.withTransformerDisabled": ([effect], _, { use }) =>
    `${use("effect/Effect")}.provideService(${effect}, ${use("effect/sql/Statement")}.CurrentTransformer, undefined)`,
  // A filter gives a Result.
  "Stream.filterMap": (args, _, { use }) => {
    const filter = `(value) => ${use("effect/Result")}.fromOption((${args.at(-1)})(value), () => value)`
    return `${use("effect/Stream")}.filterMap(${[...args.slice(0, -1), filter].join(", ")})`
  },
  // A page is an array.
  "Stream.paginateChunkEffect": ([state, page], _, { use }) =>
    `${use("effect/Stream")}.paginate(${state}, (state) => ${
      use("effect/Effect")
    }.map((${page})(state), ([values, next]) => [${use("effect/Chunk")}.toReadonlyArray(values), next] as const))`,
  "Stream.runFold": (args, _, { use }) => {
    const [fold, initial] = args.toReversed()
    return `${use("effect/Stream")}.runFold(${[...args.slice(0, -2), `() => ${initial}`, fold].join(", ")})`
  },
  "Stream.dieMessage": ([message], _, { use }) => `${use("effect/Stream")}.die(new Error(${message}))`,
  "Schema.pattern": ([pattern], _, { use }) =>
    `${use("effect/Schema")}.check(${use("effect/Schema")}.isPattern(${pattern}))`,
  "Schema.parseJson": (args, _, { use }) =>
    args.length === 0
      ? `${use("effect/Schema")}.fromJsonString(${use("effect/Schema")}.Unknown)`
      : `${use("effect/Schema")}.fromJsonString(${args.join(", ")})`,
  "Schema.Record": (_, call, context) => {
    const { key, value } = getProperties(call.arguments[0], context)
    return `${context.use("effect/Schema")}.Record(${key}, ${value})`
  },
  // The name is an argument of its own.
  "Workflow.make": (_, call, context) => {
    const { name, ...options } = getProperties(call.arguments[0], context)
    const rest = Object.entries(options).map(([key, value]) => `${key}: ${value}`).join(", ")
    return `${context.use("effect/workflow/Workflow")}.make(${name}, { ${rest} })`
  },
  "Schema.Union": (args, _, { use }) => `${use("effect/Schema")}.Union([${args.join(", ")}])`
}

/** Checks that calls of a function, for example `Effect.fork`, are rewritten by a rule. */
export const hasRule = (name: string): boolean => Object.hasOwn(calls, name)

const isMethodCall = (
  node: ts.Node,
  name: string
): node is ts.CallExpression & { readonly expression: ts.PropertyAccessExpression } =>
  ts.isCallExpression(node) && ts.isPropertyAccessExpression(node.expression) && node.expression.name.text === name

const call: Rule = (node, context) => {
  if (!ts.isCallExpression(node)) return undefined
  const name = context.memberName(node.expression)
  const rule = name === undefined ? undefined : calls[name]
  return rule?.(node.arguments.map((each) => context.text(each)), node, context)
}

/** `Fiber.join(Fiber.all(fibers))` → `Fiber.joinAll(fibers)` */
const joinAll: Rule = (node, { memberName, text, use }) => {
  if (!ts.isCallExpression(node) || memberName(node.expression) !== "Fiber.join") return undefined
  const [fibers] = node.arguments
  if (fibers === undefined || !ts.isCallExpression(fibers) || memberName(fibers.expression) !== "Fiber.all") {
    return undefined
  }
  return `${use("effect/Fiber")}.joinAll(${fibers.arguments.map((each) => text(each)).join(", ")})`
}

/** `Deferred.unsafeMake<A>(FiberId.none)` → `Deferred.makeUnsafe<A>()` */
const deferred: Rule = (node, { memberName, text, use }) => {
  if (!ts.isCallExpression(node) || memberName(node.expression) !== "Deferred.unsafeMake") return undefined
  const types = (node.typeArguments ?? []).map((each) => text(each)).join(", ")
  return `${use("effect/Deferred")}.makeUnsafe${types === "" ? "" : `<${types}>`}()`
}

/**
 * A `Clock` that a test makes has no type id. Its nanoseconds are those of the wall clock, which the test may set back and
 * forth, and the monotonic ones are methods of their own.
 */
const clock: Rule = (node, { memberName, text, use }) => {
  if (!ts.isObjectLiteralExpression(node)) return undefined
  const isTypeId = ({ name }: ts.ObjectLiteralElementLike) =>
    name !== undefined && ts.isComputedPropertyName(name) && memberName(name.expression) === "Clock.ClockTypeId"
  if (!node.properties.some(isTypeId)) return undefined
  const named = (wanted: string) => node.properties.find(({ name }) => name?.getText() === wanted)
  const wall = named("unsafeCurrentTimeMillis")
  const millis = wall !== undefined && ts.isPropertyAssignment(wall)
    ? text(wall.initializer)
    : "unsafeCurrentTimeMillis"
  const nanos = `() => BigInt(Math.trunc((${millis})())) * 1_000_000n`
  const monotonic = named("unsafeCurrentTimeNanos")
  const monotonicNanos = monotonic !== undefined && ts.isPropertyAssignment(monotonic)
    ? text(monotonic.initializer)
    : nanos
  const rest = node.properties.filter((each) => !isTypeId(each) && each !== named("currentTimeNanos"))
  const added = [
    `currentTimeNanosUnsafe: ${nanos}`,
    `currentTimeNanos: ${use("effect/Effect")}.sync(${nanos})`,
    `monotonicTimeNanos: ${use("effect/Effect")}.sync(${monotonicNanos})`
  ]
  return `{ ${[...rest.map((each) => text(each)), ...added].join(", ")} }`
}

/** `Context.Tag(id)<Self, Shape>()` → `Context.Service<Self, Shape>()(id)` */
const tag: Rule = (node, { memberName, text, use }) => {
  if (!ts.isCallExpression(node) || !ts.isCallExpression(node.expression)) return undefined
  if (memberName(node.expression.expression) !== "Context.Tag") return undefined
  const [id] = node.expression.arguments
  if (id === undefined) return undefined
  return `${use("effect/Context")}.Service<${(node.typeArguments ?? []).map((each) => text(each)).join(", ")}>()(${
    text(id)
  })`
}

/** `class X extends Context.Reference<X>()(id, options) {}` → `const X = Context.Reference(id, options)` */
const reference: Rule = (node, { memberName, text, use }) => {
  if (!ts.isClassDeclaration(node)) return undefined
  const parent = node.heritageClauses?.[0]?.types[0]?.expression
  if (parent === undefined || !ts.isCallExpression(parent) || !ts.isCallExpression(parent.expression)) return undefined
  if (memberName(parent.expression.expression) !== "Context.Reference") return undefined
  const modifiers = node.modifiers?.map((each) => `${each.getText()} `).join("") ?? ""
  const args = parent.arguments.map((each) => text(each)).join(", ")
  return `${modifiers}const ${node.name?.text} = ${use("effect/Context")}.Reference(${args})`
}

/** `Schema.Schema<A, I>` → `Schema.Codec<A, I>` */
const codec: Rule = (node, { memberName, text, use }) => {
  if (!ts.isTypeReferenceNode(node)) return undefined
  if (memberName(node.typeName) === "Schema.Schema") {
    return `${use("effect/Schema", true)}.Codec<${(node.typeArguments ?? []).map((each) => text(each)).join(", ")}>`
  }
  if (
    ts.isQualifiedName(node.typeName) && memberName(node.typeName.left) === "Schema.Schema" &&
    node.typeName.right.text === "AnyNoContext"
  ) {
    return `${use("effect/Schema", true)}.ConstraintCodec<unknown, unknown>`
  }
  return undefined
}

/** `Schema.Schema.Encoded<S>` → `S["Encoded"]` */
const encodedType: Rule = (node, { memberName, text }) => {
  if (!ts.isTypeReferenceNode(node) || !ts.isQualifiedName(node.typeName)) return undefined
  const { left, right } = node.typeName
  if (memberName(left) !== "Schema.Schema" || right.text !== "Encoded") return undefined
  return `(${(node.typeArguments ?? []).map((each) => text(each)).join(", ")})["Encoded"]`
}

/** `schema.annotations({ … })` → `schema.annotate({ … })` */
const annotate: Rule = (node, { fail, text }) => {
  if (!isMethodCall(node, "annotations")) return undefined
  const [given] = node.arguments
  if (given === undefined || !ts.isObjectLiteralExpression(given)) {
    fail(node, "write the annotations as an object literal")
    return undefined
  }
  for (const { name } of given.properties) {
    if (name !== undefined && !annotations.has(name.getText())) {
      fail(name, `the annotation ${name.getText()} differs in Effect 4`)
    }
  }
  return `${text(node.expression.expression)}.annotate(${text(given)})`
}

/** `record.pipe(Schema.pick("id"))` → `record.pick("id")`: only the Schemas of records are picked from. */
const pick: Rule = (node, { memberName, text }) => {
  if (!isMethodCall(node, "pipe") || node.arguments.length !== 1) return undefined
  const [inner] = node.arguments
  if (inner === undefined || !ts.isCallExpression(inner)) return undefined
  const name = memberName(inner.expression)
  if (name !== "Schema.pick" && name !== "Schema.omit") return undefined
  const method = name.slice("Schema.".length)
  return `${text(node.expression.expression)}.${method}(${inner.arguments.map((each) => text(each)).join(", ")})`
}

/** `fiber.unsafeInterruptAsFork(FiberId.none)` → `fiber.interruptUnsafe()` */
const interrupt: Rule = (node, { text }) =>
  isMethodCall(node, "unsafeInterruptAsFork") ? `${text(node.expression.expression)}.interruptUnsafe()` : undefined

/** Options of spans have no `captureStackTrace`. */
const captureStackTrace: Rule = (node, { text }) => {
  if (!ts.isObjectLiteralExpression(node)) return undefined
  const rest = node.properties.filter((each) => each.name?.getText() !== "captureStackTrace")
  return rest.length === node.properties.length ? undefined : `{ ${rest.map((each) => text(each)).join(", ")} }`
}

/** `either.left` → `result.failure` */
const either: Rule = (node, { imports, text }) => {
  if (!ts.isPropertyAccessExpression(node) || !imports("effect/Either")) return undefined
  const name = node.name.text === "left" ? "failure" : node.name.text === "right" ? "success" : undefined
  return name === undefined || ts.isIdentifier(node.expression) && node.expression.text === "Either"
    ? undefined
    : `${text(node.expression)}${node.questionDotToken === undefined ? "." : "?."}${name}`
}

/** `Tenants.Default` of a `LayerMap.Service` → `Tenants.layer` */
const layerMap: Rule = (node, { imports, text }) =>
  ts.isPropertyAccessExpression(node) && node.name.text === "Default" && imports("effect/LayerMap")
    ? `${text(node.expression)}.layer`
    : undefined

/** An address with a port has a tag for each version of IP, and one without is a `UnixPathAddress`. */
const address: Rule = (node, { text }) => {
  if (!ts.isBinaryExpression(node) || !ts.isStringLiteral(node.right)) return undefined
  const isSame = node.operatorToken.kind === ts.SyntaxKind.EqualsEqualsEqualsToken
  const hasPort = node.right.text === "TcpAddress"
  if (!hasPort && node.right.text !== "UnixAddress") return undefined
  return `${text(node.left)} ${isSame === hasPort ? "!==" : "==="} "UnixPathAddress"`
}

/** `new RequestError({ reason: "Encode", … })` → `new HttpClientError({ reason: new EncodeError({ … }) })` */
const httpClientError: Rule = (node, context) => {
  if (
    !ts.isNewExpression(node) ||
    !/^HttpClientError\.Re(?:quest|sponse)Error$/.test(context.memberName(node.expression) ?? "")
  ) {
    return undefined
  }
  const { reason = "", ...rest } = getProperties(node.arguments?.[0], context)
  const fields = Object.entries(rest).map(([name, value]) => name === value ? name : `${name}: ${value}`).join(", ")
  const error = context.use("effect/http/HttpClientError")
  return `new ${error}.HttpClientError({ reason: new ${error}.${reason.replaceAll("\"", "")}Error({ ${fields} }) })`
}

/** `new RateLimitStoreError(…)` → `new RateLimiterError({ reason: new RateLimitStoreError(…) })` */
const rateLimitError: Rule = (node, { memberName, text, use }) => {
  if (!ts.isNewExpression(node) || memberName(node.expression) !== "RateLimiter.RateLimitStoreError") return undefined
  const module = use("effect/persistence/RateLimiter")
  const reason = (node.arguments ?? []).map((each) => text(each)).join(", ")
  return `new ${module}.RateLimiterError({ reason: new ${module}.RateLimitStoreError(${reason}) })`
}

/** The options of an endpoint by the methods that set them in Effect 3. */
const endpointOptions: Readonly<Record<string, string>> = {
  addError: "error",
  addSuccess: "success",
  setPath: "params",
  setPayload: "payload",
  setUrlParams: "query"
}

/** Unions of errors with different statuses. Effect 4 reads the status of each error in a list, but not in a union. */
const unions = /\bOpenRouterError$/

/** `HttpApiEndpoint.get(name, path).addSuccess(A).addError(B)` → `HttpApiEndpoint.get(name, path, { success: A, error: B })` */
const endpoint: Rule = (node, { memberName, text }) => {
  const options = new Map<string, ReadonlyArray<string>>()
  let inner = node
  while (ts.isCallExpression(inner) && ts.isPropertyAccessExpression(inner.expression)) {
    const name = Object.hasOwn(endpointOptions, inner.expression.name.text)
      ? endpointOptions[inner.expression.name.text]
      : undefined
    if (name === undefined) break
    const schemas = inner.arguments.map((each) => unions.test(each.getText()) ? `...${text(each)}.members` : text(each))
    options.set(name, [...schemas, ...options.get(name) ?? []])
    inner = inner.expression.expression
  }
  if (options.size === 0 || !ts.isCallExpression(inner)) return undefined
  if (memberName(inner.expression)?.startsWith("HttpApiEndpoint.") !== true) return undefined
  const entries = [...options].toReversed().map(([name, schemas]) =>
    `${name}: ${schemas.length === 1 && !schemas[0]?.startsWith("...") ? schemas[0] : `[${schemas.join(", ")}]`}`
  )
  return `${text(inner.expression)}(${
    [...inner.arguments.map((each) => text(each)), `{ ${entries.join(", ")} }`].join(", ")
  })`
}

/**
 * `HttpApiBuilder.serve(…).pipe(Layer.provide(HttpApiBuilder.api(Api)), Layer.provide(Handlers), …)` →
 * `HttpRouter.serve(HttpApiBuilder.layer(Api).pipe(Layer.provide(Handlers)), …).pipe(…)`, which logs requests and the address
 * by default.
 */
const servedApi: Rule = (node, { memberName, text, use }) => {
  if (!isMethodCall(node, "pipe") || !ts.isCallExpression(node.expression.expression)) return undefined
  const { arguments: middleware, expression: serve } = node.expression.expression
  const [first, handlers, ...rest] = node.arguments
  if (memberName(serve) !== "HttpApiBuilder.serve" || first === undefined || handlers === undefined) return undefined
  if (!ts.isCallExpression(first)) return undefined
  const [api] = first.arguments
  if (api === undefined || !ts.isCallExpression(api) || memberName(api.expression) !== "HttpApiBuilder.api") {
    return undefined
  }
  const isLogger = middleware[0] !== undefined && memberName(middleware[0]) === "HttpMiddleware.logger"
  if (middleware.length > 0 && !isLogger) return undefined
  const join = (nodes: ReadonlyArray<ts.Node>) => nodes.map((each) => text(each)).join(", ")
  const layer = `${use("effect/http-api/HttpApiBuilder")}.layer(${join(api.arguments)}).pipe(${text(handlers)})`
  const options = `{ disableListenLog: true${isLogger ? "" : ", disableLogger: true"} }`
  const served = `${use("effect/http/HttpRouter")}.serve(${layer}, ${options})`
  return rest.length === 0 ? served : `${served}.pipe(${join(rest)})`
}

/** The `path` of a request to an HttpApi → its `params`. */
const params: Rule = (node, { imports }) => {
  if (!ts.isIdentifier(node) || node.text !== "path") return undefined
  if (ts.isPropertyAccessExpression(node.parent) && node.parent.name === node) return undefined
  const isApi = imports("@effect/platform/HttpApiBuilder") || imports("@effect/platform/HttpApiClient")
  return isApi ? "params" : undefined
}

/** `{ unsafeDone }` → `{ doneUnsafe: unsafeDone }` */
const shorthand: Rule = (node) => {
  if (!ts.isShorthandPropertyAssignment(node)) return undefined
  const name = Object.hasOwn(propertyNames, node.name.text) ? propertyNames[node.name.text] : undefined
  return name === undefined ? undefined : `${name}: ${node.name.text}`
}

/** The span of an `HttpClient` has the method as its name. */
const spanName: Rule = (node) =>
  ts.isStringLiteral(node) && node.text.startsWith("http.client ")
    ? JSON.stringify(node.text.slice("http.client ".length))
    : undefined

/** A `KeyValueStore` puts a colon after the name of a store, as Redis does with Effect 3, too. */
const storeKey: Rule = (node) =>
  ts.isStringLiteral(node) && /^[\w-]+:gen-1$/.test(node.text)
    ? JSON.stringify(node.text.replace(":", "::"))
    : undefined

/** The level of a log message is its name. */
const logLevel: Rule = (node) =>
  ts.isPropertyAccessExpression(node) && node.getText() === "logLevel.label" ? "logLevel.toUpperCase()" : undefined

/** The tags of an Either that a test compares. */
const eitherTag: Rule = (node) => {
  if (!ts.isStringLiteral(node) || !node.getSourceFile().fileName.includes("/test/")) return undefined
  return node.text === "Right" ? `"Success"` : node.text === "Left" ? `"Failure"` : undefined
}

/** Every test of Effect 4's own test runner has a scope. */
const scopedTest: Rule = (node) => {
  if (!ts.isPropertyAccessExpression(node) || node.expression.getText() !== "it") return undefined
  return node.name.text === "scoped" ? "it.effect" : node.name.text === "scopedLive" ? "it.live" : undefined
}

export const rules: ReadonlyArray<Rule> = [
  tag,
  reference,
  joinAll,
  deferred,
  clock,
  call,
  codec,
  encodedType,
  annotate,
  pick,
  interrupt,
  layerMap,
  captureStackTrace,
  address,
  endpoint,
  servedApi,
  params,
  httpClientError,
  rateLimitError,
  shorthand,
  logLevel,
  spanName,
  storeKey,
  eitherTag,
  either,
  scopedTest
]
