/**
 * Makes a Schema of Effect 3 of a codec. This is the only file of the records that knows how Effect 3 represents a Schema.
 */
import * as Either from "effect/Either"
import { identity } from "effect/Function"
import { globalValue } from "effect/GlobalValue"
import * as Option from "effect/Option"
import * as ParseResult from "effect/ParseResult"
import * as Schema from "effect/Schema"
import * as AST from "effect/SchemaAST"
import { camelToSnake } from "effect/String"
import type { JsonObject } from "../../JsonObject.js"
import type { RecordSchema } from "../../RecordSchema.js"
import { type Codec, Problems } from "./codec.js"
import { UnknownFields } from "./jsonSchema.js"
import { toIssue } from "./parseIssue.js"
import { noFields, recordCodec } from "./recordCodec.js"
import type { Fields, RecordEncoded, RecordMakeInput, Type, WireName } from "./recordTypes.js"

export type * from "./recordTypes.js"

/** The fields of a `Schema.Struct`. */
export type StructFields<Required extends Fields, Nullable extends Fields> =
  & {
    readonly [Name in keyof Required]: Schema.PropertySignature<
      ":",
      Required[Name]["schema"]["Type"],
      WireName<Name>,
      ":",
      Required[Name]["schema"]["Encoded"]
    >
  }
  & {
    readonly [Name in keyof Nullable]: Schema.PropertySignature<
      ":",
      Nullable[Name]["schema"]["Type"] | null,
      WireName<Name>,
      "?:",
      Nullable[Name]["schema"]["Encoded"] | null | undefined
    >
  }

/** Makes the Schema of a record with these fields; see `recordCodec` for what it accepts. */
export const recordSchema = <const Required extends Fields, const Nullable extends Fields>(
  identifier: string,
  description: string,
  required: Required,
  nullable: Nullable
): RecordSchema<
  Type<Required, Nullable>,
  RecordEncoded<Required, Nullable>,
  RecordMakeInput<Required, Nullable>,
  StructFields<Required, Nullable>
> => {
  const fields = Object.entries({ ...required, ...nullable }).map(
    ([name, { codec: { complete, decode, encode }, description, schema }]) => ({
      complete,
      decode,
      encode,
      description,
      schema,
      name,
      wireName: camelToSnake(name),
      isRequired: name in required
    })
  )
  const codec = recordCodec(fields) as Codec<Type<Required, Nullable>, RecordEncoded<Required, Nullable>>

  const wireFields: Record<string, Schema.Struct.Field> = {}
  const structFields: Record<string, Schema.Struct.Field> = {}
  for (const { description, isRequired, name, schema, wireName } of fields) {
    const type = isRequired ? schema.annotations({ description }) : Schema.NullOr(schema).annotations({ description })
    const wireType = Schema.encodedSchema(type).annotations({ description })
    wireFields[wireName] = isRequired ? wireType : Schema.optional(wireType).annotations({ description })
    structFields[name] = isRequired
      ? Schema.propertySignature(type).pipe(Schema.fromKey(wireName))
      : Schema.optionalWith(type, { default: () => null }).pipe(Schema.fromKey(wireName))
  }

  // `Schema.pick` and `Schema.omit` work on this, and JSON Schema describes it.
  const Struct = withUnknownFields(Schema.Struct(structFields))

  // `Schema.extend` works on these two. Only fields that it adds pass from one side to the other.
  const Model = Schema.typeSchema(Struct).annotations({ title: identifier })
  const modelNames = new Set(AST.getPropertySignatures(Model.ast).map(({ name }) => name))
  const OtherName = Schema.String.pipe(Schema.filter((name) => !modelNames.has(name)))
  const Wire = Schema.Struct(wireFields, Schema.Record({ key: OtherName, value: Schema.Unknown }))

  const schema = Schema.transformOrFail(Wire, Model, {
    strict: false,
    // `Wire` copies by assignment, which loses a field named `__proto__`: decode what was received instead.
    decode: (_, options, ast, received) => Either.map(decodeWith(codec, ast)(received, options), omitFields(ast)),
    encode: (model, options, ast) => encodeWith(codec, ast)(model, options)
  }).annotations({
    identifier,
    description,
    jsonSchema: { description, additionalProperties: true },
    [AST.SurrogateAnnotationId]: Struct.ast
  })
  return make(schema.ast, codec, structFields as StructFields<Required, Nullable>)
}

/** Adds `unknownFields`, which is empty and not on the wire: a part of a record cannot tell which fields are unknown. */
const withUnknownFields = ({ ast }: Schema.Schema.Any): Schema.Schema<JsonObject, JsonObject> => {
  if (!AST.isTransformation(ast) || !AST.isTypeLiteralTransformation(ast.transformation)) return Schema.make(ast)
  const added = new AST.PropertySignatureTransformation(
    "unknownFields",
    "unknownFields",
    () => Option.some(noFields),
    identity
  )
  return Schema.make(
    new AST.Transformation(
      ast.from,
      Schema.extend(Schema.make(ast.to), Schema.Struct({ unknownFields: UnknownFields })).ast,
      new AST.TypeLiteralTransformation([...ast.transformation.propertySignatureTransformations, added])
    )
  )
}

/** In a Schema that extends a record's, the fields that it adds are not unknown. */
const omitFields =
  ({ from }: AST.Transformation) => <A extends { readonly unknownFields: JsonObject }>(model: A): A => {
    const names = new Set(AST.getPropertySignatures(from).map(({ name }) => name))
    const unknown = Object.entries(model.unknownFields).filter(([name]) => !names.has(name))
    return { ...model, unknownFields: Object.fromEntries(unknown) }
  }

const make = <A, I, Input, Fields extends Schema.Struct.Fields>(
  ast: AST.AST,
  codec: Codec<A, I>,
  fields: Fields
): RecordSchema<A, I, Input, Fields> => {
  codecs.set(ast, codec)
  installParsers(ast, codec)
  return class extends Schema.make<A, I>(ast) {
    static override annotations(annotations: Schema.Annotations.Schema<A>) {
      return make<A, I, Input, Fields>(super.annotations(annotations).ast, codec, fields)
    }

    static readonly fields = fields

    static readonly pick: Schema.Struct<Fields>["pick"] = (...names) => Schema.Struct(fields).pick(...names)

    static readonly omit: Schema.Struct<Fields>["omit"] = (...names) => Schema.Struct(fields).omit(...names)

    static make(input: Input): A {
      const model = codec.complete(input)
      const encoded = codec.encode(model, true)
      if (encoded instanceof Problems) throw ParseResult.parseError(toIssue(ast, model, encoded))
      return model as A
    }
  }
}

const codecs = new WeakMap<AST.AST, Codec<unknown>>()

/** Returns the codec that the Schema of a record was made of. */
export const getCodec = <A, I, Input, Fields extends Schema.Struct.Fields>(
  { ast }: RecordSchema<A, I, Input, Fields>
): Codec<A, I> => {
  const codec = codecs.get(ast)
  if (codec === undefined) throw new TypeError(`${ast} is not the Schema of a record`)
  return codec as Codec<A, I>
}

interface Parser {
  (input: unknown, options?: AST.ParseOptions): Either.Either<unknown, ParseResult.ParseIssue>
}

// Effect 3 compiles a parser for each AST and remembers it in these two maps. A parser that is there already is used
// instead; `SchemaCompiler.set` does the same in Effect 4. Without it the Schema works by its transformation, more slowly,
// and loses unknown fields that are named `__proto__` or like a field of the model when it encodes.
const parsers = (direction: string): WeakMap<AST.AST, Parser> =>
  globalValue(Symbol.for(`effect/ParseResult/${direction}MemoMap`), () => new WeakMap())

const installParsers = (ast: AST.AST, codec: Codec<unknown>) => {
  // These annotations change what a parser does.
  if (AST.ParseOptionsAnnotationId in ast.annotations || AST.DecodingFallbackAnnotationId in ast.annotations) return
  parsers("decode").set(ast, decodeWith(codec, ast))
  parsers("encode").set(ast, encodeWith(codec, ast))
}

const decodeWith =
  <A, I>(codec: Codec<A, I>, ast: AST.AST) =>
  (input: unknown, options?: AST.ParseOptions): Either.Either<A, ParseResult.ParseIssue> =>
    toEither(ast, input, codec.decode(input, options?.errors === "all"))

const encodeWith =
  <A, I>(codec: Codec<A, I>, ast: AST.AST) =>
  (model: unknown, options?: AST.ParseOptions): Either.Either<I, ParseResult.ParseIssue> =>
    toEither(ast, model, codec.encode(model, options?.errors === "all"))

const toEither = <A>(ast: AST.AST, actual: unknown, result: A | Problems) =>
  result instanceof Problems ? Either.left(toIssue(ast, actual, result)) : Either.right(result)
