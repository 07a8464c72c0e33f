import { apkReader } from "./apk.ts";
import { composerReader } from "./composer.ts";
import { condaReader } from "./conda.ts";
import { dotnetReader } from "./dotnet.ts";
import { dpkgReader } from "./dpkg.ts";
import { gemReader } from "./gem.ts";
import { javaReader } from "./java/jars.ts";
import { npmReader } from "./npm.ts";
import type { PackageReader } from "./package-reader.ts";
import { pythonReader } from "./python.ts";
import { rpmReader } from "./rpm/rpm-reader.ts";

/** Those that go by the name of a file; programs are looked into for all there is in them at once. */
export const PACKAGE_READERS: readonly PackageReader[] = [
  npmReader,
  pythonReader,
  dpkgReader,
  apkReader,
  rpmReader,
  javaReader,
  gemReader,
  composerReader,
  dotnetReader,
  condaReader,
];
