#!/usr/bin/python3
"""An Orchestrator extension for CloudStack whose guests are processes: small enough to be read, real enough to be tested with."""
import json
import os
import shutil
import signal
import subprocess
import sys
import time


def main(action, payload, seconds):
    with open(payload) as file:
        request = json.load(file)
    guest = Guest(request["externaldetails"]["host"]["directory"], request["virtualmachinename"], int(seconds))
    actions = {"create": guest.create, "start": guest.start, "stop": guest.stop, "reboot": guest.reboot, "delete": guest.delete,
               "status": guest.status, "consoleoutput": guest.console}
    if action not in actions:
        fail("Invalid action")
    print("%s of %s" % (action, guest.name), file=sys.stderr)
    actions[action]()


class Guest:
    PROGRAM = 'trap "echo down; exit 0" TERM; echo "$0 up"; while :; do sleep 1000 & wait $!; done'

    def __init__(self, directory, name, seconds):
        self.name = name
        self.directory = os.path.join(directory, name)
        self.seconds = seconds

    def create(self):
        os.makedirs(self.directory, mode=0o700)
        self.start()

    def start(self):
        if not os.path.isdir(self.directory):
            fail("there is no guest " + self.name)
        with open(self.file("console"), "ab") as console:
            process = subprocess.Popen(["sh", "-c", self.PROGRAM, self.name, self.directory], stdin=subprocess.DEVNULL, stdout=console, stderr=console,
                                       start_new_session=True, cwd="/")
        with open(self.file("pid"), "w") as file:
            file.write(str(process.pid))
        succeed(message="Instance started")

    def stop(self):
        self.end(signal.SIGTERM)
        self.end(signal.SIGKILL)
        succeed(message="Instance stopped")

    def reboot(self):
        self.end(signal.SIGTERM)
        self.start()

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

    def end(self, how):
        pid = self.pid()
        if pid:
            os.killpg(pid, how)
            until = time.monotonic() + min(self.seconds, 5)
            while self.pid() and time.monotonic() < until:
                time.sleep(0.02)

    def pid(self):
        """Of its process, if it lives: a number alone proves nothing, its name among the arguments does."""
        try:
            with open(self.file("pid")) as file:
                pid = int(file.read())
            with open("/proc/%d/cmdline" % pid) as file:
                return pid if self.name in file.read().split("\0") else None
        except (OSError, ValueError):
            return None

    def file(self, name):
        return os.path.join(self.directory, name)


def succeed(**answer):
    print(json.dumps(dict(answer, status="success")))
    sys.exit(0)


def fail(message):
    print(json.dumps({"error": message}))
    sys.exit(1)


if __name__ == "__main__":
    main(*sys.argv[1:4])
