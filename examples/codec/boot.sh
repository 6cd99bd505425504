#!/bin/sh
# What a worker is told at its launch. The codec disk is the one with ffmpeg on it; the cloud's endpoint is at the gateway.
set -eu

gateway=$(ip route | sed -n 's/^default via \([0-9.]*\) .*/\1/p')
mkdir -p /codec /var/codec
for disk in /dev/vd? /dev/sd? /dev/xvd?; do
    [ -b "$disk" ] && mount -o ro "$disk" /codec 2>/dev/null || continue
    [ -x /codec/usr/bin/ffmpeg ] && break
    umount /codec
done
[ -x /codec/usr/bin/ffmpeg ] || { echo "no disk with ffmpeg on it"; exit 1; }
mount -t proc proc /codec/proc
mount --bind /dev /codec/dev
mount --bind /var/codec /codec/tmp

base64 -d > /var/codec/worker.py <<'END'
@WORKER@
END
worker=$(wget -q -O - http://169.254.169.254/latest/meta-data/instance-id || hostname)
exec chroot /codec env -i HOME=/tmp PYTHONDONTWRITEBYTECODE=1 AWS_ACCESS_KEY_ID=@KEY@ AWS_SECRET_ACCESS_KEY=@SECRET@ AWS_DEFAULT_REGION=@REGION@ \
    ENDPOINT="http://$gateway:@PORT@" WORKER="$worker" BUCKET=@BUCKET@ QUEUE=@QUEUE@ DOMAIN=@DOMAIN@ python3 -u /tmp/worker.py
