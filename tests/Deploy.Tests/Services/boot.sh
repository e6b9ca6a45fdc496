#!/bin/sh
# boot.sh UNITS SILO AGENT RESULT: boots this machine's own systemd in a container over a copy of its root file system that is gone with it,
# without a network but loopback, with the built programs where the units expect them, and lets drive.sh use the units.
set -eu
units=$1 silo=$2 agent=$3 result=$4
here=$(dirname "$(readlink -f "$0")")
if [ "$(id -u)" -ne 0 ]; then exec sudo -n "$0" "$@"; fi
if [ -z "${AURORA_BOOT:-}" ]; then AURORA_BOOT=1 exec unshare --mount --propagation private "$0" "$@"; fi
root=$result/root
mkdir "$root"
mount --bind / "$root"
exec systemd-nspawn --quiet --directory="$root" --volatile=overlay --register=no --keep-unit --link-journal=no --private-network --console=pipe \
  --bind-ro="$silo:/opt/aurora/silo" --bind-ro="$agent:/opt/aurora/node-agent" --bind-ro="$here:/drive" --bind-ro="$units:/units" --bind="$result:/result" \
  --bind-ro="$units/aurora-coordinator.service:/etc/systemd/system/aurora-coordinator.service" \
  --bind-ro="$units/aurora-node-agent.service:/etc/systemd/system/aurora-node-agent.service" \
  --bind-ro="$here/drive.service:/etc/systemd/system/drive.service" \
  --boot -- --unit=drive.service
