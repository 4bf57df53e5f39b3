"""Peer of the benchmarks add-10, add-10-backward and matmul-64: the cost of small operator calls from Python.

Reads "NAME COUNT" lines from standard input: add (ten elements), add-backward (forward and backward) or matmul (64 x 64, forward and
backward); answers each with a JSON list
of seconds for one call, each the mean over a block of calls. Ends at end of input.
"""
import json
import os
import sys
import time

THREADS = int(os.environ.get("PEER_THREADS", "1"))
os.environ.setdefault("OMP_NUM_THREADS", str(THREADS))
os.environ.setdefault("OPENBLAS_NUM_THREADS", str(THREADS))
import torch  # noqa: E402

torch.set_num_threads(THREADS)
a, b = torch.ones(10), torch.ones(10)
u, v = torch.ones(10, requires_grad=True), torch.ones(10, requires_grad=True)
x, y = torch.randn(64, 64, requires_grad=True), torch.randn(64, 64, requires_grad=True)


def add():
    for _ in range(2000):
        a + b
    return 2000


def add_backward():
    for _ in range(500):
        u.grad = v.grad = None
        (u + v).sum().backward()
    return 500


def matmul():
    for _ in range(100):
        x.grad = y.grad = None
        torch.matmul(x, y).sum().backward()
    return 100


CALLS = {"add": add, "add-backward": add_backward, "matmul": matmul}
print(json.dumps({"peer": f"PyTorch {torch.__version__}", "threads": torch.get_num_threads()}), flush=True)
for line in sys.stdin:
    name, count = line.split()
    seconds = []
    for _ in range(int(count)):
        start = time.perf_counter()
        calls = CALLS[name]()
        seconds.append((time.perf_counter() - start) / calls)
    print(json.dumps(seconds), flush=True)
