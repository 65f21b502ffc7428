"""The embedded Valkey: broker and cache of one machine."""

import signal
import subprocess
from pathlib import Path

import redis

from config.embedded import process
from config.embedded.places import Runner, valkey_program
from config.embedded.record import HOST, Services

CONFIGURATION = """
bind {host}
port {port}
dir "{data}"
pidfile "{data}/valkey.pid"
requirepass {password}
databases 64
appendonly yes
appendfsync everysec
save ""
maxmemory-policy noeviction
daemonize no
"""


class Valkey:
    """The server whose data is under `base`. Its configuration, with the password, goes in by stdin."""

    name = "valkey"
    stop_signal = signal.SIGTERM

    def __init__(self, home: Path, base: Path, services: Services, who: Runner) -> None:
        self.services, self.who = services, who
        self.program = valkey_program(who)
        self.data = base / "valkey"
        self.log = home / "log" / "valkey.log"

    def prepare(self) -> None:
        self.data.mkdir(mode=0o700, exist_ok=True)
        self.who.own(self.data)
        process.end_leftover(self.data / "valkey.pid", (self.program.name,), signal.SIGTERM)

    def start(self) -> subprocess.Popen[bytes]:
        configuration = CONFIGURATION.format(
            host=HOST,
            port=self.services.valkey_port,
            data=self.data,
            password=self.services.valkey_password,
        )
        server = process.start(
            [self.program, "-"],
            who=self.who,
            cwd=self.data,
            log=self.log,
            stop_signal=self.stop_signal,
            stdin=subprocess.PIPE,
        )
        if server.stdin is not None:
            server.stdin.write(configuration.encode())
            server.stdin.close()
        return server

    def is_ready(self) -> bool:
        """Whether it answers (while it loads its file it refuses)."""
        client = redis.Redis.from_url(self.services.redis_url(), socket_connect_timeout=1)
        try:
            return bool(client.ping())
        except (redis.ConnectionError, redis.TimeoutError):
            return False
        finally:
            client.close()

    def after_start(self) -> None:
        """Nothing to set up: what is in it is made by those who use it."""
