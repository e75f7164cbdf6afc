# SPDX-License-Identifier: Apache-2.0
"""The programs of bench_plan in this Python: medians, the plan in us, the loops in ms.

plan.py FOLDER: FOLDER has plan.py.txt, fib.py.txt, dict.py.txt, strings.py.txt.
"""
import sys
import time

folder = sys.argv[1]
orders = [
    {"buyer": f"u{i % 3}@example.com", "kind": "express" if i % 2 else "slow", "price": i * 10}
    for i in range(10)
]


def source(name):
    with open(f"{folder}/{name}.py.txt") as file:
        return file.read()


def median(once, times):
    took = []
    for _ in range(times):
        begin = time.perf_counter_ns()
        once()
        took.append(time.perf_counter_ns() - begin)
    return sorted(took)[len(took) // 2]


plan = source("plan")


def run_plan():
    names = {"list_orders": lambda: orders, "send_report": lambda to, text: None}
    exec(compile(plan, "plan", "exec"), names)
    return names["answer"]


assert run_plan()["total"] == 250, run_plan()
figures = [median(run_plan, 2000) / 1e3]
for name in ("fib", "dict", "strings"):
    text = source(name)
    figures.append(median(lambda: exec(compile(text, name, "exec"), {}), 5) / 1e6)
print(*figures)
