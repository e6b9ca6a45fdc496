#!/usr/bin/env bash
# base-from-host.sh FOLDER: a root file system for a container from this machine's own files, for where no registry answers:
# bash, a few commands, the .NET runtime, and the libraries and certificates that they need.
set -euo pipefail
root=$1
commands=(bash sh cat chown env id mkdir mv sleep)
dotnet=$(dirname "$(readlink -f "$(command -v dotnet)")")

mkdir -p "$root"/{etc/ssl/certs,proc,root,sys,tmp,usr/bin,usr/lib,usr/lib64,usr/local/bin,usr/share,var/lib,var/tmp,dev}
chmod 1777 "$root/tmp" "$root/var/tmp"
for name in bin lib lib64; do ln -s "usr/$name" "$root/$name"; done

put() {
  mkdir -p "$root$(dirname "$1")"
  cp -L "$1" "$root$1"
}

libraries_of() { { ldd "$@" 2>/dev/null || true; } | grep -oE '/[^ :]+\.so[^ :]*' | grep -v "^$dotnet" || true; }

programs=()
for name in "${commands[@]}"; do programs+=("$(command -v "$name")"); done
# What .NET opens by name, beside what its libraries ask for.
mapfile -t opened < <(ldconfig -p | sed -nE 's/^\s*lib(icu(data|uc|i18n)|ssl|crypto|gssapi_krb5|nss_(dns|files)|resolv|z)\.so\.[0-9]+ .* => //p')
for file in "${programs[@]}" "${opened[@]}"; do put "$file"; done
libraries_of "${programs[@]}" "${opened[@]}" "$dotnet/dotnet" "$dotnet"/shared/*/*/*.so | sort -u | while read -r file; do put "$file"; done

mkdir -p "$root/usr/share/dotnet"
cp -r "$dotnet"/{dotnet,host,shared} "$root/usr/share/dotnet/"
ln -s /usr/share/dotnet/dotnet "$root/usr/bin/dotnet"
cp -L "${SSL_CERT_FILE:-/etc/ssl/certs/ca-certificates.crt}" "$root/etc/ssl/certs/ca-certificates.crt"
echo 'root:x:0:0:root:/root:/bin/bash' > "$root/etc/passwd"
echo 'root:x:0:' > "$root/etc/group"
