#!/usr/bin/env python3
"""make.py CHECKOUT NAME [CONNECTION_STRING]: fills a database with the built release of a checkout, kills its processes with work under way,
and prints what a later release has to find there. The database is NAME.sqlite, or the one that the connection string names."""
import json
import os
import signal
import socket
import sqlite3
import subprocess
import sys
import tempfile
import time
import urllib.request


def free_port():
    with socket.socket() as listener:
        listener.bind(("127.0.0.1", 0))
        return listener.getsockname()[1]


checkout, name = sys.argv[1:3]
connection = sys.argv[3] if len(sys.argv) > 3 else None
data = tempfile.mkdtemp(prefix="aurora-release-")
url = f"http://127.0.0.1:{free_port()}"
secret = None


def program(project):
    return os.path.join(checkout, project, "bin", "Debug", "net10.0", f"Aurora.{project}.dll")


def start(project, **variables):
    clean = {key: value for key, value in os.environ.items() if not key.startswith(("AURORA_", "ASPNETCORE_", "ConnectionStrings__"))}
    log = open(os.path.join(data, project + ".log"), "w", encoding="utf-8")
    return subprocess.Popen(["dotnet", program(project)], env={**clean, **variables}, stdout=log, stderr=log)


def ask(method, path, body=None, **headers):
    if secret:
        headers["Authorization"] = f"Bearer {secret}"
    content = None if body is None else json.dumps(body).encode()
    request = urllib.request.Request(f"{url}/{path}", content, {"Content-Type": "application/json", **headers}, method=method)
    with urllib.request.urlopen(request, timeout=60) as answer:
        text = answer.read()
        return json.loads(text) if text else None


def until(what, is_so):
    for _ in range(600):
        try:
            if is_so():
                return
        except OSError:
            pass
        time.sleep(0.1)
    raise SystemExit(f"not reached: {what}; see {data}")


def submit(body, **headers):
    return ask("POST", "tasks/submit", body, **headers)["task_id"]


def status(task_id):
    return ask("GET", f"tasks/{task_id}")["status"]


silo = start(
    "Silo", ASPNETCORE_URLS=url, NODE_NAME="coordinator", AURORA_DATA_DIR=data, AURORA_SILO_PORT=str(free_port()), AURORA_GATEWAY_PORT=str(free_port()),
    AURORA_LOCAL_NODE="false", **({"ConnectionStrings__Aurora": connection} if connection else {}))
until("the silo is ready", lambda: ask("GET", "health/ready"))
agent = start(
    "NodeAgent", MESH_COORDINATOR_URL=url, NODE_NAME="stored-node", AURORA_DATA_DIR=os.path.join(data, "agent"), AURORA_TRANSPORT="websocket",
    AURORA_GPUS='[{"type":"RTX 4090","memory_gb":24}]', AURORA_BACKENDS="off")
until("the node joined", lambda: "stored-node" in ask("GET", "mesh/nodes")["nodes"])

facts = {"completed": submit({"task_type": "test", "tenant": "lab", "labels": {"kind": "stored"}, "payload": {"note": "kept as it was sent"}})}
until("it completed", lambda: status(facts["completed"]) == "completed")
facts["failed"] = submit({"task_type": "test", "fail": "on purpose", "max_attempts": 1})
until("it failed", lambda: status(facts["failed"]) == "failed")
waits = {"task_type": "test", "priority": 8, "requirements": {"gpu_type": "H100", "gpu_count": 1, "memory_gb": 40}}
facts["cancelled"] = submit(waits)
ask("DELETE", f"tasks/{facts['cancelled']}")
facts["group"] = ask("POST", "tasks/batch", [{"task_type": "test", "payload": {"part": part}} for part in range(3)])["group_id"]
until("the group is complete", lambda: ask("GET", f"groups/{facts['group']}")["completed"] == 3)
# From here on every request carries the key; the node's connection is older than it.
secret = facts["secret"] = ask("POST", "access/keys", {"name": "stored", "scopes": ["operate"]})["secret"]
facts["waiting"] = submit(waits, **{"Idempotency-Key": "stored-key"})
facts["after"] = submit({"task_type": "test", "after": [facts["waiting"]], "requirements": {"gpu_count": 0}})
ask("PUT", "routes/stored-route", {"variants": [{"model": "one", "weight": 1, "name": "a"}, {"model": "two", "weight": 3, "name": "b"}]})
if os.path.exists(os.path.join(checkout, "GatewayApi", "Tenants")):
    facts["tenant"] = "lab"
    ask("PUT", "mesh/tenants/lab", {"weight": 2, "gpus_max": 8})
facts["running"] = submit({"task_type": "test", "requirements": {"gpu_count": 1, "memory_gb": 4}, "payload": {"sleep_ms": 3600000}, "max_attempts": 3})
until("it runs", lambda: status(facts["running"]) == "running")

for process in (silo, agent):
    process.send_signal(signal.SIGKILL)
    process.wait()
if not connection:
    with sqlite3.connect(os.path.join(data, "aurora.db")) as database:
        database.execute("VACUUM INTO ?", (f"{name}.sqlite",))
print(json.dumps(facts, indent=2))
