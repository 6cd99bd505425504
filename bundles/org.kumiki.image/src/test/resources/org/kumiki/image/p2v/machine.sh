#!/bin/sh
# Makes a disk as a physical machine has it: Debian on the first partition, swap on the second, GRUB before both, and a first root file
# system that knows of IDE disks alone.  Usage: machine.sh WORK DISK
set -eu

work=$1
disk=$2
grub=/usr/lib/grub/i386-pc
tree=$work/tree
size=208 # MiB of the root file system
swap=16

mkdir -p "$work"
# What it mounts is in a namespace of its own, so that nothing of it stays if it is cut off.
unshare --mount --propagation private mmdebstrap --quiet --mode=root --variant=custom \
    --include=base-files,base-passwd,bash,busybox,coreutils,dash,debianutils,diffutils,dpkg,e2fsprogs,findutils,grep,gzip,hostname,ifupdown,init-system-helpers,initramfs-tools,iproute2,kmod,libc-bin,linux-image-cloud-amd64,login,mawk,mount,ncurses-base,openssh-server,passwd,perl-base,procps,sed,sysvinit-core,sysvinit-utils,tar,udev,udhcpc,util-linux \
    --dpkgopt=path-exclude=/usr/share/doc/* --dpkgopt=path-exclude=/usr/share/man/* --dpkgopt=path-exclude=/usr/share/locale/* \
    --dpkgopt=path-exclude=/usr/lib/modules/*/kernel/drivers/net/ethernet/* --dpkgopt=path-exclude=/lib/modules/*/kernel/drivers/net/ethernet/* \
    --aptopt='Acquire::Languages "none"' \
    --setup-hook='mkdir -p "$1"/etc/initramfs-tools/conf.d' \
    --setup-hook='printf "MODULES=list\nCOMPRESS=gzip\n" >"$1"/etc/initramfs-tools/conf.d/machine' \
    --setup-hook='printf "ata_piix\nsd_mod\next4\n" >"$1"/etc/initramfs-tools/modules' \
    bookworm "$tree"

kernel=$(ls "$tree/boot" | sed -n 's/^vmlinuz-//p')

# What no test needs is not copied in any.
modules=$tree/usr/lib/modules/$kernel/kernel
find "$modules/fs" -mindepth 1 -maxdepth 1 ! -name 'ext4' ! -name 'jbd2' ! -name 'mbcache*' -exec rm -rf --one-file-system {} +
find "$modules/net" -mindepth 1 -maxdepth 1 ! -name core ! -name packet -exec rm -rf --one-file-system {} +
for drivers in comedi hid hv infiniband md misc nvdimm platform target xen; do rm -rf --one-file-system "$modules/drivers/$drivers"; done
rm -rf --one-file-system "$tree/usr/lib/udev/hwdb.bin" \
    "$tree/usr/lib/udev/hwdb.d" "$tree/boot/System.map-$kernel" "$tree/usr/share/perl" "$tree"/usr/lib/*/perl "$tree/var/cache/debconf"

cat >"$tree/etc/inittab" <<'FILE'
id:2:initdefault:
si::sysinit:/etc/machine/boot
l0:0:wait:/etc/machine/halt
l6:6:wait:/etc/machine/halt
ca:12345:ctrlaltdel:/sbin/shutdown -h now
pf::powerwait:/sbin/shutdown -h now
FILE
mkdir -p "$tree/etc/machine" "$tree/data" "$tree/root/.ssh"
cat >"$tree/etc/machine/boot" <<'FILE'
#!/bin/sh
# Brings the machine up: file systems, network, SSH, and a program that never stops writing. In a container much of it is there, or is
# not the machine's to do.
PATH=/usr/sbin:/usr/bin:/sbin:/bin
mountpoint -q /proc || mount -t proc proc /proc
mountpoint -q /sys || mount -t sysfs sysfs /sys
mountpoint -q /run || mount -t tmpfs tmpfs /run
[ ! -b "$(findmnt -n -o SOURCE /)" ] || mount -o remount,rw /
mkdir -p /run/sshd /dev/pts
mountpoint -q /dev/pts || mount -t devpts devpts /dev/pts
hostname -F /etc/hostname
swapon -a
if ip link show lan0 >/dev/null 2>&1 || [ -d /sys/class/net ]; then
    udevd=/lib/systemd/systemd-udevd
    [ -w /sys ] && $udevd --daemon && udevadm trigger --action=add --subsystem-match=pci --subsystem-match=virtio --subsystem-match=net && udevadm settle
    ifup -a
fi
/usr/sbin/sshd
setsid /etc/machine/writer </dev/null >/dev/null 2>&1 &
echo "machine is up: root $(findmnt -n -o SOURCE /), network $(ls /sys/class/net 2>/dev/null | tr '\n' ' ')" >/dev/console
FILE
cat >"$tree/etc/machine/writer" <<'FILE'
#!/bin/sh
# Writes pairs of files that must agree, and lines in their order, for ever.
n=$(tail -n 1 /data/lines 2>/dev/null || echo 0)
told=
while :; do
    n=$((n + 1))
    echo "$n" >>/data/lines
    { echo "$n"; head -c 65536 /dev/urandom; } >/data/new
    sha256sum /data/new | cut -c1-64 >/data/sum.new
    mv /data/new "/data/file.$((n % 16))"
    mv /data/sum.new "/data/sum.$((n % 16))"
    if [ -z "$told" ]; then # when it is on the disk
        sync
        echo "machine goes on at $n" >/dev/console
        told=1
    fi
    sleep 0.2
done
FILE
cat >"$tree/etc/machine/halt" <<'FILE'
#!/bin/sh
PATH=/usr/sbin:/usr/bin:/sbin:/bin
killall5 -15
sleep 0.2
killall5 -9
swapoff -a
sync
[ ! -b "$(findmnt -n -o SOURCE /)" ] || mount -o remount,ro /
exec halt -f -p
FILE
chmod 755 "$tree/etc/machine"/*
echo machine >"$tree/etc/hostname"
printf '/dev/sda1 / ext4 errors=remount-ro 0 1\n/dev/sda2 none swap sw 0 0\n/dev/fd0 /media/floppy0 auto rw,user,noauto 0 0\n' >"$tree/etc/fstab"
printf 'auto lo\niface lo inet loopback\n\nauto lan0\niface lan0 inet static\n    address 10.0.2.15/24\n    gateway 10.0.2.2\n' >"$tree/etc/network/interfaces"
# The card is known by its place, as udev does it where nobody said otherwise.
mkdir -p "$tree/etc/udev/rules.d"
printf 'SUBSYSTEM=="net", ACTION=="add", ATTR{address}=="52:54:00:12:34:56", NAME="lan0"\n' >"$tree/etc/udev/rules.d/70-persistent-net.rules"
printf 'PermitRootLogin prohibit-password\nUseDNS no\nUsePAM no\n' >"$tree/etc/ssh/sshd_config.d/machine.conf"
cp "$work/key.pub" "$tree/root/.ssh/authorized_keys"
chmod 600 "$tree/root/.ssh/authorized_keys"

mkdir -p "$tree/boot/grub" "$tree/etc/default"
printf 'GRUB_DEFAULT=0\nGRUB_TIMEOUT=0\nGRUB_CMDLINE_LINUX_DEFAULT="quiet"\nGRUB_CMDLINE_LINUX=""\n' >"$tree/etc/default/grub"
cat >"$tree/boot/grub/grub.cfg" <<FILE
set default="0"
set timeout=0
menuentry 'Debian GNU/Linux' --class debian {
	insmod part_msdos
	insmod ext2
	set root='hd0,msdos1'
	linux	/boot/vmlinuz-$kernel root=/dev/sda1 ro console=tty0 console=ttyS0 no_timer_check
	initrd	/boot/initrd.img-$kernel
}
FILE

truncate -s "$((1 + size + swap + 1))M" "$disk"
printf 'label: dos\nstart=1MiB, size=%sMiB, type=83, bootable\nsize=%sMiB, type=82\n' "$size" "$swap" | sfdisk --quiet "$disk"
mke2fs -q -F -t ext4 -b 4096 -N 16384 -J size=4 -d "$tree" -E offset=1048576 "$disk" "${size}M"
truncate -s "${swap}M" "$work/swap"
mkswap -q "$work/swap"
dd if="$work/swap" of="$disk" bs=1M seek="$((1 + size))" conv=notrunc,sparse status=none
grub-mkimage -O i386-pc -d "$grub" -p '(hd0,msdos1)/boot/grub' -o "$work/core.img" biosdisk part_msdos ext2 normal linux configfile echo
dd if="$grub/boot.img" of="$disk" bs=440 count=1 conv=notrunc status=none
dd if="$work/core.img" of="$disk" bs=512 seek=1 conv=notrunc status=none
