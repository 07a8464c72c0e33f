/** Runs a program on a pseudo-terminal, which python3 makes. */
import { execFileSync, spawn } from "node:child_process";
import { COMMAND, plainEnvironment, type Result, ROOT } from "./command.ts";

/** Whether a program is installed. */
export function has(program: string): boolean {
  try {
    execFileSync("sh", ["-c", 'command -v "$0"', program], { stdio: "ignore" });
    return true;
  } catch {
    return false;
  }
}

/** A part of a test's name that says why it is skipped. */
export const unless = (program: string): string => (has(program) ? "" : ` (skipped: no ${program})`);

// Arguments: columns, seconds after which Ctrl-C is typed (0: never), program and arguments.
const PTY = `
import fcntl, os, select, struct, sys, termios, time
columns, interrupt = int(sys.argv[1]), float(sys.argv[2])
master, slave = os.openpty()
fcntl.ioctl(slave, termios.TIOCSWINSZ, struct.pack("HHHH", 24, columns, 0, 0))
child = os.fork()
if child == 0:
    os.close(master)
    os.setsid()
    fcntl.ioctl(slave, termios.TIOCSCTTY, 0)
    for fd in (0, 1, 2): os.dup2(slave, fd)
    os.execvp(sys.argv[3], sys.argv[3:])
os.close(slave)
at = time.monotonic() + interrupt if interrupt else None
while True:
    ready, _, _ = select.select([master], [], [], None if at is None else max(0, at - time.monotonic()))
    if not ready:
        os.write(master, b"\\x03")
        at = None
        continue
    try: data = os.read(master, 65536)
    except OSError: break
    if not data: break
    sys.stdout.buffer.write(data)
    sys.stdout.buffer.flush()
_, status = os.waitpid(child, 0)
sys.exit(os.waitstatus_to_exitcode(status))
`;

export interface TerminalOptions {
  readonly columns?: number;
  readonly env?: NodeJS.ProcessEnv;
  /** Seconds after which Ctrl-C is typed. */
  readonly interruptAfter?: number;
}

/** A shell script on a terminal; `$layerscope` in it is the command. What the terminal shows is in `stdout`. */
export function onTerminal(
  script: string,
  { columns = 80, env, interruptAfter = 0 }: TerminalOptions = {},
): Promise<Result> {
  const layerscope = `${process.execPath} ${COMMAND}`;
  const shell = ["sh", "-c", script];
  const child = spawn("python3", ["-c", PTY, String(columns), String(interruptAfter), ...shell], {
    cwd: ROOT,
    env: plainEnvironment({ ...env, layerscope }),
    stdio: ["ignore", "pipe", "pipe"],
  });
  const stdout: Buffer[] = [];
  const stderr: Buffer[] = [];
  child.stdout.on("data", (chunk: Buffer) => stdout.push(chunk));
  child.stderr.on("data", (chunk: Buffer) => stderr.push(chunk));
  return new Promise((resolve, reject) => {
    child.on("error", reject);
    child.on("close", (code) => {
      const bytes = Buffer.concat(stdout);
      // A terminal is sent "\r\n" for every "\n".
      resolve({
        code,
        bytes,
        stdout: bytes.toString().replaceAll("\r\n", "\n"),
        stderr: Buffer.concat(stderr).toString(),
      });
    });
  });
}
