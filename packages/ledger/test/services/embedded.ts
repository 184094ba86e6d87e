export { layer as embedded } from "@effect-openrouter/ledger/LedgerEmbedded"
