import { libsql } from "./libsql.js"
import { ledgerSuite } from "./suite.js"

ledgerSuite("libsql", libsql)
