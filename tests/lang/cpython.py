# SPDX-License-Identifier: Apache-2.0
"""Runs programs: what a plan has to print and give is what CPython prints and gives.

Standard input and output: frames, each a line with a length in bytes and then that many bytes. The first
frame is a preamble, run once; each program runs in a copy of its globals. The answer: what was printed,
then a line `final JSON` or `raised TYPE`.
"""

import collections
import contextlib
import dataclasses
import datetime
import enum
import io
import json
import resource
import signal
import sys
import warnings

warnings.simplefilter("ignore")
sys.set_int_max_str_digits(0)
resource.setrlimit(resource.RLIMIT_AS, (1 << 30, 1 << 30))


def frame():
    line = sys.stdin.buffer.readline()
    return sys.stdin.buffer.read(int(line)).decode("utf-8", "surrogatepass") if line else None


def stop(*_):
    raise KeyboardInterrupt


def plain(value):
    """What a plan gives of values that json.dumps does not know."""
    if dataclasses.is_dataclass(value):
        return {f.name: getattr(value, f.name) for f in dataclasses.fields(value)}
    if isinstance(value, (set, frozenset, range, collections.deque)):
        return list(value)
    if isinstance(value, enum.Enum):
        return value.value
    if isinstance(value, (datetime.date, datetime.time)):
        return value.isoformat()
    raise TypeError


def run(program, names):
    out = io.StringIO()
    try:
        with contextlib.redirect_stdout(out):
            exec(compile(program, "plan", "exec"), names)
        value = json.dumps(names.get("final_return_value"), separators=(",", ":"),
                           ensure_ascii=False, allow_nan=False, default=plain)
        return out.getvalue() + "final " + value
    except KeyboardInterrupt:
        return "too slow"
    except BaseException as error:
        return out.getvalue() + "raised " + type(error).__name__


signal.signal(signal.SIGALRM, stop)
before = {"__name__": "__main__"}
exec(compile(frame(), "preamble", "exec"), before)
while (text := frame()) is not None:
    try:
        signal.alarm(5)
        answer = run(text, dict(before)).encode("utf-8", "surrogatepass")
        signal.alarm(0)
    except KeyboardInterrupt:
        answer = b"too slow"
    sys.stdout.buffer.write(b"%d\n" % len(answer) + answer)
    sys.stdout.buffer.flush()
