#!/bin/bash
# Inside the container: what docs/operations-deploy.md says of the units, and what they promise. Facts go to /result/facts, one a line.
set -eux
url=http://127.0.0.1:8001
curl() { command curl -sS --fail --noproxy '*' --retry 120 --retry-delay 1 --retry-connrefused --retry-all-errors "$@"; }
fact() { echo "$1" >>/result/facts; }
property() { systemctl show --property="$2" --value "$1"; }
failed() {
  for _ in $(seq 300); do
    if [ "$(property "$1" ActiveState)" = failed ]; then return; fi
    sleep 0.2
  done
  return 1
}

trap 'journalctl -o cat --no-pager -u aurora-coordinator -u aurora-node-agent | grep -v "^   at" | head -60; journalctl -o cat --no-pager -u aurora-coordinator -u aurora-node-agent | tail -60' EXIT
install -d /etc/aurora
dotnet=DOTNET_ROOT=$(dirname "$(readlink -f "$(command -v dotnet)")")
printf '%s\n' NODE_NAME=unit "ASPNETCORE_URLS=$url" AURORA_LOCAL_NODE=false "$dotnet" >/etc/aurora/coordinator.env
printf '%s\n' NODE_NAME=unit-node "MESH_COORDINATOR_URL=$url" 'AURORA_GPUS=[{"type":"RTX 4090","memory_gb":24}]' "$dotnet" >/etc/aurora/node-agent.env
chmod 600 /etc/aurora/*.env

install -m 644 -D /units/aurora.sysusers.conf /etc/sysusers.d/aurora.conf
systemd-sysusers
systemctl start aurora-coordinator aurora-node-agent
curl "$url/health/ready"
task=$(curl -X POST "$url/tasks/submit" -H 'Content-Type: application/json' -d '{"task_type":"test","requirements":{"gpu_count":1}}' | sed -E 's/.*"task_id":"([^"]+)".*/\1/')
fact "task: $(curl "$url/tasks/$task?wait=60s" | sed -E 's/.*"status":"([a-z]+)","assigned_node":"([^"]+)".*/\1 on \2/')"
for unit in aurora-coordinator aurora-node-agent; do
  user=$(ps -o user:32= -p "$(property $unit MainPID)")
  fact "$unit runs as $user"
done
fact "data: $(stat -L -c '%a %U' /var/lib/aurora)"
fact "database: $(stat -L -c %a /var/lib/aurora/aurora.db)"

systemctl kill --signal=KILL aurora-coordinator
curl "$url/health/ready"
fact "after a kill: $(property aurora-coordinator NRestarts) restart, task $(curl "$url/tasks/$task" | sed -E 's/.*"status":"([a-z]+)".*/\1/')"
again=$(curl -X POST "$url/tasks/submit" -H 'Content-Type: application/json' -d '{"task_type":"test","requirements":{"gpu_count":1}}' | sed -E 's/.*"task_id":"([^"]+)".*/\1/')
fact "another task: $(curl "$url/tasks/$again?wait=60s" | sed -E 's/.*"status":"([a-z]+)".*/\1/')"

systemctl stop aurora-coordinator aurora-node-agent
for unit in aurora-coordinator aurora-node-agent; do
  fact "$unit stopped: $(property $unit Result), exit code $(property $unit ExecMainStatus)"
done

sed -i 's/^AURORA_LOCAL_NODE=.*/AURORA_LOCAL_NODE=perhaps/' /etc/aurora/coordinator.env
sed -i 's/^AURORA_GPUS=.*/AURORA_GPUS=many/' /etc/aurora/node-agent.env
for unit in aurora-coordinator aurora-node-agent; do
  systemctl start $unit || true
  failed $unit
  fact "$unit with a wrong setting: exit code $(property $unit ExecMainStatus), $(property $unit NRestarts) restarts"
  journalctl --sync
  fact "$(journalctl -u $unit -n 5 -o cat | grep -oE 'AURORA_(LOCAL_NODE|GPUS) (is|must be) .*' | head -1)"
done
fact over
