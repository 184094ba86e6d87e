import { existsSync, readFileSync } from "node:fs"

/** Returns the folder of this package. The published command is one folder above its modules, the sources are deeper. */
const findPackageFolder = (folder: URL): URL =>
  existsSync(new URL("package.json", folder)) ? folder : findPackageFolder(new URL("../", folder))

/** The folder of this package. */
export const packageFolder: URL = findPackageFolder(new URL("./", import.meta.url))

const manifest: { readonly version: string } = JSON.parse(readFileSync(new URL("package.json", packageFolder), "utf8"))

/** The version of this package. */
export const version: string = manifest.version
