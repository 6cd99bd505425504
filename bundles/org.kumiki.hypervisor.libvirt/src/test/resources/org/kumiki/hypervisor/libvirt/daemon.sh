#!/bin/sh
# A daemon of libvirt's that shares nothing with the machine's own: started by "unshare -m", with a directory of its own as the first argument and the
# port on loopback as the second. It ends by itself a minute after the last guest and the last client have gone.
set -eu
own=$1
mkdir -p "$own/etc" "$own/run"
mount --make-rprivate /
# Where the package with the system's daemon was never installed, its directories are not there, nor the user that QEMU would have; the
# directories stay empty.
if ! getent passwd libvirt-qemu >/dev/null; then
    { cat /etc/passwd; echo 'libvirt-qemu:x:64055:64055::/nonexistent:/usr/sbin/nologin'; } >"$own/passwd"
    { cat /etc/group; echo 'libvirt-qemu:x:64055:'; } >"$own/group"
    mount --bind "$own/passwd" /etc/passwd
    mount --bind "$own/group" /etc/group
fi
mkdir -p /etc/libvirt /var/lib/libvirt /var/log/libvirt /var/cache/libvirt
for place in /run /var/lib/libvirt /var/log/libvirt /var/cache/libvirt; do mount -t tmpfs tmpfs "$place"; done
mount --bind "$own/etc" /etc/libvirt
mkdir -p /run/libvirt /var/log/libvirt/qemu /var/log/libvirt/lxc
# In a hybrid tree of control groups, libvirt's containers want to make a directory on a file system that they have mounted to be read.
if [ -d /sys/fs/cgroup/unified ] && mountpoint -q /sys/fs/cgroup/unified; then umount /sys/fs/cgroup/unified; fi
cat >/etc/libvirt/libvirtd.conf <<END
listen_tls = ${3:-0}
listen_tcp = 1
listen_addr = "127.0.0.1"
tcp_port = "$2"
tls_port = "$(($2 + 1))"
host_uuid = "$(cat /proc/sys/kernel/random/uuid)"
auth_tcp = "none"
auth_unix_rw = "none"
unix_sock_dir = "$own/run"
log_outputs = "2:file:$own/libvirtd.log"
key_file = "$own/tls/server.key"
cert_file = "$own/tls/server.pem"
ca_file = "$own/tls/ca.pem"
END
cat >/etc/libvirt/qemu.conf <<END
user = "root"
group = "root"
dynamic_ownership = 0
remember_owner = 0
security_driver = "none"
stdio_handler = "file"
namespaces = []
migration_port_min = $(($2 + 2))
migration_port_max = $(($2 + 9))
END
exec libvirtd --listen --timeout 60 --config /etc/libvirt/libvirtd.conf --pid-file "$own/libvirtd.pid"
