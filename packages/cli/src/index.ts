/**
 * What the command `openrouter-generations` writes, for programs that read it.
 */
export { SettlementLine } from "@effect-openrouter/generations/SettlementLine"
