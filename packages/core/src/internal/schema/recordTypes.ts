/**
 * The types of a record in the program, on the wire and in `make`.
 */
import type { JsonObject } from "../../JsonObject.js"
import type { AnyField } from "./anyField.js"

/** Fields by our names. */
export interface Fields {
  readonly [name: string]: AnyField
}

/** `createdAt` → `created_at`: the one rule between our names and OpenRouter's. */
export type WireName<Name> = Name extends `${infer Head}${infer Tail}`
  ? `${Head extends Lowercase<Head> ? Head : `_${Lowercase<Head>}`}${WireName<Tail>}`
  : ""

/** The record in the program. */
export type Type<Required extends Fields, Nullable extends Fields> =
  & { readonly [Name in keyof Required]: Required[Name]["schema"]["Type"] }
  & { readonly [Name in keyof Nullable]: Nullable[Name]["schema"]["Type"] | null }
  & {
    /** The fields that this version does not know, under OpenRouter's names, as received. */
    readonly unknownFields: JsonObject
  }

/** The record on the wire. */
export type RecordEncoded<Required extends Fields, Nullable extends Fields> =
  & { readonly [Name in keyof Required as WireName<Name>]: Required[Name]["schema"]["Encoded"] }
  & {
    readonly [Name in keyof Nullable as WireName<Name>]?: Nullable[Name]["schema"]["Encoded"] | null | undefined
  }
  & JsonObject

/** The input of `make`. */
export type RecordMakeInput<Required extends Fields, Nullable extends Fields> =
  & { readonly [Name in keyof Required]: NonNullable<Required[Name]["input"]> }
  & { readonly [Name in keyof Nullable]?: NonNullable<Nullable[Name]["input"]> | null | undefined }
  & { readonly unknownFields?: JsonObject | undefined }
