/** Where credentials are looked for. */
import { describe, expect, test } from "vitest";
import { thisSystem } from "../../../../src/source/engine/system.ts";
import { credentialPlaces } from "../../../../src/source/registry/credentials/credential-places.ts";

function titles(env: NodeJS.ProcessEnv, platform: NodeJS.Platform = "linux", userId = 1000): string[] {
  return credentialPlaces({ ...thisSystem(env), platform, userId }).map((place) => place.title);
}

describe("credentials are looked for", () => {
  test("in the session, the configuration, Docker's configuration, and the old file", () => {
    expect(titles({ HOME: "/home/me", XDG_RUNTIME_DIR: "/run/user/1000" })).toEqual([
      "/run/user/1000/containers/auth.json",
      "/home/me/.config/containers/auth.json",
      "/home/me/.docker/config.json",
      "/home/me/.dockercfg",
    ]);
  });

  test("where the variables say", () => {
    const env = { HOME: "/home/me", XDG_RUNTIME_DIR: "/r", XDG_CONFIG_HOME: "/c", DOCKER_CONFIG: "/d" };
    expect(titles(env)).toEqual([
      "/r/containers/auth.json",
      "/c/containers/auth.json",
      "/d/config.json",
      "/home/me/.dockercfg",
    ]);
  });

  test("in the system's runtime directory when there is no session", () => {
    expect(titles({ HOME: "/root" }, "linux", 0)[0]).toBe("/run/containers/0/auth.json");
  });

  test("only in the home on macOS, and each place once", () => {
    const env = { HOME: "/home/me", XDG_RUNTIME_DIR: "/r" };
    expect(titles(env, "darwin")).toEqual([
      "/home/me/.config/containers/auth.json",
      "/home/me/.docker/config.json",
      "/home/me/.dockercfg",
    ]);
    expect(titles({ ...env, XDG_CONFIG_HOME: "/c" }, "darwin").slice(0, 2)).toEqual([
      "/home/me/.config/containers/auth.json",
      "/c/containers/auth.json",
    ]);
  });

  test("in the profile on Windows", () => {
    expect(
      titles({ USERPROFILE: "/profile", HOME: "/msys" }, "win32").every((title) => title.startsWith("/profile")),
    ).toBe(true);
  });

  test("only in REGISTRY_AUTH_FILE when it is set", () => {
    const env = { HOME: "/home/me", XDG_RUNTIME_DIR: "/r", DOCKER_CONFIG: "/d", REGISTRY_AUTH_FILE: "/auth.json" };
    expect(titles(env)).toEqual(["/auth.json"]);
  });

  test("in DOCKER_AUTH_CONFIG before all files", () => {
    expect(titles({ HOME: "/home/me", DOCKER_AUTH_CONFIG: "{}" })[0]).toBe("DOCKER_AUTH_CONFIG");
    expect(titles({ DOCKER_AUTH_CONFIG: "{}", REGISTRY_AUTH_FILE: "/auth.json" })).toEqual([
      "DOCKER_AUTH_CONFIG",
      "/auth.json",
    ]);
  });

  test("as if empty variables were not set", () => {
    const empty = { DOCKER_AUTH_CONFIG: "", REGISTRY_AUTH_FILE: "", XDG_CONFIG_HOME: "", DOCKER_CONFIG: "" };
    expect(titles({ HOME: "/home/me", ...empty })).toEqual(titles({ HOME: "/home/me" }));
  });
});
