import type ts from "typescript"

/** What a rule may use. */
export interface Context {
  /** Returns the rewritten text of a node, without the comments before it. */
  readonly text: (node: ts.Node) => string
  /** Returns the name in this file of a module of Effect 4, and imports the module if the file does not yet. A type needs no value. */
  readonly use: (module: string, isType?: boolean) => string
  /** Returns `Either.left` for a node that names this member of a module of Effect 3, else `undefined`. */
  readonly memberName: (node: ts.Node) => string | undefined
  /** Checks that the module imports a module of Effect 3. */
  readonly imports: (module: string) => boolean
  /** Reports that a rule does not know a form. */
  readonly fail: (node: ts.Node, message: string) => void
}

/** Returns the text of a node for Effect 4, or `undefined` if the rule does not apply to it. */
export interface Rule {
  (node: ts.Node, context: Context): string | undefined
}
