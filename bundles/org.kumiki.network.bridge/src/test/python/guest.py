"""What guests do in the tests, with Python's own library alone. Each guest is a network namespace behind a tap.

plug HOST TAP GUEST [announce]   joins a guest's device to the tap that the platform has made, as a hypervisor would
serve ADDRESS PORT...            answers on TCP and UDP ports with what it is sent
tcp ADDRESS PORT [SECONDS]       says whether a connection can be opened: open, refused or nothing
udp ADDRESS PORT [SECONDS]       says whether an answer comes: open or nothing
count ADDRESS PORT               counts over one TCP connection, a number a line, as long as each comes back
send HEX                         sends a frame as it is
await HEX HEX                    waits for a frame with the second bytes in it, and says whether one with the first came before: seen or unseen
ttl ADDRESS                      the time to live of the next TCP segment with content that comes from there
"""
import ctypes
import errno
import fcntl
import os
import select
import socket
import struct
import sys
import time

TUNSETIFF, IFF_TAP, IFF_NO_PI = 0x400454CA, 0x0002, 0x1000
DEVICE = "eth0"


def enter(namespace):
    with open("/run/netns/" + namespace) as handle:
        if ctypes.CDLL(None, use_errno=True).setns(handle.fileno(), 0x40000000):
            raise OSError(ctypes.get_errno(), "cannot enter " + namespace)


def tap(namespace, name):
    enter(namespace)
    device = os.open("/dev/net/tun", os.O_RDWR)
    fcntl.ioctl(device, TUNSETIFF, struct.pack("16sH22x", name.encode(), IFF_TAP | IFF_NO_PI))
    return device


def address(device):
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as one:
        return fcntl.ioctl(one, 0x8927, struct.pack("256s", device.encode()))[18:24]


def plug(host, name, guest, *announce):
    inner = tap(guest, DEVICE)
    mac = address(DEVICE)
    outer = tap(host, name)
    here = (b"\xff" * 6 + mac + struct.pack("!HHHBBH", 0x8035, 1, 0x800, 6, 4, 3) + (mac + bytes(4)) * 2).ljust(60, b"\0")
    rounds = [0.05, 0.15, 0.25, 0.35, 0.45] if announce else []  # as QEMU does it
    print("plugged", flush=True)
    due = time.monotonic()
    while True:
        for device in select.select([inner, outer], [], [], max(0, due - time.monotonic()) if rounds else None)[0]:
            try:
                os.write(outer if device == inner else inner, os.read(device, 65536))
            except OSError as e:
                if e.errno == errno.EBADFD:
                    return  # the tap is gone
        if rounds and time.monotonic() >= due:
            os.write(outer, here)
            due = time.monotonic() + rounds.pop(0)


def serve(address, *ports):
    listening = []
    for port in map(int, ports):
        for kind in socket.SOCK_STREAM, socket.SOCK_DGRAM:
            one = socket.socket(socket.AF_INET, kind)
            one.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
            one.bind((address, port))
            if kind == socket.SOCK_STREAM:
                one.listen()
            listening.append(one)
    print("serving", flush=True)
    while True:
        for one in select.select(listening, [], [])[0]:
            if one.type == socket.SOCK_DGRAM:
                data, peer = one.recvfrom(65536)
                try:
                    one.sendto(data, peer)
                except PermissionError:
                    pass
            elif one.getsockopt(socket.SOL_SOCKET, socket.SO_ACCEPTCONN):
                listening.append(one.accept()[0])
            else:
                try:
                    data = one.recv(65536)
                    one.sendall(data)
                except ConnectionError:
                    data = b""
                if not data:
                    one.close()
                    listening.remove(one)


def tcp(address, port, seconds=1.5):
    try:
        with socket.create_connection((address, int(port)), float(seconds)) as connection:
            connection.sendall(b"hello")
            print("open" if connection.recv(5) == b"hello" else "nothing")
    except ConnectionRefusedError:
        print("refused")
    except OSError:
        print("nothing")


def udp(address, port, seconds=1.5):
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as one:
        one.settimeout(float(seconds))
        try:
            one.sendto(b"hello", (address, int(port)))
            print("open" if one.recv(5) == b"hello" else "nothing")
        except OSError:
            print("nothing")


def count(address, port):
    with socket.create_connection((address, int(port)), 10) as connection:
        connection.settimeout(20)
        lines = connection.makefile("rw", newline="\n")
        for number in range(1, 1_000_000):
            lines.write("%d\n" % number)
            lines.flush()
            answer = lines.readline()
            if answer != "%d\n" % number:
                sys.exit("after %d came %r" % (number, answer))
            print(number, flush=True)
            sys.stdin.readline()


def raw():
    one = socket.socket(socket.AF_PACKET, socket.SOCK_RAW, socket.htons(3))
    one.bind((DEVICE, 0))
    return one


def send(frame):
    raw().send(bytes.fromhex(frame))


def await_frames(unwanted, wanted):
    one = raw()
    one.settimeout(20)
    seen = False
    print("waiting", flush=True)
    while True:
        frame = one.recv(65536)
        seen = seen or bytes.fromhex(unwanted) in frame
        if bytes.fromhex(wanted) in frame:
            print("seen" if seen else "unseen")
            return


def ttl(address):
    one = raw()
    one.settimeout(20)
    print("waiting", flush=True)
    while True:
        frame = one.recv(65536)
        if frame[12:14] == b"\x08\x00" and frame[23] == 6 and frame[26:30] == socket.inet_aton(address):
            length = struct.unpack("!H", frame[16:18])[0] - (frame[14] & 15) * 4 - (frame[14 + (frame[14] & 15) * 4 + 12] >> 4) * 4
            if length > 0:
                print(frame[22])
                return


if __name__ == "__main__":
    {"plug": plug, "serve": serve, "tcp": tcp, "udp": udp, "count": count, "send": send, "await": await_frames, "ttl": ttl}[sys.argv[1]](*sys.argv[2:])
