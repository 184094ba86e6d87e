// The names of Effect 3 that the sources, tests and documents use, and what Effect 4 calls them. A member in `same` means
// the same in both majors; one in `names` has another name, and `name#module` is in another module. A member that is in
// neither list cannot be derived.

interface Module {
  /** The module of Effect 4, if its path differs. */
  readonly to?: string
  /** The members that Effect 4 has under the same name, separated by spaces. `*` means every one. */
  readonly same: string
  /** The members that have another name. */
  readonly names?: Readonly<Record<string, string>>
}

export const modules: Readonly<Record<string, Module>> = {
  "@effect/cluster/Singleton": {
    to: "effect/cluster/Singleton",
    same: "make"
  },
  "@effect/cluster/TestRunner": {
    to: "effect/cluster/TestRunner",
    same: "layer"
  },
  "@effect/experimental/Persistence": {
    to: "effect/persistence/Persistence",
    same: "BackingPersistence BackingPersistenceStore PersistenceError",
    names: {
      ResultPersistence: "Persistence",
      layerResult: "layer",
      layerResultMemory: "layerMemory",
      layerResultKeyValueStore: "layerKvs"
    }
  },
  "@effect/experimental/Persistence/Redis": {
    to: "@effect-openrouter/testing/Redis",
    same: "",
    names: {
      layerResult: "persistence"
    }
  },
  "@effect/experimental/RateLimiter": {
    to: "effect/persistence/RateLimiter",
    same: "RateLimiter RateLimiterStore RateLimiterStore.of layer layerStoreMemory"
  },
  "@effect/experimental/RateLimiter/Redis": {
    to: "@effect-openrouter/testing/Redis",
    same: "",
    names: {
      layerStore: "limiterStore"
    }
  },
  "@effect/opentelemetry/NodeSdk": {
    same: "layer"
  },
  "@effect/platform-node/NodeContext": {
    to: "@effect/platform-node/NodeServices",
    same: "layer"
  },
  "@effect/platform-node/NodeHttpClient": {
    same: "layerUndici",
    names: {
      layer: "layerNodeHttp"
    }
  },
  "@effect/platform-node/NodeHttpServer": {
    same: "layer layerConfig layerTest"
  },
  "@effect/platform-node/NodeKeyValueStore": {
    same: ""
  },
  "@effect/platform-node/NodeRuntime": {
    same: "runMain"
  },
  "@effect/platform-node/NodeStream": {
    same: ""
  },
  "@effect/platform/FetchHttpClient": {
    to: "effect/http/FetchHttpClient",
    same: "Fetch RequestInit layer"
  },
  "@effect/platform/FileSystem": {
    to: "effect/FileSystem",
    same: "FileSystem"
  },
  "@effect/platform/Headers": {
    to: "effect/http/Headers",
    same: "Headers Input empty fromInput merge remove set"
  },
  "@effect/platform/HttpApi": {
    to: "effect/http-api/HttpApi",
    same: "make"
  },
  "@effect/platform/HttpApiBuilder": {
    to: "effect/http-api/HttpApiBuilder",
    same: "group"
  },
  "@effect/platform/HttpApiClient": {
    to: "effect/http-api/HttpApiClient",
    same: "make"
  },
  "@effect/platform/HttpApiEndpoint": {
    to: "effect/http-api/HttpApiEndpoint",
    same: "get post"
  },
  "@effect/platform/HttpApiGroup": {
    to: "effect/http-api/HttpApiGroup",
    same: "make"
  },
  "@effect/platform/HttpApiSchema": {
    to: "effect/http-api/HttpApiSchema",
    same: "Created"
  },
  "@effect/platform/HttpApp": {
    to: "effect/http/HttpEffect",
    same: ""
  },
  "@effect/platform/HttpBody": {
    to: "effect/http/HttpBody",
    same: "empty formData raw stream text"
  },
  "@effect/platform/HttpClient": {
    to: "effect/http/HttpClient",
    same:
      "HttpClient HttpClient.With SpanNameGenerator execute filterStatusOk followRedirects get make makeWith mapRequest tap " +
      "tapRequest transform withScope",
    names: {
      currentTracerDisabledWhen: "TracerDisabledWhen",
      currentTracerPropagation: "TracerPropagationEnabled"
    }
  },
  "@effect/platform/HttpClientError": {
    to: "effect/http/HttpClientError",
    same: "HttpClientError"
  },
  "@effect/platform/HttpClientRequest": {
    to: "effect/http/HttpClientRequest",
    same: "HttpClientRequest bearerToken bodyText get make post prependUrl setBody setHeaders setUrl toUrl",
    names: {
      bodyUnsafeJson: "bodyJsonUnsafe"
    }
  },
  "@effect/platform/HttpClientResponse": {
    to: "effect/http/HttpClientResponse",
    same: "HttpClientResponse TypeId fromWeb schemaBodyJson"
  },
  "@effect/platform/HttpIncomingMessage": {
    to: "effect/http/HttpIncomingMessage",
    same: "TypeId"
  },
  "@effect/platform/HttpMiddleware": {
    to: "effect/http/HttpMiddleware",
    same: "logger"
  },
  "@effect/platform/HttpServer": {
    to: "effect/http/HttpServer",
    same: "HttpServer addressFormattedWith formatAddress serve serveEffect withLogAddress",
    names: {
      Address: "SocketAddress#effect/net/NetAddress"
    }
  },
  "@effect/platform/HttpServerRequest": {
    to: "effect/http/HttpServerRequest",
    same: "HttpServerRequest fromWeb"
  },
  "@effect/platform/HttpServerResponse": {
    to: "effect/http/HttpServerResponse",
    same: "HttpServerResponse empty setHeaders stream text toWeb",
    names: {
      unsafeJson: "jsonUnsafe"
    }
  },
  "@effect/platform/HttpTraceContext": {
    to: "effect/http/HttpTraceContext",
    same: "toHeaders"
  },
  "@effect/platform/KeyValueStore": {
    to: "effect/persistence/KeyValueStore",
    same: "KeyValueStore layerMemory"
  },
  "@effect/platform/OpenApi": {
    to: "effect/http-api/OpenApi",
    same: "fromApi"
  },
  "@effect/platform/Path": {
    to: "effect/Path",
    same: "Path"
  },
  "@effect/rpc/Rpc": {
    to: "effect/rpc/Rpc",
    same: "make"
  },
  "@effect/rpc/RpcGroup": {
    to: "effect/rpc/RpcGroup",
    same: "make"
  },
  "@effect/rpc/RpcTest": {
    to: "effect/rpc/RpcTest",
    same: "makeClient"
  },
  "@effect/sql-libsql/LibsqlClient": {
    to: "@effect-openrouter/testing/LibsqlClient",
    same: "layer"
  },
  "@effect/sql-pg/PgClient": {
    same: "layer layerConfig"
  },
  "@effect/sql/Migrator": {
    to: "effect/sql/Migrator",
    same: "fromRecord make"
  },
  "@effect/sql/Model": {
    same: ""
  },
  "@effect/sql/SqlClient": {
    to: "effect/sql/SqlClient",
    same: "SqlClient"
  },
  "@effect/sql/SqlError": {
    to: "effect/sql/SqlError",
    same: "SqlError"
  },
  "@effect/sql/Statement": {
    to: "effect/sql/Statement",
    same: "Fragment"
  },
  "@effect/vitest": {
    to: "@effect-openrouter/testing",
    same: "*"
  },
  "@effect/workflow/Activity": {
    to: "effect/workflow/Activity",
    same: "make"
  },
  "@effect/workflow/Workflow": {
    to: "effect/workflow/Workflow",
    same: "make"
  },
  "@effect/workflow/WorkflowEngine": {
    to: "effect/workflow/WorkflowEngine",
    same: "layerMemory"
  },
  "effect/Arbitrary": {
    same: "",
    names: {
      make: "arbitrary#@effect-openrouter/testing/TestSupport"
    }
  },
  "effect/Array": {
    same: "NonEmptyReadonlyArray difference groupBy isArray last"
  },
  "effect/BigDecimal": {
    same: "BigDecimal Order abs equals format fromBigInt isZero make multiply negate normalize subtract sum " +
      "sumAll",
    names: {
      unsafeFromNumber: "fromNumberUnsafe",
      unsafeFromString: "fromStringUnsafe",
      unsafeToNumber: "toNumberUnsafe",
      greaterThan: "isGreaterThan",
      lessThan: "isLessThan",
      lessThanOrEqualTo: "isLessThanOrEqualTo"
    }
  },
  "effect/Cause": {
    same: "Cause empty fail pretty squash",
    names: {
      failureOption: "findErrorOption",
      isInterruptedOnly: "hasInterruptsOnly",
      isDie: "hasDies",
      NoSuchElementException: "NoSuchElementError"
    }
  },
  "effect/Chunk": {
    same: "append appendAll chunksOf drop empty findFirstIndex fromIterable get map remove size takeRight " +
      "toArray toReadonlyArray",
    names: {
      unsafeFromArray: "fromArrayUnsafe"
    }
  },
  "effect/Clock": {
    same: "Clock clockWith currentTimeMillis currentTimeNanos"
  },
  "effect/Config": {
    same: "Config all isConfig map option orElse succeed withDefault",
    names: {
      string: "String",
      redacted: "Redacted",
      nonEmptyString: "NonEmptyString",
      integer: "Int",
      number: "Number",
      duration: "Duration"
    }
  },
  "effect/ConfigError": {
    to: "effect/Config",
    same: "",
    names: {
      ConfigError: "ConfigError"
    }
  },
  "effect/ConfigProvider": {
    same: "fromEnv",
    names: {
      fromMap: "fromMap#@effect-openrouter/testing/TestSupport"
    }
  },
  "effect/Console": {
    same: "log"
  },
  "effect/Context": {
    same: "Context Reference add get make"
  },
  "effect/Data": {
    same: "Error TaggedEnum TaggedError taggedEnum"
  },
  "effect/DateTime": {
    same:
      "DateTime DateTime.Input TimeZone Utc add formatIso formatIsoDate formatIsoDateUtc getPartUtc isDateTime isUtc make " +
      "now setZone startOf subtract toEpochMillis toUtc zoneFromString",
    names: {
      unsafeMakeZoned: "makeZonedUnsafe",
      unsafeMake: "makeUnsafe"
    }
  },
  "effect/Deferred": {
    same: "Deferred fail isDone make succeed",
    names: {
      unsafeMake: "makeUnsafe",
      unsafeDone: "doneUnsafe",
      await: "await"
    }
  },
  "effect/Duration": {
    same: "Duration clamp days equals format hours infinity isFinite isZero max millis min minutes nanos " +
      "seconds subtract times toMillis toSeconds zero",
    names: {
      DurationInput: "Input",
      decode: "fromInputUnsafe",
      decodeUnknown: "fromInput",
      greaterThan: "isGreaterThan",
      lessThan: "isLessThan",
      unsafeToNanos: "toNanosUnsafe"
    }
  },
  "effect/Effect": {
    same: "Effect acquireRelease acquireUseRelease addFinalizer all andThen annotateCurrentSpan annotateLogs as " +
      "asSome asVoid cached cachedWithTTL catchIf catchTag catchTags clockWith context currentSpan delay die ensuring " +
      "exit fail failCause failSync filterOrFail flatMap flatten flip fnUntraced forEach forever forkScoped gen ignore " +
      "interrupt interruptible isEffect logDebug logError logFatal logInfo logTrace logWarning map mapBoth mapError " +
      "match matchCause matchEffect never onError onExit onInterrupt option orDie orElseSucceed promise provide " +
      "provideService provideServiceEffect raceFirst repeat replicateEffect retry runFork runPromise " +
      "runSync sandbox schedule scoped serviceOption sleep succeed succeedNone succeedSome suspend sync tap tapError " +
      "timed timeout timeoutOption tracer tryPromise uninterruptible uninterruptibleMask useSpan void " +
      "whileLoop withParentSpan withSpan withTracer withTracerEnabled zip zipWith",
    names: {
      async: "callback",
      catchAll: "catch",
      catchAllCause: "catchCause",
      catchAllDefect: "catchDefect",
      clock: "Clock#effect/Clock",
      either: "result",
      fork: "forkChild",
      forkDaemon: "forkDetach",
      fromNullable: "fromNullishOr",
      ignoreLogged: "ignore",
      makeSemaphore: "make#effect/Semaphore",
      intoDeferred: "into#effect/Deferred",
      makeLatch: "make#effect/Latch",
      unsafeMakeSemaphore: "makeUnsafe#effect/Semaphore",
      mapInputContext: "updateContext",
      runtime: "context",
      tapErrorCause: "tapCause",
      withFiberRuntime: "withFiber",
      zipRight: "andThen",
      try: "try",
      console: "Console#effect/Console",
      "Effect.Success": "Success",
      dieMessage: "dieMessage#@effect-openrouter/testing/none"
    }
  },
  "effect/Either": {
    to: "effect/Result",
    same:
      "all flatMap flip gen getOrElse getOrNull getOrThrow getOrThrowWith getOrUndefined liftPredicate map mapBoth " +
      "match",
    names: {
      Either: "Result",
      left: "fail",
      right: "succeed",
      isLeft: "isFailure",
      isRight: "isSuccess",
      getLeft: "getFailure",
      getRight: "getSuccess",
      mapLeft: "mapError",
      fromNullable: "fromNullishOr",
      try: "try"
    }
  },
  "effect/Encoding": {
    to: "effect/encoding/Base64",
    same: "",
    names: {
      encodeBase64: "encode",
      encodeBase64Url: "encode#effect/encoding/Base64Url",
      encodeHex: "encode#effect/encoding/Hex"
    }
  },
  "effect/Equal": {
    same: "equals symbol"
  },
  "effect/Exit": {
    same: "Exit die fail failCause isFailure isSuccess match succeed",
    names: {
      void: "void",
      isInterrupted: "hasInterrupts"
    }
  },
  "effect/FastCheck": {
    to: "fast-check",
    same: "*"
  },
  "effect/Fiber": {
    same: "interrupt interruptAll join",
    names: {
      RuntimeFiber: "Fiber",
      await: "await"
    }
  },
  "effect/FiberId": {
    to: "effect/Fiber",
    same: "",
    names: {
      none: "unused"
    }
  },
  "effect/FiberRef": {
    same: ""
  },
  "effect/FiberSet": {
    same: "FiberSet awaitEmpty clear make makeRuntime run"
  },
  "effect/Function": {
    same: "constFalse constTrue identity pipe"
  },
  "effect/GlobalValue": {
    same: ""
  },
  "effect/Hash": {
    same: "combine hash number string symbol"
  },
  "effect/HashSet": {
    same: "fromIterable size"
  },
  "effect/Inspectable": {
    same: "Class NodeInspectSymbol toStringUnknown"
  },
  "effect/JSONSchema": {
    to: "effect/Schema",
    same: "",
    names: {
      make: "toJsonSchemaDocument"
    }
  },
  "effect/Layer": {
    same:
      "Layer build buildWithScope effect effectDiscard fresh launch merge mergeAll mock orDie provide provideMerge succeed " +
      "suspend sync tap",
    names: {
      catchAll: "catch",
      scoped: "effect",
      scopedContext: "effectContext",
      scopedDiscard: "effectDiscard",
      unwrapEffect: "unwrap",
      unwrapScoped: "unwrap",
      setConfigProvider: "layer#effect/ConfigProvider"
    }
  },
  "effect/LayerMap": {
    same: "Service"
  },
  "effect/LogLevel": {
    same: "",
    names: {
      All: "\"All\"",
      Debug: "\"Debug\"",
      Error: "\"Error\"",
      Fatal: "\"Fatal\"",
      Info: "\"Info\"",
      None: "\"None\"",
      Trace: "\"Trace\"",
      Warning: "\"Warn\""
    }
  },
  "effect/Logger": {
    same: "Logger defaultLogger make map withLeveledConsole",
    names: {
      logfmtLogger: "formatLogFmt",
      jsonLogger: "formatJson",
      stringLogger: "formatSimple",
      structuredLogger: "formatStructured",
      prettyLogger: "consolePretty"
    }
  },
  "effect/Mailbox": {
    same: ""
  },
  "effect/ManagedRuntime": {
    same: "make"
  },
  "effect/Metric": {
    same: "Metric counter gauge update value",
    names: {
      "Metric.Counter": "Counter",
      "Metric.Gauge": "Gauge",
      "Metric.Histogram": "Histogram"
    }
  },
  "effect/MetricBoundaries": {
    to: "effect/Metric",
    same: "",
    names: {
      fromIterable: "boundariesFromIterable"
    }
  },
  "effect/MutableHashMap": {
    same: "empty get remove set"
  },
  "effect/Option": {
    same: "Option contains exists filter firstSomeOf flatten getOrElse getOrNull getOrThrow getOrUndefined isNone " +
      "isOption isSome map match none some toArray",
    names: {
      fromNullable: "fromNullishOr"
    }
  },
  "effect/ParseResult": {
    to: "effect/SchemaParser",
    same: "",
    names: {
      ParseError: "SchemaError#effect/Schema"
    }
  },
  "effect/Predicate": {
    same: "Predicate hasProperty isTagged",
    names: {
      isNotNullable: "isNotNullish",
      isReadonlyRecord: "isReadonlyObject",
      isRecord: "isObject"
    }
  },
  "effect/Pretty": {
    to: "effect/Schema",
    same: "",
    names: {
      make: "toFormatter"
    }
  },
  "effect/PrimaryKey": {
    same: "symbol"
  },
  "effect/Queue": {
    same: "offer shutdown size take takeAll unbounded",
    names: {
      unsafeOffer: "offerUnsafe"
    }
  },
  "effect/Random": {
    same: "next",
    names: {
      fixed: "fixedRandom#@effect-openrouter/testing/TestSupport"
    }
  },
  "effect/Record": {
    same: "filter map"
  },
  "effect/Redacted": {
    same: "Redacted isRedacted make value"
  },
  "effect/Ref": {
    same: "Ref get make modify set update"
  },
  "effect/Runtime": {
    same: "",
    names: {
      Runtime: "Context#effect/Context",
      makeFiberFailure: "squash#effect/Cause"
    }
  },
  "effect/Schedule": {
    same: "Schedule cron exponential forever isSchedule jittered recurs spaced upTo"
  },
  "effect/ScheduleDecision": {
    same: ""
  },
  "effect/ScheduleInterval": {
    same: ""
  },
  "effect/Schema": {
    same: "Annotations Boolean Class DurationFromMillis Finite Int Never NonEmptyArray NonEmptyString NullOr " +
      "Annotations.Schema Number Schema Schema.Type String Struct Struct.Field Struct.Fields TaggedError TaggedStruct Undefined UndefinedOr Unknown Void declare " +
      "decodeOption decodeSync decodeUnknownOption decodeUnknownSync encodeSync encodeUnknownSync is make " +
      "optional",
    names: {
      Array: "Array",
      decodeUnknown: "decodeUnknownEffect",
      decodeUnknownEither: "decodeUnknownResult",
      encodeEither: "encodeResult",
      encodeUnknownEither: "encodeUnknownResult",
      decodeEither: "decodeResult",
      decode: "decodeEffect",
      encode: "encodeEffect",
      encodeUnknown: "encodeUnknownEffect",
      equivalence: "toEquivalence",
      parseJson: "fromJsonString",
      standardSchemaV1: "toStandardSchemaV1",
      typeSchema: "toType",
      encodedSchema: "toEncoded",
      JsonNumber: "Finite",
      Object: "ObjectKeyword",
      BigDecimalFromSelf: "BigDecimal",
      Date: "DateFromString",
      DateTimeUtc: "DateTimeUtcFromString",
      DateTimeUtcFromSelf: "DateTimeUtc"
    }
  },
  "effect/SchemaAST": {
    same: "AST ParseOptions isLiteral isUnion"
  },
  "effect/Scope": {
    same: "Scope close make",
    names: {
      CloseableScope: "Closeable",
      extend: "provide"
    }
  },
  "effect/Sink": {
    same: "Sink map suspend",
    names: {
      forEachChunk: "forEachArray"
    }
  },
  "effect/Stream": {
    same: "Stream concat decodeText drain empty encodeText ensuring fail filter filterEffect filterMap flatMap " +
      "forever fromAsyncIterable fromEffect fromIterable fromQueue grouped groupedWithin interruptWhen make map mapEffect mapError " +
      "mkString never range rechunk run runCount runDrain runFold runForEach runForEachWhile runHead " +
      "splitLines suspend sync take takeUntil tap tapError toAsyncIterableEffect unwrap",
    names: {
      runForEachChunk: "runForEachArray",
      StreamTypeId: "TypeId",
      runCollect: "runCollect#@effect-openrouter/testing/TestSupport",
      toReadableStreamRuntime: "toReadableStreamWith",
      catchAll: "catch",
      mapChunks: "mapArray",
      execute: "fromEffectDrain",
      unwrapScoped: "unwrap"
    }
  },
  "effect/String": {
    same: "camelToSnake"
  },
  "effect/TestClock": {
    to: "effect/testing/TestClock",
    same: "setTime",
    names: {
      adjust: "adjust#@effect-openrouter/testing/TestSupport"
    }
  },
  "effect/TestContext": {
    to: "effect/testing/TestClock",
    same: "",
    names: {
      TestContext: "layer()"
    }
  },
  "effect/Tracer": {
    same: "AnySpan Span Tracer make"
  },
  "effect/identity": {
    same: ""
  }
}
