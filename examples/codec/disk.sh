#!/bin/sh
# usage: disk.sh FILE
#
# Makes the disk that workers get beside their root: a small Debian (or Ubuntu) with ffmpeg and boto3, from the packages of the distribution that this
# runs on. It takes about two minutes and 600 MB, once. No privilege is needed.
set -eu

file=$1
. /etc/os-release

for program in mmdebstrap genext2fs; do
    command -v $program >/dev/null 2>&1 || { echo "disk.sh: $program is missing: sudo apt-get install mmdebstrap genext2fs" >&2; exit 1; }
done

data=/usr/lib/python3/dist-packages/botocore/data
set -- "path-exclude=/usr/share/doc/*" "path-exclude=/usr/share/man/*" "path-exclude=/usr/share/locale/*" \
    "path-exclude=/usr/share/icons/*" "path-exclude=/usr/share/fonts/*" \
    "path-exclude=/usr/lib/x86_64-linux-gnu/dri/*" "path-exclude=/usr/lib/x86_64-linux-gnu/libLLVM*" \
    "path-exclude=$data/[a-df-oqrt-z]*/*" "path-exclude=$data/ec2*/*" # of 300 services, those with s, e and p
i=$#
while [ "$i" -gt 0 ]; do
    set -- "$@" --dpkgopt="$1"
    shift
    i=$((i - 1))
done

mkdir -p "$(dirname "$file")"
draft=$(dirname "$file")/.$(basename "$file").ext2
trap 'rm -f "$draft"' EXIT
mmdebstrap --quiet --variant=essential --include=ffmpeg,python3-boto3 "$@" "$VERSION_CODENAME" "$draft"
mv "$draft" "$file"
