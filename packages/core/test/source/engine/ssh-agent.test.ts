import { chmodSync, existsSync, readFileSync, writeFileSync } from "node:fs";
import type { ServerResponse } from "node:http";
import { join } from "node:path";
import { setTimeout } from "node:timers/promises";
import { describe, expect, test } from "vitest";
import { connectDockerEngine } from "../../../src/source/engine/docker-engine.ts";
import { sshArguments } from "../../../src/source/engine/ssh-agent.ts";
import { type StandIn, standInEngine, withArchive } from "./stand-in-engine.ts";

describe("through ssh", () => {
  /** A directory with an ssh that does what the lines say, in JavaScript. */
  const withSsh = (directory: string, lines: string): NodeJS.ProcessEnv => {
    const program = join(directory, "ssh");
    const told = `fs.writeFileSync(${JSON.stringify(join(directory, "pid"))}, String(process.pid));`;
    writeFileSync(program, `#!${process.execPath}\nconst fs = require("node:fs");\n${told}\n${lines}\n`);
    chmodSync(program, 0o755);
    return { PATH: directory };
  };
  const address = { url: "ssh://me@far", origin: "DOCKER_HOST", isExplicit: true, ssh: { user: "me", host: "far" } };

  /** An ssh that connects to a socket. */
  const sshTo = ({ directory, socket }: StandIn): NodeJS.ProcessEnv => {
    const connect = `const socket = require("node:net").connect(${JSON.stringify(socket)});`;
    return withSsh(directory, `${connect}\nprocess.stdin.pipe(socket).pipe(process.stdout);`);
  };

  test("an engine answers as at its socket, and the command ends with the connection", async () => {
    await using server = await standInEngine(withArchive((response) => response.write(Buffer.alloc(2 ** 20, "x"))));
    const engine = await connectDockerEngine(address, "docker", { env: sshTo(server) });
    expect(engine.title).toBe("Docker Engine 99.1 at ssh://me@far");
    for await (const chunk of (await engine.findImage("app", undefined))?.export() ?? []) {
      expect(Buffer.from(chunk).toString()).toMatch(/^x+$/);
      break;
    }
    await engine[Symbol.asyncDispose]();
    const pid = readFileSync(join(server.directory, "pid"), "utf8");
    await expect.poll(() => existsSync(`/proc/${pid}`)).toBe(false);
  });

  test("an engine sends no faster than is read", async () => {
    let sent = 0;
    const send = (response: ServerResponse) => {
      const more = () => {
        sent += 2 ** 16;
        while (!response.destroyed && response.write(Buffer.alloc(2 ** 16))) sent += 2 ** 16;
      };
      response.on("drain", more);
      more();
    };
    await using server = await standInEngine(withArchive(send));
    await using engine = await connectDockerEngine(address, "docker", { env: sshTo(server) });
    for await (const _ of (await engine.findImage("app", undefined))?.export() ?? []) {
      await setTimeout(500);
      expect(sent).toBeLessThan(2 ** 22);
      break;
    }
  });

  test("is what Docker's and Podman's own commands do", () => {
    const place = { host: "far", port: 2222, identityFile: "/home/me/key", socketPath: "/run/user/1/it's.sock" };
    expect(sshArguments(place, "podman").slice(-7)).toEqual([
      ...["-p", "2222", "-i", "/home/me/key", "--", "far"],
      "podman --url 'unix:///run/user/1/it'\\''s.sock' system dial-stdio",
    ]);
    expect(sshArguments({ user: "me", host: "far" }, "docker").slice(-5)).toEqual([
      ...["-l", "me", "--", "far"],
      "docker system dial-stdio",
    ]);
  });

  test.each([
    ["Host key verification failed.", "refused", "Host key verification failed"],
    ["me@far: Permission denied (publickey).", "refused", "me@far: Permission denied (publickey)"],
    ["ssh: Could not resolve hostname far", "unreachable", "Could not resolve hostname far"],
    ["bash: line 1: docker: command not found", "unreachable", "bash: line 1: docker: command not found"],
    ["", "unreachable", "ssh ended with code 255"],
  ])("is told when it fails: %s", async (said, code, shown) => {
    await using server = await standInEngine(() => undefined);
    const env = withSsh(server.directory, `process.stderr.write(${JSON.stringify(said)}); process.exitCode = 255;`);
    await expect(connectDockerEngine(address, "docker", { env })).rejects.toMatchObject({
      code,
      message: `Docker at ssh://me@far (DOCKER_HOST): ssh: ${shown}`,
    });
  });

  test("is told when there is no ssh", async () => {
    await expect(connectDockerEngine(address, "docker", { env: { PATH: "/nonexistent" } })).rejects.toMatchObject({
      code: "no-engine",
      message: "Docker at ssh://me@far (DOCKER_HOST): there is no ssh command",
    });
  });
});
