"""Runs a program on a pseudo-terminal and measures it from the other end: what a person at the keyboard would see.

    python3 measure.py PLAN     a plan and the result (on standard output) are JSON; run.mjs makes and reads them
"""

import fcntl
import json
import os
import re
import select
import signal
import struct
import sys
import termios
import time

SEQUENCE = re.compile(rb"\x1b(?:\[[0-?]*[ -/]*[@-~]|\][^\x07\x1b]*(?:\x07|\x1b\\)|[@-Z\\-_])")
FRAME_BEGIN = b"\x1b[?2026h"
FRAME_END = b"\x1b[?2026l"
FULL_CLEAR = re.compile(rb"\x1b\[[23]J")
# What terminals answer when a program asks for the background colour or for what they are.
ANSWERS = {b"\x1b]11;?": b"\x1b]11;rgb:1e1e/1e1e/1e1e\x1b\\", b"\x1b[c": b"\x1b[?62;22c"}


class Terminal:
    def __init__(self, argv, columns, rows):
        self.chunks = []  # (time, bytes), all that the program wrote
        self.master, slave = os.openpty()
        fcntl.ioctl(slave, termios.TIOCSWINSZ, struct.pack("HHHH", rows, columns, 0, 0))
        self.started = time.monotonic()
        self.pid = os.fork()
        if self.pid == 0:
            os.close(self.master)
            os.setsid()
            fcntl.ioctl(slave, termios.TIOCSCTTY, 0)
            for fd in (0, 1, 2):
                os.dup2(slave, fd)
            os.execvp(argv[0], argv)
        os.close(slave)

    def read(self, timeout):
        """Whether something came within that many seconds."""
        ready, _, _ = select.select([self.master], [], [], max(0, timeout))
        if not ready:
            return False
        try:
            data = os.read(self.master, 1 << 20)
        except OSError:
            data = b""
        if not data:
            raise EOFError("the program ended: " + self.text()[-400:])
        self.chunks.append((time.monotonic(), data))
        for question, answer in ANSWERS.items():
            if question in data:
                os.write(self.master, answer)
        return True

    def until_quiet(self, silence, limit):
        """Reads until nothing has come for so many seconds."""
        end = time.monotonic() + limit
        while time.monotonic() < end and self.read(silence):
            pass

    def text(self, since=0):
        data = b"".join(data for _, data in self.chunks[since:])
        return SEQUENCE.sub(b"", data).decode(errors="replace")

    def until_text(self, text, limit):
        """Seconds from the start until the text was there."""
        end = time.monotonic() + limit
        while text not in self.text():
            if time.monotonic() > end or not self.read(end - time.monotonic()):
                raise TimeoutError(f"{text!r} did not appear: " + self.text()[-400:])
        return self.chunks[-1][0] - self.started

    def press(self, keys):
        os.write(self.master, keys.encode())

    def one_key(self, key, silence):
        """Presses a key; seconds until the first frame was complete, until the last byte, and how many bytes."""
        at = len(self.chunks)
        begin = time.monotonic()
        self.press(key)
        self.read(2)
        self.until_quiet(silence, 2)
        new = self.chunks[at:]
        if not new:
            return None
        data = b""
        for moment, piece in new:
            data += piece
            if FRAME_END in data:
                break
        return moment - begin, new[-1][0] - begin, sum(len(piece) for _, piece in new)

    def cpu_seconds(self):
        with open(f"/proc/{self.pid}/stat") as file:
            fields = file.read().rsplit(")", 1)[1].split()
        return (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK")

    def memory(self):
        with open(f"/proc/{self.pid}/status") as file:
            fields = dict(line.split(":", 1) for line in file)
        return {name: int(fields[name].split()[0]) * 1024 for name in ("VmRSS", "VmHWM")}

    def close(self):
        """Ends the program, kindly first."""
        try:
            os.kill(self.pid, signal.SIGTERM)
            end = time.monotonic() + 2
            while time.monotonic() < end:
                try:
                    self.read(0.05)
                except EOFError:
                    break
            os.kill(self.pid, signal.SIGKILL)
        except ProcessLookupError:
            pass
        os.waitpid(self.pid, 0)
        os.close(self.master)


def percentile(values, share):
    ascending = sorted(values)
    return ascending[min(len(ascending) - 1, int(len(ascending) * share))]


def latencies(terminal, step):
    """Presses the keys of a step one by one, as often as it says; `before` is pressed ahead, unmeasured."""
    silence = step.get("silence", 0.08)
    for key in step.get("before", []):
        terminal.press(key)
        terminal.until_quiet(0.3, 5)
    results = []
    for _ in range(step["rounds"]):
        for key in step["keys"]:
            result = terminal.one_key(key, silence)
            if result is not None:
                results.append(result)
        for key in step.get("between", []):
            terminal.press(key)
            terminal.until_quiet(0.15, 5)
    if not results:
        raise RuntimeError(f"no key of {step['name']} changed the screen: " + terminal.text()[-400:])
    frames, settled, sizes = zip(*results)
    return {
        "name": step["name"],
        "count": len(results),
        "pressed": step["rounds"] * len(step["keys"]),
        "p50": percentile(frames, 0.5),
        "p95": percentile(frames, 0.95),
        "settled95": percentile(settled, 0.95),
        "bytes": percentile(sizes, 0.5),
    }


def hold(terminal, plan):
    """Holds a key down: repaints, processor time, and how long after the last key the last repaint came."""
    at = len(terminal.chunks)
    cpu = terminal.cpu_seconds()
    begin = time.monotonic()
    presses = []
    count = int(plan["rate"] * plan["seconds"])
    for number in range(count):
        due = begin + number / plan["rate"]
        while time.monotonic() < due:
            terminal.read(due - time.monotonic())
        terminal.press(plan["key"])
        presses.append(time.monotonic())
    took = time.monotonic() - begin
    used = terminal.cpu_seconds() - cpu
    terminal.until_quiet(0.3, 3)
    chunks = terminal.chunks[at:]
    data = b"".join(piece for _, piece in chunks)
    ends = [moment for moment, piece in chunks if FRAME_END in piece]
    # From each press to the first frame that was complete after it: how far the screen is behind the finger.
    lags = [next((end - press for end in ends if end > press), None) for press in presses]
    return {
        "keys": count,
        "frames": data.count(FRAME_BEGIN),
        "cpuShare": used / took,
        "lag": percentile([lag for lag in lags if lag is not None] or [9], 0.95),
        "last": chunks[-1][0] - presses[-1] if chunks else 9,
        "clears": len(FULL_CLEAR.findall(data)),
        "bytesPerSecond": len(data) / took,
    }


def main(plan):
    result = {}
    terminal = Terminal(plan["argv"], plan["columns"], plan["rows"])
    try:
        result["firstLayers"] = terminal.until_text(plan["layerText"], 30)
        terminal.until_quiet(1, 60)
        # Nothing moves on the screen when all has been read.
        result["fullTree"] = terminal.chunks[-1][0] - terminal.started
        result["steps"] = [latencies(terminal, step) for step in plan.get("steps", [])]
        result["memory"] = terminal.memory()
        if "hold" in plan:
            for key in plan["hold"].get("before", []):
                terminal.press(key)
                terminal.until_quiet(0.3, 5)
            result["hold"] = hold(terminal, plan["hold"])
        result["memoryAtEnd"] = terminal.memory()
    finally:
        terminal.close()
    print(json.dumps(result))


main(json.loads(sys.argv[1]))
