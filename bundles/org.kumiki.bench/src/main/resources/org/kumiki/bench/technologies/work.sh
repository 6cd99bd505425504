#!/bin/sh
# What is measured, on the machine itself and in guests: nothing but busybox, which every guest has. Prints a line a measure: its name and the seconds
# that it takes once.
# Usage: work.sh [BUSYBOX PLACE PORT]; PLACE is a directory on the disk. Then two servers wait for the bench: for downloads at PORT, and an
# echo at the port after it. As the user data of an instance it takes what is so in the built-in image.

busybox=${1:-/usr/bin/busybox}
place=${2:-/var/tmp}
port=${3:-5001}
ranks=4
$busybox mkdir -p "$place"
cd "$place" || exit

# In hundredths of a second, which is all that a shell can tell without help.
clock() {
    read -r uptime rest < /proc/uptime
    now=${uptime%.*}${uptime#*.}
}

# What takes less than a second is done until one has passed, or the clock would be too coarse.
measure() {
    for repetition in 1 2 3; do
        times=0
        clock
        start=$now
        while [ $((now - start)) -lt 100 ]; do
            "$1"
            times=$((times + 1))
            clock
        done
        echo "kumiki-work $1 $($busybox awk "BEGIN { print ($now - $start) / 100 / $times }")"
    done
}

cpu() {
    $busybox awk 'BEGIN { for (i = 1; i < 300000; i++) s += i * 1.000001 / (i + 1); print s }' >/dev/null
}

# Memory is mapped, touched, and unmapped.
faults() {
    for each in 1 2 3 4 5 6 7 8; do
        $busybox dd if=/dev/zero of=/dev/null bs=32M count=1 2>/dev/null
    done
}

processes() {
    left=150
    while [ $left -gt 0 ]; do
        $busybox true
        left=$((left - 1))
    done
}

# Two processes, each of which waits for the other.
switches() {
    rm -f there back
    $busybox mkfifo there back
    $busybox awk '{ print; fflush() }' <there >back &
    $busybox awk 'BEGIN { for (i = 0; i < 4000; i++) { print i; fflush(); getline answer <"back" } }' >there
    wait $!
}

write() {
    $busybox dd if=/dev/zero of=written bs=1M count=64 conv=fsync 2>/dev/null
    rm -f written
}

flushes() {
    left=50
    while [ $left -gt 0 ]; do
        $busybox dd if=/dev/zero of=flushed bs=4k count=1 conv=fsync 2>/dev/null
        left=$((left - 1))
    done
    rm -f flushed
}

# A ring of processes that talk by TCP: in each round all of them work a little, tell the next one, and hear the one before. No port is used twice.
base=$((port + 100))
parallel() {
    base=$((base + ranks))
    rm -f open
    $busybox mkfifo open
    exec 3<>open
    rank=0
    while [ $rank -lt $ranks ]; do
        $busybox nc -l -p $((base + rank)) <&3 | $busybox awk 'BEGIN {
            for (round = 0; round < 100; round++) {
                for (i = 1; i < 300; i++) value += i / (i + 1)
                print value; fflush()
                if ((getline other) <= 0) exit 1
                value = (value + other) / 2
            }
        }' | until $busybox nc 127.0.0.1 $((base + (rank + 1) % ranks)) 2>/dev/null; do $busybox sleep 0.02; done >/dev/null &
        rank=$((rank + 1))
    done
    wait
    exec 3>&-
}

for name in cpu faults processes switches write flushes parallel; do
    measure $name
done
$busybox nc -ll -p "$port" -e $busybox dd if=/dev/zero bs=64k count=512 2>/dev/null &
$busybox nc -ll -p $((port + 1)) -e $busybox cat 2>/dev/null &
echo kumiki-work done
wait
