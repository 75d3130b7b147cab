"""A PostgreSQL of our own, on a socket in a folder of its own."""

import os
import shutil
import subprocess
from pathlib import Path

from lab import Failure

PLACES = ["/usr/lib/postgresql/15/bin", "/usr/lib/postgresql/16/bin", "/usr/lib/postgresql/17/bin"]


def programs():
    """Where PostgreSQL's programs are; none where it is not installed."""
    found = shutil.which("initdb")
    places = [*PLACES, *([Path(found).parent] if found else [])]
    return next((Path(place) for place in places if (Path(place) / "initdb").exists()), None)


class Postgres:
    """A server with synchronous commits; all else is as Debian has it."""

    def __init__(self, lab):
        self.lab = lab
        self.programs = programs()
        if not self.programs:
            raise Failure("PostgreSQL is not installed.")
        self.folder = lab.fresh("pg")
        # It refuses to run as root.
        self.user = {"user": "postgres", "group": "postgres", "extra_groups": []}
        if os.geteuid() != 0:
            self.user = {}
        else:
            shutil.chown(self.folder, "postgres", "postgres")
            lab.folder.chmod(0o711)

    def __enter__(self):
        self.run("initdb", "-D", self.folder / "data", "-A", "trust", "-U", "bench", "--no-sync")
        options = (
            f"-c listen_addresses='' -c unix_socket_directories={self.folder} "
            "-c synchronous_commit=on"
        )
        log = self.folder / "log"
        self.run("pg_ctl", "-D", self.folder / "data", "-w", "-l", log, "-o", options, "start")
        return self

    def __exit__(self, *_):
        self.run("pg_ctl", "-D", self.folder / "data", "-w", "-m", "immediate", "stop")

    def run(self, program, *arguments):
        result = subprocess.run(
            [self.programs / program, *map(str, arguments)],
            stdout=subprocess.DEVNULL,
            stderr=subprocess.PIPE,
            text=True,
            cwd=self.folder,
            **self.user,
        )
        if result.returncode:
            raise Failure(f"{program} failed: {result.stderr.strip()}")

    def load(self, database, seconds, clients):
        """Writes the rows of a captured call, so many clients at once."""
        connection = f"host={self.folder} user=bench dbname=postgres"
        return self.lab.tool("postgres", database, connection, seconds, clients)
