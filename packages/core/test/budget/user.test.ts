/** The user that the configuration names. */
import { describe, expect, test } from "vitest";
import type { BudgetVerdict } from "../../src/budget/budget.ts";
import { pack, scanArchive } from "../tree/scan-layers.ts";
import { check } from "./check-image.ts";

async function checkUser(user: string | undefined, os = "linux"): Promise<BudgetVerdict> {
  const config = user === undefined ? {} : { User: user };
  const platform = { os, architecture: "amd64" };
  return check(await scanArchive(pack([[]], "plain", { config, platform })), { kind: "nonRoot" });
}

describe("the user is root", () => {
  test.each(["", "root", "root:x", "0", "00", "0:1000", "+0", "-0", ":1000"])("as %j", async (user) => {
    expect(await checkUser(user)).toMatchObject({ status: "failed", value: 1, limit: 0, margin: -1, unit: "count" });
  });

  test("when the configuration names none", async () => {
    const verdict = await checkUser(undefined);
    expect(verdict.status).toBe("failed");
    expect(verdict.notes).toEqual(["the configuration names no user"]);
  });

  test.each(["", "ContainerAdministrator", "containeradministrator"])("on Windows as %j", async (user) => {
    expect((await checkUser(user, "windows")).status).toBe("failed");
  });
});

describe("the user is not root", () => {
  test.each(["1000", "1000:0", "app", "app:root", "10", "0x0", "rooted", "Root"])("as %j", async (user) => {
    expect(await checkUser(user)).toMatchObject({ status: "passed", value: 0, margin: 0 });
  });

  test.each(["ContainerUser", "0", "root"])("on Windows as %j", async (user) => {
    expect((await checkUser(user, "windows")).status).toBe("passed");
  });
});

test("a note says what the configuration names, harmless to print", async () => {
  expect((await checkUser("0:a\u001b[2Jb")).notes).toEqual(['the configuration names the user "0:a\\u001b[2Jb"']);
});

test("an image that cannot be read to its end has a user all the same", async () => {
  const archive = pack([[]], "plain", { config: { User: "app" }, broken: { missing: [0] } });
  const analysis = await scanArchive(archive);
  expect(analysis.image.complete).toBe(false);
  expect(check(analysis, { kind: "nonRoot" }).status).toBe("passed");
});
