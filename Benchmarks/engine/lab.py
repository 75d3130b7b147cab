"""Where measurements happen: a folder, a daemon in it, a PostgreSQL beside it."""

import ctypes
import json
import os
import pwd
import shutil
import signal
import socket
import subprocess
import tempfile
import time
from pathlib import Path

READY_SECONDS = 120
STOP_SECONDS = 60


def free_port():
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]


class Failure(Exception):
    """What ends the run, in words."""


class Lab:
    """A temporary folder with the keys that daemons need; everything in it goes at the end."""

    def __init__(self, daemon, tools, folder=None):
        self.daemon_program = Path(daemon).resolve()
        self.tools = Path(tools).resolve()
        self.folder = Path(tempfile.mkdtemp(prefix="promptcall-bench-", dir=folder))
        self.count = 0
        self.secret = os.urandom(24).hex()
        self.secret_file = self.folder / "signature.secret"
        self.secret_file.write_text(self.secret)
        self.key = self.folder / "private.key"
        subprocess.run(
            ["openssl", "genrsa", "-out", self.key, "2048"], check=True, capture_output=True
        )

    def close(self):
        shutil.rmtree(self.folder, ignore_errors=True)

    def fresh(self, name):
        """A new folder."""
        self.count += 1
        folder = self.folder / f"{self.count:03}-{name}"
        folder.mkdir()
        return folder

    def tool(self, name, *arguments, timeout=600):
        """What a program of ours printed, read as JSON."""
        result = subprocess.run(
            [self.tools / name, *map(str, arguments)],
            stdout=subprocess.PIPE,
            timeout=timeout,
            text=True,
        )
        if result.returncode:
            raise Failure(f"{name} failed ({result.returncode})")
        return json.loads(result.stdout)

    def daemon(self, name, **settings):
        return Daemon(self, self.fresh(name), **settings)


class Daemon:
    """A promptcalld on a data directory of its own, which stays when the daemon stops."""

    def __init__(self, lab, folder, calls_per_second=100_000, live_calls_max=1_000_000):
        self.lab = lab
        self.folder = folder
        self.data = folder / "data"
        self.nexmo_port = free_port()
        self.callback_port = free_port()
        self.webhook_port = free_port()
        self.process = None
        self.first_number = 0
        self.syncs = folder / "syncs"
        self.syncs.write_bytes(bytes(4096))
        self.configuration = folder / "promptcalld.yaml"
        self.configuration.write_text(
            "profiles:\n  default:\n"
            "    application-id: 684027bc-a2e7-48b1-b4bd-adc02324e09c\n"
            f"    private-key-file: {lab.key}\n"
            f"    signature-secret-file: {lab.secret_file}\n"
            "    account: abcd1234\n"
            '    from: "14155550199"\n'
            # A call that would wait past its expiry is refused, and here most wait.
            f"queue:\n  live-calls-max: {live_calls_max}\n  expire-after: 30d\n"
            f"nexmo:\n  calls-per-second: {calls_per_second}\n"
        )

    def __enter__(self):
        self.start()
        return self

    def __exit__(self, *_):
        self.stop()

    def start(self):
        """Starts it, and returns how many seconds it took until it was ready."""
        notify = self.folder / "notify"
        notify.unlink(missing_ok=True)
        with socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM) as receiver:
            receiver.bind(str(notify))
            receiver.settimeout(0.5)
            environment = {
                **os.environ,
                "NOTIFY_SOCKET": str(notify),
                "LD_PRELOAD": str(self.lab.tools / "syncs.so"),
                "SYNC_COUNT": str(self.syncs),
            }
            log = open(self.folder / "promptcalld.log", "a")
            began = time.monotonic()
            self.process = subprocess.Popen(
                [
                    self.lab.daemon_program,
                    *("--config", self.configuration),
                    *("--socket", self.folder / "sock"),
                    *("--data-dir", self.data),
                    *("--webhook-listen", f"127.0.0.1:{self.webhook_port}"),
                    *("--nexmo-url", f"http://127.0.0.1:{self.nexmo_port}"),
                    *("--drain-grace", "0s", "--log-level", "warning"),
                ],
                env=environment,
                stderr=log,
                start_new_session=True,
            )
            log.close()
            while time.monotonic() - began < READY_SECONDS:
                try:
                    if b"READY=1" in receiver.recv(4096):
                        return time.monotonic() - began
                except TimeoutError:
                    if self.process.poll() is not None:
                        break
        raise Failure("The daemon did not start: " + self.log)

    def stop(self):
        if not self.process or self.process.poll() is not None:
            return
        self.process.send_signal(signal.SIGTERM)
        try:
            self.process.wait(STOP_SECONDS)
        except subprocess.TimeoutExpired:
            self.process.kill()
            self.process.wait()

    @property
    def log(self):
        return (self.folder / "promptcalld.log").read_text()[-2000:]

    @property
    def database(self):
        return self.data / "calls.db"

    def load(self, scenario, timeout=600, **options):
        """Loads it; the numbers that are called follow those of the load before."""
        arguments = {
            "socket": self.folder / "sock",
            "pid": self.process.pid,
            "syncs": self.syncs,
            "secret": self.lab.secret,
            "nexmo-port": self.nexmo_port,
            "webhook-port": self.webhook_port,
            "first-number": self.first_number,
        }
        for name, value in options.items():
            arguments[name.replace("_", "-")] = value
        # More than any load submits.
        self.first_number += 2_000_000
        pairs = [text for name, value in arguments.items() for text in (f"--{name}", value)]
        result = self.lab.tool("load", scenario, *pairs, timeout=timeout)
        if result["failures"]:
            raise Failure(f"{scenario}: {result['failures']} answers were failures. {self.log}")
        return result
