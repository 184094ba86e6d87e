import { libsql } from "./harness.js"
import { ledgerSuite } from "./suite.js"

ledgerSuite("libsql", libsql)
