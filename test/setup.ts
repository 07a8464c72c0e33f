/** What is done for each test file. Helpers may be loaded once for many files, so their own hooks would run for the first only. */
import { afterAll } from "vitest";
import { removeTemporaryFiles } from "./temporary-directory.ts";

// The first hook that is registered is the last one that runs.
afterAll(removeTemporaryFiles);
