#!/usr/bin/python3
"""Drives the kernel with Jupyter's own client. Usage: conformance.py CHECK COMMAND...; COMMAND starts the kernel, the connection file is added.

Every check starts a kernel of its own and raises AssertionError when the kernel does not do what the protocol says. Exit code 0: passed.
"""
import contextlib
import hashlib
import hmac
import json
import os
import queue
import random
import re
import signal
import subprocess
import sys
import tempfile
import time
import uuid

import zmq
from jupyter_client.kernelspec import KernelSpecManager
from jupyter_client.manager import KernelManager

COMMAND = sys.argv[2:]
LONG = 60


def spec_folder():
    """A kernel specification that starts the command under test, found through JUPYTER_PATH."""
    folder = tempfile.mkdtemp(prefix="workbook-kernel-")
    kernel = os.path.join(folder, "kernels", ".net-csharp")
    os.makedirs(kernel)
    with open(os.path.join(kernel, "kernel.json"), "w") as file:
        json.dump({"argv": COMMAND + ["{connection_file}"], "display_name": ".NET (C#)", "language": "C#", "interrupt_mode": "message"}, file)
    os.environ["JUPYTER_PATH"] = folder
    os.environ["JUPYTER_DATA_DIR"] = os.path.join(folder, "user")
    os.environ["JUPYTER_RUNTIME_DIR"] = os.path.join(folder, "runtime")
    return folder


@contextlib.contextmanager
def kernel(folder=None):
    manager = KernelManager(kernel_name=".net-csharp", kernel_spec_manager=KernelSpecManager(kernel_dirs=[os.path.join(spec_folder(), "kernels")]))
    log = tempfile.TemporaryFile()
    manager.start_kernel(stdout=log, stderr=log, cwd=folder or tempfile.mkdtemp(prefix="workbook-cwd-"))
    manager.log_file = log
    client = manager.client()
    client.start_channels()
    try:
        client.wait_for_ready(timeout=LONG)
        yield manager, client
    finally:
        client.stop_channels()
        if manager.is_alive():
            manager.shutdown_kernel(now=True)
        log.close()


def log_of(manager):
    manager.log_file.seek(0)
    return manager.log_file.read().decode()


def reply_to(client, msg_id, timeout=LONG):
    end = time.monotonic() + timeout
    while True:
        reply = client.get_shell_msg(timeout=max(0.01, end - time.monotonic()))
        if reply["parent_header"].get("msg_id") == msg_id:
            return reply["content"]


def outputs_of(client, msg_id, timeout=LONG):
    """The messages on iopub until the request's idle."""
    found, end = [], time.monotonic() + timeout
    while True:
        message = client.get_iopub_msg(timeout=max(0.01, end - time.monotonic()))
        if message["parent_header"].get("msg_id") != msg_id:
            continue
        if message["msg_type"] == "status" and message["content"]["execution_state"] == "idle":
            return found
        found.append(message)


def run(client, code, timeout=LONG, **options):
    msg_id = client.execute(code, **options)
    reply = reply_to(client, msg_id, timeout)
    return reply, outputs_of(client, msg_id, timeout)


def text_of(outputs):
    return "".join(o["content"]["text"] for o in outputs if o["msg_type"] == "stream")


def result_of(outputs):
    return next((o["content"]["data"]["text/plain"] for o in outputs if o["msg_type"] == "execute_result"), None)


def value(client, code):
    reply, outputs = run(client, code)
    assert reply["status"] == "ok", reply
    return result_of(outputs)


def check_execute():
    with kernel() as (_, client):
        reply, outputs = run(client, 'var a = 20; Console.WriteLine("über 😀"); Console.Error.WriteLine("fehl"); a + 1')
        assert reply["status"] == "ok" and reply["execution_count"] == 1, reply
        kinds = [o["msg_type"] for o in outputs]
        assert kinds == ["status", "execute_input", "stream", "stream", "execute_result"], kinds
        assert outputs[2]["content"] == {"name": "stdout", "text": "über 😀\n"}
        assert outputs[3]["content"] == {"name": "stderr", "text": "fehl\n"}
        assert outputs[4]["content"]["data"] == {"text/plain": "21"} and outputs[4]["content"]["execution_count"] == 1
        assert value(client, "a * 2") == "40"
        reply, outputs = run(client, 'using Microsoft.DotNet.Interactive; var d = KernelInvocationContext.Current.Display("one", "text/plain"); d.Update("two"); display(HTML("<b>x</b>"));')
        kinds = [(o["msg_type"], list(o["content"].get("data", {}))) for o in outputs[2:]]
        assert kinds == [("display_data", ["text/plain"]), ("update_display_data", ["text/plain"]), ("display_data", ["text/html"])], kinds
        assert outputs[2]["content"]["transient"] == outputs[3]["content"]["transient"]
        reply, outputs = run(client, '"[1,2]".DisplayAs("application/json");')
        assert outputs[-1]["content"]["data"]["application/json"] == [1, 2]
        reply, outputs = run(client, "var quiet = 5; Console.WriteLine(quiet);", silent=True)
        assert [o["msg_type"] for o in outputs] == ["status"], outputs
        reply, _ = run(client, "quiet")
        assert reply["execution_count"] == 5, reply
        reply, _ = run(client, "   ")
        assert reply["status"] == "ok"


def check_errors():
    with kernel() as (_, client):
        reply, outputs = run(client, 'var kept = 7;\nthrow new InvalidOperationException("broken");')
        assert reply["status"] == "error" and reply["ename"] == "System.InvalidOperationException" and reply["evalue"] == "cell 1, line 2: broken", reply
        error = next(o["content"] for o in outputs if o["msg_type"] == "error")
        assert error["evalue"] == reply["evalue"] and error["traceback"] == reply["traceback"]
        assert value(client, "kept") == "7"
        reply, _ = run(client, "var b = missing;")
        assert reply["ename"] == "CompilationError" and "missing" in reply["evalue"], reply
        # What waits behind a failed cell is not run.
        ids = [client.execute(code) for code in ('throw new Exception("x");', "kept = 8;", "kept = 9;")]
        assert [reply_to(client, i)["status"] for i in ids] == ["error", "aborted", "aborted"]
        assert value(client, "kept") == "7"
        ids = [client.execute(code, stop_on_error=False) for code in ('throw new Exception("x");', "kept = 8;")]
        assert [reply_to(client, i)["status"] for i in ids] == ["error", "ok"]
        assert value(client, "kept") == "8"


def answer_input(client, line):
    question = client.get_stdin_msg(timeout=LONG)
    client.input(line)
    return question["content"]


def check_stdin():
    with kernel() as (_, client):
        msg_id = client.execute('var line = Console.ReadLine(); var name = await GetInputAsync("Who?"); var secret = await GetPasswordAsync("Key?"); $"{line} {name} {secret.GetClearTextPassword()}"')
        asked = [answer_input(client, line) for line in ("first", "zweite 😀", "third")]
        assert asked == [{"prompt": "", "password": False}, {"prompt": "Who?", "password": False}, {"prompt": "Key?", "password": True}], asked
        assert reply_to(client, msg_id)["status"] == "ok"
        assert result_of(outputs_of(client, msg_id)) == "first zweite 😀 third"
        reply, _ = run(client, "Console.ReadLine()", allow_stdin=False)
        assert reply["status"] == "error" and "no user to ask" in reply["evalue"], reply
        # A question nobody answers can be interrupted.
        msg_id = client.execute("Console.ReadLine()")
        client.get_stdin_msg(timeout=LONG)
        interrupt(client)
        assert reply_to(client, msg_id, 3)["status"] == "error"
        assert value(client, "line") == "first"


def interrupt(client):
    client.control_channel.send(client.session.msg("interrupt_request", {}))


def wait_for_text(client, text, timeout=LONG):
    end, seen = time.monotonic() + timeout, ""
    while text not in seen:
        message = client.get_iopub_msg(timeout=max(0.01, end - time.monotonic()))
        if message["msg_type"] == "stream":
            seen += message["content"]["text"]


def interrupted(client, code, longest):
    msg_id = client.execute(code)
    wait_for_text(client, "running")
    time.sleep(0.2)
    started = time.monotonic()
    interrupt(client)
    reply = reply_to(client, msg_id, longest + 10)
    elapsed = time.monotonic() - started
    assert elapsed < longest, f"ended after {elapsed:.2f} s, longest {longest} s"
    return elapsed, reply, outputs_of(client, msg_id)


def check_interrupt():
    with kernel() as (_, client):
        run(client, "var state = 41;")
        for code in ('Console.WriteLine("running"); while (true) { }', 'Console.WriteLine("running"); while (true) { }', 'Console.WriteLine("running"); var k = 0L; while (true) { k++; }', 'Console.WriteLine("running"); System.Threading.Thread.Sleep(60000);', 'Console.WriteLine("running"); await Task.Delay(60000);'):
            elapsed, reply, _ = interrupted(client, code, 1.0)
            assert reply["status"] == "error" and reply["ename"] == "Interrupted", reply
            print(f"{elapsed:.2f} s  {code}")
        assert value(client, "state + 1") == "42"
        elapsed, reply, _ = interrupted(client, 'await Task.Delay(1); Console.WriteLine("running"); while (true) { }', 1.0)
        print(f"{elapsed:.2f} s  loop after an await")
        assert value(client, "state + 1") == "42"


def check_stubborn_cell():
    """What no means can stop (here a loop in a finally block): the sentence after 5 s, cells are refused until it ends by itself."""
    folder = tempfile.mkdtemp()
    with kernel(folder) as (_, client):
        run(client, "var state = 41;")
        elapsed, reply, _ = interrupted(client, 'await Task.Delay(1); Console.WriteLine("running"); try { throw new Exception("first"); } finally { while (!System.IO.File.Exists("go")) { } }', 7)
        print(f"{elapsed:.2f} s  {reply['evalue']}")
        assert elapsed > 4 and "still runs" in reply["evalue"] and "restart" in reply["evalue"], reply
        reply, _ = run(client, "state")
        assert reply["status"] == "error" and reply["ename"] == "Busy", reply
        open(os.path.join(folder, "go"), "w").close()
        time.sleep(1)
        assert value(client, "state + 1") == "42"


def check_training_loop():
    code = """
using Microsoft.DotNet.Interactive;
var token = KernelInvocationContext.Current.CancellationToken;
for (; step < 1000; step++)
{
    if (token.IsCancellationRequested) break;
    Console.WriteLine($"running {step}");
    var until = DateTime.UtcNow.AddMilliseconds(800);
    while (DateTime.UtcNow < until) { }
    finished = step;
}
"""
    with kernel() as (_, client):
        run(client, "int step = 0, finished = -1;")
        elapsed, reply, _ = interrupted(client, code, 3)
        print(f"{elapsed:.2f} s  {reply['status']}")
        step, finished = int(value(client, "step")), int(value(client, "finished"))
        assert finished == step - 1, f"stopped within a step: step {step}, finished {finished}"
        interrupted(client, code, 3)
        assert int(value(client, "step")) > step, "the loop did not go on from its state"


def check_restart():
    with kernel() as (manager, client):
        run(client, "var a = 1;")
        started = time.monotonic()
        manager.restart_kernel()
        client.wait_for_ready(timeout=LONG)
        print(f"restart {time.monotonic() - started:.2f} s")
        reply, _ = run(client, "a")
        assert reply["status"] == "error", reply
        # Also while a cell runs that ignores everything.
        client.execute('Console.WriteLine("running"); var n = 0; while (true) { try { while (true) n++; } catch { } }')
        wait_for_text(client, "running")
        manager.restart_kernel()
        client.wait_for_ready(timeout=LONG)
        assert value(client, "1 + 1") == "2"
        started = time.monotonic()
        manager.shutdown_kernel()
        print(f"shutdown {time.monotonic() - started:.2f} s")
        assert not manager.is_alive()


def completions(client, code, cursor=None):
    msg_id = client.complete(code, len(code) if cursor is None else cursor)
    return reply_to(client, msg_id)


def check_completion():
    with kernel() as (_, client):
        run(client, "var name = \"text\"; class Point { public int Across; public int Up; } var p = new Point();")
        for code, expected in [
            ("Console.Wri", ["Write", "WriteLine"]),
            ("name.Sub", ["Substring"]),
            ("name.Whe", ["Where"]),
            ("p.", ["Across", "Up"]),
            ("Enumerable.Range(0, 3).Sel", ["Select", "SelectMany"]),
            ("foreach (var point in new[] { p }) { point.", ["Across"]),
            ("new[] { p }.Select(q => q.", ["Up"]),
            ("System.Collections.", ["Generic", "IEnumerable"]),
            ("nam", ["name", "namespace"]),
            ("var 😀x = 1;".replace("😀x", "ü") + " \"😀😀\".Len", ["Length"]),
            ("p?.A", ["Across"]),
            ("new Poi", ["Point"]),
            ("new Point { ", ["Across"]),
            ("Console.WriteLine(Math.", ["Sqrt", "PI"]),
            ("using System.Thr", ["Threading"]),
            ("int local = 1; loc", ["local"]),
            ("DayOfWeek.Mon", ["Monday"]),
        ]:
            reply = completions(client, code)
            assert reply["status"] == "ok" and all(word in reply["matches"] for word in expected), (code, reply["matches"][:20])
            word = code[reply["cursor_start"]:]
            assert reply["cursor_end"] == len(code) and all(m.lower().startswith(word.lower()) for m in reply["matches"]), (code, word)
        assert completions(client, '"Console.Wri')["matches"] == []
        assert completions(client, "// Console.Wri")["matches"] == []
        code = "p.\nvar next = 3;"
        assert "Across" in completions(client, code, 2)["matches"]
        assert not any(match.startswith("CellAwait") for match in completions(client, "")["matches"])
        started = time.monotonic()
        for _ in range(10):
            completions(client, "name.")
        print(f"completion {(time.monotonic() - started) * 100:.0f} ms")
        for code, status in [("var x = 1;", "complete"), ("if (true) {", "incomplete"), ("Console.WriteLine(", "incomplete"), ("1 + 1", "complete"), ("var = ;", "invalid"), ("#!csharp\n1", "complete")]:
            assert reply_to(client, client.is_complete(code))["status"] == status, code


def check_inspection():
    with kernel() as (_, client):
        run(client, "/// <summary>Twice the value.</summary>\nint Twice(int value) => 2 * value;\nvar name = \"x\";")
        for code, cursor, expected in [
            ("Console.WriteLine(1)", 12, ["Console.WriteLine", "Writes"]),
            ("Math.Sqrt(", 10, ["double Math.Sqrt(double d)", "square root"]),
            ("Twice(3)", 2, ["int Twice(int value)", "Twice the value."]),
            ("name", 1, ["string name"]),
            ("new List<int>().Select(x => x)", 18, ["Select", "Projects each element"]),
            ("\"😀\".Substring(1)", 8, ["Substring"]),
        ]:
            reply = reply_to(client, client.inspect(code, cursor))
            assert reply["found"], code
            assert all(text in reply["data"]["text/plain"] for text in expected), (code, reply["data"]["text/plain"])
        assert not reply_to(client, client.inspect("   ", 1))["found"]


def check_much_output():
    with kernel() as (_, client):
        run(client, "1")
        started = time.monotonic()
        reply, outputs = run(client, "for (int i = 0; i < 20000; i++) Console.WriteLine(i);")
        text = text_of(outputs)
        assert text == "".join(f"{i}\n" for i in range(20000))
        print(f"20,000 lines {(time.monotonic() - started) * 1000:.0f} ms in {len(outputs)} messages")
        assert len(outputs) < 200, len(outputs)
        started = time.monotonic()
        reply, outputs = run(client, 'display(HTML(new string(\'x\', 5_000_000)));')
        assert len(outputs[-1]["content"]["data"]["text/html"]) == 5_000_000
        print(f"5 MB {(time.monotonic() - started) * 1000:.0f} ms")
        # Updates that come faster than front ends show them are thinned, and the last one arrives.
        reply, outputs = run(client, 'using Microsoft.DotNet.Interactive; var d = KernelInvocationContext.Current.Display("start", "text/plain"); for (int i = 0; i <= 5000; i++) d.Update(i.ToString());')
        updates = [o for o in outputs if o["msg_type"] == "update_display_data"]
        assert len(updates) < 100 and updates[-1]["content"]["data"]["text/plain"] == "5000", len(updates)


def check_two_clients():
    with kernel() as (manager, first):
        second = manager.client()
        second.session = type(first.session)(key=first.session.key)
        second.start_channels()
        second.wait_for_ready(timeout=LONG)
        run(first, "var shared = 1;")
        assert value(second, "shared + 1") == "2"
        ids = [(c, c.execute(f"await Task.Delay(5); {n}")) for n in range(20) for c in (first, second)]
        assert all(reply_to(c, i)["status"] == "ok" for c, i in ids)
        msg_id = second.execute("Console.ReadLine()")
        assert answer_input(second, "for the second")["prompt"] == ""
        assert reply_to(second, msg_id)["status"] == "ok"
        second.stop_channels()
        assert value(first, "shared") == "1"


def raw_shell(manager, kind=zmq.DEALER, port="shell_port"):
    info = manager.get_connection_info()
    socket = zmq.Context.instance().socket(kind)
    socket.linger = 0
    socket.connect(f"tcp://{info['ip']}:{info[port]}")
    return socket, info["key"] if isinstance(info["key"], bytes) else info["key"].encode()


def parts_of(code="evil = 1;", kind="execute_request", content=None):
    header = {"msg_id": uuid.uuid4().hex, "username": "x", "session": uuid.uuid4().hex, "msg_type": kind, "version": "5.3", "date": "2026-01-01T00:00:00Z"}
    content = content if content is not None else {"code": code, "silent": False, "store_history": False, "user_expressions": {}, "allow_stdin": False}
    return [json.dumps(part).encode() for part in (header, {}, {}, content)]


def signature(key, parts):
    return hmac.new(key, b"".join(parts), hashlib.sha256).hexdigest().encode()


def no_answer(socket, seconds=0.5):
    assert not socket.poll(seconds * 1000), socket.recv_multipart()


def check_signatures():
    with kernel() as (manager, client):
        run(client, "int evil = 0;")
        socket, key = raw_shell(manager)
        parts = parts_of()
        good = signature(key, parts)
        for wrong in (b"", b"0" * 64, good[:-1], good[:-1] + (b"0" if good[-1:] != b"0" else b"1"), good.upper(), good + b" ", signature(b"other", parts), hashlib.sha256(b"".join(parts)).hexdigest().encode()):
            socket.send_multipart([b"<IDS|MSG>", wrong] + parts)
        moved = [parts[0], parts[1], parts[2], parts_of("evil = 2;")[3]]
        socket.send_multipart([b"<IDS|MSG>", good] + moved)  # the signature of another content
        socket.send_multipart([b"<IDS|MSG>", good] + parts[:3])
        socket.send_multipart([b"<IDS|MSG>"] + parts)
        socket.send_multipart(parts)
        control, _ = raw_shell(manager, port="control_port")
        for kind in ("shutdown_request", "interrupt_request"):
            control.send_multipart([b"<IDS|MSG>", b"0" * 64] + parts_of(kind=kind, content={"restart": False}))
        no_answer(socket)
        no_answer(control)
        assert value(client, "evil") == "0"
        # Signed rightly it runs, once: the same bytes again do nothing.
        parts = parts_of("evil += 10; evil")
        for _ in range(3):
            socket.send_multipart([b"<IDS|MSG>", signature(key, parts)] + parts)
        assert socket.poll(10000)
        socket.recv_multipart()
        no_answer(socket)
        assert value(client, "evil") == "10"
        log = log_of(manager)
        for reason in ("not signed", "wrong signature", "played again", "fewer frames", "no delimiter"):
            assert reason in log, (reason, log)


def check_malformed():
    """1,000 messages that are wrong in some way, from a fixed seed: signed rubbish, broken frames, broken ZMTP."""
    rng = random.Random(20261126)

    def rubbish(longest=200):
        return bytes(rng.randrange(256) for _ in range(rng.randrange(longest)))

    def odd_json():
        return rng.choice([b"", b"null", b"[]", b"1", b'"x"', b"{", b'{"msg_type":1}', b'{"msg_id":"a"}', b'{"msg_type":"execute_request"}', b'{"a":' * 500 + b"1" + b"}" * 500, b'{"code":"\\ud800"}', b"\xff\xfe{}", rubbish()])

    with kernel() as (manager, client):
        run(client, "var alive = 1;")
        info = manager.get_connection_info()
        shell, key = raw_shell(manager)
        control, _ = raw_shell(manager, port="control_port")
        stdin, _ = raw_shell(manager, port="stdin_port")
        for number in range(1000):
            socket = rng.choice([shell, control, stdin])
            parts = parts_of()
            way = rng.randrange(8)
            if way == 0:
                socket.send_multipart([rubbish() for _ in range(rng.randrange(1, 12))])
            elif way == 1:
                parts[rng.randrange(4)] = odd_json()
                socket.send_multipart([b"<IDS|MSG>", signature(key, parts)] + parts)
            elif way == 2:
                content = {name: rng.choice([None, 1, [], {}, True, -1, 1e300]) for name in ("code", "cursor_pos", "silent", "comm_id", "allow_stdin", "stop_on_error", "value") if rng.random() < 0.8}
                kind = rng.choice(["execute_request", "complete_request", "inspect_request", "is_complete_request", "comm_open", "input_reply"])
                if isinstance(content.get("code"), str) or (kind == "input_reply" and socket is not stdin):
                    continue
                parts = parts_of(kind=kind, content=content)
                socket.send_multipart([b"<IDS|MSG>", signature(key, parts)] + parts)
            elif way == 3:
                parts = parts_of(kind="unknown_" + str(number))
                socket.send_multipart([b"<IDS|MSG>", signature(key, parts)] + parts)
            elif way == 4:
                socket.send_multipart([rubbish() for _ in range(70)])
            elif way == 5:
                socket.send_multipart([b"<IDS|MSG>", signature(key, parts)] + parts[: rng.randrange(4)])
            else:
                import socket as plain
                port = info[rng.choice(["shell_port", "control_port", "stdin_port", "iopub_port", "hb_port"])]
                with contextlib.suppress(OSError), plain.create_connection((info["ip"], port), timeout=5) as raw:
                    greeting = b"\xff" + b"\x00" * 8 + b"\x7f\x03\x00NULL" + b"\x00" * 48
                    ready = b"\x04\x1a\x05READY\x0bSocket-Type\x00\x00\x00\x06DEALER"
                    start = rng.choice([b"", b"GET / HTTP/1.1\r\n\r\n", greeting, greeting[:20], greeting + ready, greeting + ready + b"\x02\x7f" + b"\xff" * 7, greeting + ready + b"\x02\x00\x00\x00\x00\x10\x00\x00\x00", greeting + b"\x04\x05\xffREA"])
                    raw.sendall(start + rubbish())
        time.sleep(1)
        for socket in (shell, control, stdin):
            while socket.poll(0):
                answer = socket.recv_multipart()
                raise AssertionError(f"answered: {answer}")
        assert manager.is_alive()
        assert value(client, "alive") == "1"
        big, _ = raw_shell(manager)
        with contextlib.suppress(zmq.ZMQError):
            parts = parts_of("//" + "x" * (65 << 20))
            big.send_multipart([b"<IDS|MSG>", signature(key, parts)] + parts)
        no_answer(big, 1)
        assert value(client, "alive") == "1"
        memory = int(re.search(r"VmRSS:\s+(\d+)", open(f"/proc/{manager.provisioner.process.pid}/status").read()).group(1)) // 1024
        print(f"memory afterwards {memory} MB")


def check_information():
    with kernel() as (_, client):
        info = reply_to(client, client.kernel_info())
        assert info["protocol_version"] == "5.3" and info["language_info"]["name"] == "C#" and info["language_info"]["file_extension"] == ".cs", info
        assert reply_to(client, client.history())["history"] == []
        assert reply_to(client, client.comm_info())["comms"] == {}
        message = client.session.msg("comm_open", {"comm_id": "c1", "target_name": "jupyter.widget", "data": {}})
        client.shell_channel.send(message)
        assert [o["msg_type"] for o in outputs_of(client, message["header"]["msg_id"])] == ["status", "comm_close"]
        assert client.is_alive()  # the heartbeat
        assert client.hb_channel.is_beating()


def lives(pid):
    try:
        return open(f"/proc/{pid}/stat").read().rsplit(")", 1)[1].split()[0] != "Z"
    except FileNotFoundError:
        return False


def check_orphan():
    """A kernel whose parent dies ends."""
    folder = tempfile.mkdtemp()
    script = f"""
import os, sys, json, subprocess, time
from jupyter_client.connect import write_connection_file
file, info = write_connection_file(os.path.join({folder!r}, 'c.json'), key=b'secret')
child = subprocess.Popen({COMMAND!r} + [file], env=dict(os.environ, JPY_PARENT_PID=str(os.getpid())))
print(child.pid, flush=True)
time.sleep(60)
"""
    parent = subprocess.Popen([sys.executable, "-c", script], stdout=subprocess.PIPE)
    child = int(parent.stdout.readline())
    time.sleep(1.5)
    assert lives(child)
    parent.kill()
    parent.wait()
    end = time.monotonic() + 10
    while lives(child):
        if time.monotonic() > end:
            os.kill(child, signal.SIGKILL)
            raise AssertionError("the kernel outlived its parent")
        time.sleep(0.1)


def check_listens_on_loopback_only():
    with kernel() as (manager, _):
        pid = manager.provisioner.process.pid
        inodes = {os.readlink(f"/proc/{pid}/fd/{fd}") for fd in os.listdir(f"/proc/{pid}/fd") if os.path.islink(f"/proc/{pid}/fd/{fd}")}
        for table in ("/proc/net/tcp", "/proc/net/tcp6"):
            for line in open(table).read().splitlines()[1:]:
                columns = line.split()
                if columns[3] == "0A" and f"socket:[{columns[9]}]" in inodes:
                    assert columns[1].startswith("0100007F:"), line
    with tempfile.TemporaryDirectory() as folder:
        file = os.path.join(folder, "c.json")
        for change in ({"ip": "0.0.0.0"}, {"key": ""}, {"transport": "ipc"}, {"signature_scheme": "hmac-md5"}):
            info = {"ip": "127.0.0.1", "key": "k", "transport": "tcp", "signature_scheme": "hmac-sha256", "shell_port": 0, "control_port": 0, "stdin_port": 0, "iopub_port": 0, "hb_port": 0, **change}
            with open(file, "w") as out:
                json.dump(info, out)
            done = subprocess.run(COMMAND + [file], capture_output=True, timeout=30)
            assert done.returncode == 1 and b"kernel" in done.stderr, (change, done)


def check_nbconvert():
    """nbconvert executes a notebook, twice with the same outputs; a failing one stops it."""
    import nbformat
    folder = tempfile.mkdtemp(prefix="workbook-nbconvert-")
    spec_folder()

    def write(name, *cells):
        notebook = nbformat.v4.new_notebook(cells=[nbformat.v4.new_code_cell(cell, id=f"cell-{i}") for i, cell in enumerate(cells)], metadata={"kernelspec": {"name": ".net-csharp", "display_name": ".NET (C#)", "language": "C#"}})
        nbformat.write(notebook, os.path.join(folder, name))

    write("good.ipynb", "var a = 1;", "Console.WriteLine(a); await Task.Delay(10); Console.WriteLine(a + 1);", "new[] { new { x = 1, y = 2.5 } }", 'display(HTML("<b>bold</b>")); a')
    write("bad.ipynb", 'throw new Exception("expected");', "1")

    def convert(name, target):
        return subprocess.run([sys.executable, "-m", "nbconvert", "--to", "notebook", "--execute", name, "--output", target], cwd=folder, capture_output=True, text=True, timeout=120)

    texts = []
    for target in ("one.ipynb", "two.ipynb"):
        started = time.monotonic()
        done = convert("good.ipynb", target)
        assert done.returncode == 0, done.stderr
        print(f"nbconvert {time.monotonic() - started:.1f} s")
        executed = nbformat.read(os.path.join(folder, target), 4)
        for cell in executed.cells:
            cell.metadata = {}
        texts.append(json.dumps(executed.cells))
    assert texts[0] == texts[1]
    assert "1\\n2\\n" in texts[0] and "<b>bold</b>" in texts[0]
    done = convert("bad.ipynb", "three.ipynb")
    assert done.returncode != 0 and "expected" in done.stderr, done.stderr


def check_figures():
    """Not a law, a measurement: start, first cell, round trip."""
    times = []
    for _ in range(3):
        started = time.monotonic()
        with kernel() as (_, client):
            ready = time.monotonic() - started
            began = time.monotonic()
            run(client, "var first = Enumerable.Range(0, 10).Select(i => i * i).ToList(); first.Count")
            first = time.monotonic() - began
            trips = []
            for n in range(40):
                began = time.monotonic()
                run(client, f"var z{n} = {n};")
                trips.append(time.monotonic() - began)
            times.append((ready, first, sorted(trips)[20]))
    for ready, first, trip in times:
        print(f"ready {ready:.2f} s, first cell {first:.2f} s, round trip {trip * 1000:.0f} ms")


if __name__ == "__main__":
    globals()[f"check_{sys.argv[1]}"]()
