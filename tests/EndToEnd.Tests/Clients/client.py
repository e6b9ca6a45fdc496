"""The documented Python client: submit a task, poll until it is no longer active, read its result."""
import sys
import time

import requests

mesh = sys.argv[1].rstrip("/")

answer = requests.post(f"{mesh}/tasks/submit", json={
    "task_type": "test",
    "requirements": {"memory_gb": 0},
    "priority": 5,
    "payload": {"greeting": "hello from Python"},
}, timeout=30)
answer.raise_for_status()
task_id = answer.json()["task_id"]

while task_id in requests.get(f"{mesh}/tasks/active", timeout=30).json()["tasks"]:
    time.sleep(0.05)

for task in requests.get(f"{mesh}/tasks/completed", timeout=30).json()["tasks"]:
    if task["task_id"] == task_id:
        print(task["status"], task["result"])
        break
else:
    sys.exit(f"{task_id} is neither active nor completed")
