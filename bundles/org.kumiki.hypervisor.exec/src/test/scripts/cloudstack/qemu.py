#!/usr/bin/python3
"""An Orchestrator extension for CloudStack that runs guests by QEMU: from what is under "kumiki" in the payload, so it takes this platform's
kernels and disks. Details: host.directory, where its guests are; extension.accel, kvm or tcg."""
import json
import os
import shutil
import socket
import subprocess
import sys
import time


def main(action, payload, seconds):
    with open(payload) as file:
        request = json.load(file)
    guest = Guest(request, int(seconds))
    actions = {"create": guest.create, "start": guest.start, "stop": guest.stop, "reboot": guest.reboot, "delete": guest.delete,
               "status": guest.status, "consoleoutput": guest.console}
    if action not in actions:
        fail("Invalid action")
    actions[action]()


class Guest:
    def __init__(self, request, seconds):
        self.request = request["kumiki"]
        self.accel = request["externaldetails"]["extension"].get("accel", "tcg")
        self.name = request["virtualmachinename"]
        self.directory = os.path.join(request["externaldetails"]["host"]["directory"], self.name)
        self.until = time.monotonic() + seconds - 2

    def create(self):
        os.makedirs(self.directory, mode=0o700)
        self.start()

    def start(self):
        run = subprocess.run(self.command(), stdin=subprocess.DEVNULL, stdout=subprocess.DEVNULL, stderr=subprocess.PIPE, cwd="/")
        if run.returncode:
            fail(run.stderr.decode(errors="replace").strip())
        succeed(message="Instance started")

    def command(self):
        command = ["qemu-system-x86_64", "-nodefaults", "-no-user-config", "-daemonize", "-display", "none", "-machine", "q35", "-accel", self.accel,
                   "-name", self.name, "-smp", str(self.request["cpus"]), "-m", "%dM" % self.request["memoryMiB"],
                   "-pidfile", self.file("pid"), "-qmp", "unix:%s,server=on,wait=off" % self.file("qmp"),
                   "-chardev", "file,id=console,append=on,path=" + self.file("console"), "-serial", "chardev:console"]
        boot = self.request["boot"]
        if boot["by"] == "kernel":
            command += ["-kernel", boot["kernel"], "-initrd", boot["initrd"], "-append", boot["commandLine"]]
        for disk in [self.request["root"]] * ("root" in self.request) + self.request["disks"]:
            command += ["-blockdev", json.dumps(dict(layer(disk), **{"node-name": disk["volume"]})), "-device", "virtio-blk-pci,drive=" + disk["volume"]]
        return command

    def stop(self):
        if self.pid():
            self.ask("system_powerdown")
            self.wait(min(self.until, time.monotonic() + 30))
        if self.pid():
            self.ask("quit")
            self.wait(self.until)
        succeed(message="Instance stopped")

    def reboot(self):
        self.ask("system_reset")
        succeed(message="Instance rebooted")

    def delete(self):
        if self.pid():
            fail("the guest runs")
        shutil.rmtree(self.directory, ignore_errors=True)
        succeed(message="Instance deleted")

    def status(self):
        succeed(power_state="poweron" if self.pid() else "poweroff")

    def console(self):
        with open(self.file("console"), errors="replace") as file:
            succeed(message=file.read()[-65536:], printmessage="true")

    def ask(self, command):
        with socket.socket(socket.AF_UNIX) as qmp:
            qmp.settimeout(10)
            qmp.connect(self.file("qmp"))
            with qmp.makefile("rw") as talk:
                for line in ({"execute": "qmp_capabilities"}, {"execute": command}):
                    talk.readline()
                    talk.write(json.dumps(line) + "\n")
                    talk.flush()
                talk.readline()

    def wait(self, until):
        while self.pid() and time.monotonic() < until:
            time.sleep(0.1)

    def pid(self):
        """Of its QEMU, if it lives: a number alone proves nothing, its pid file among the arguments does."""
        try:
            with open(self.file("pid")) as file:
                pid = int(file.read())
            with open("/proc/%d/cmdline" % pid) as file:
                return pid if self.file("pid") in file.read().split("\0") else None
        except (OSError, ValueError):
            return None

    def file(self, name):
        return os.path.join(self.directory, name)


def layer(disk, read_only=False):
    """Every layer with its format, so that nothing is guessed from what a guest may have written."""
    node = {"driver": disk["format"], "read-only": read_only, "file": {"driver": "file", "filename": disk["file"], "read-only": read_only}}
    if disk["format"] == "qcow2":
        node["backing"] = layer(disk["backing"], True) if "backing" in disk else None
    return node


def succeed(**answer):
    print(json.dumps(dict(answer, status="success")))
    sys.exit(0)


def fail(message):
    print(json.dumps({"error": message}))
    sys.exit(1)


if __name__ == "__main__":
    main(*sys.argv[1:4])
