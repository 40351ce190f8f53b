"""`make demo`: web server, Celery worker and beat on local servers, until Ctrl-C."""

import contextlib
import ctypes
import fcntl
import os
import signal
import socket
import subprocess
import sys
import time

import django
from django.conf import settings
from django.core.management import call_command, get_commands
from django.db import OperationalError

from config import pango
from config.local_servers import ROOT, ServeurIndisponible, start

FOLDER = ROOT / ".local" / "demo"
EXEMPLES = FOLDER / "exemples"


def prepare() -> None:
    """Migrations, then territories and fictitious data, once."""
    django.setup()
    from conseillers.models import Poste
    from territoires.enums import Porte
    from territoires.journal import entree
    from territoires.models import Commune

    call_command("migrate", verbosity=0)
    etapes = (("load_territoires", Commune, {}), ("seed_demo", Poste, {"exemples": EXEMPLES}))
    for command, model, options in etapes:
        if command in get_commands() and not model._default_manager.exists():
            print(f"Chargement des données ({command})…")
            with entree(Porte.COMMANDE, command):
                call_command(command, **options)


def services(port: int) -> dict[str, list[str]]:
    web = f"gunicorn config.wsgi --bind 127.0.0.1:{port} --workers 2 --threads 4 --timeout 120"
    commands = {"web": f"{web} --no-control-socket --worker-tmp-dir /tmp"}
    if os.environ["REDIS_URL"]:
        commands["worker"] = "celery -A config worker --concurrency 2 --loglevel INFO"
        commands["beat"] = f"celery -A config beat --pidfile= --schedule {FOLDER}/beat"
    else:
        print("Aucun Redis ici : les rapports se font dans le serveur web, sans calendrier.")
    return {name: [sys.executable, "-m", *command.split()] for name, command in commands.items()}


def launch(name: str, command: list[str]) -> subprocess.Popen[bytes]:
    def follow_the_launcher() -> None:  # even when it is killed without a word
        if sys.platform == "linux":
            ctypes.CDLL(None).prctl(1, signal.SIGTERM)  # PR_SET_PDEATHSIG

    with open(FOLDER / f"{name}.log", "ab") as log:
        return subprocess.Popen(
            command, cwd=ROOT, stdin=subprocess.DEVNULL, stdout=log, stderr=log,
            start_new_session=True, preexec_fn=follow_the_launcher,
        )  # fmt: skip


def watch(children: dict[str, subprocess.Popen[bytes]], port: int) -> None:
    """Announces the site once it answers; starts the worker or beat again if they die."""
    announced, started = False, time.monotonic()
    while True:
        for name, child in children.items():
            if child.poll() is not None and (name == "web" or time.monotonic() - started < 5):
                tail = (FOLDER / f"{name}.log").read_text(errors="replace")[-1500:]
                raise ServeurIndisponible(f"Le processus « {name} » s’est arrêté :\n{tail}")
            if child.poll() is not None:
                print(f"Le processus « {name} » s’est arrêté : il est relancé.", flush=True)
                children[name], started = launch(name, services(port)[name]), time.monotonic()
        if not announced and not port_is_free(port):
            announced = True
            announce(port)
        time.sleep(0.3)


def announce(port: int) -> None:
    print(f"\n  http://127.0.0.1:{port}/\n")
    for role, compte in settings.COMPTES_DEMO.items():
        print(f"  {role:<16} {compte}")
    print(f"\n  Mot de passe de tous les comptes : {settings.MOT_DE_PASSE_DEMO}")
    for exemple in sorted(EXEMPLES.glob("*.xlsx")):
        print(f"  Un export de La Coop à importer : {exemple.relative_to(ROOT)}")
    print(
        f"  Journaux : {FOLDER.relative_to(ROOT)}/*.log. Ctrl-C arrête tout, les données restent.\n"
    )


def stop(children: dict[str, subprocess.Popen[bytes]]) -> None:
    for number in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
        signal.signal(number, signal.SIG_IGN)
    for child in children.values():
        child.terminate()
    for child in children.values():
        with contextlib.suppress(subprocess.TimeoutExpired):
            child.wait(15)
        with contextlib.suppress(ProcessLookupError):
            os.killpg(child.pid, signal.SIGKILL)


def port_is_free(port: int) -> bool:
    with socket.socket() as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        with contextlib.suppress(OSError):
            probe.bind(("127.0.0.1", port))
            return True
    return False


def main(port: int) -> None:
    for number in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
        signal.signal(number, signal.default_int_handler)
    FOLDER.mkdir(parents=True, exist_ok=True)
    turn = open(FOLDER / "demo.lock", "w")  # noqa: SIM115 (held as long as the demo)
    try:
        fcntl.flock(turn, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError as error:
        raise ServeurIndisponible("La démonstration tourne déjà dans ce dossier.") from error
    for _attempt in range(20):  # a run that was just killed lets go of it in a few seconds
        if port_is_free(port):
            break
        time.sleep(0.25)
    else:
        raise ServeurIndisponible(
            f"Le port {port} est déjà pris par un autre programme. "
            f"Choisissez-en un autre : make demo PORT={port + 1}"
        )
    pango.install()
    start("demo")
    os.environ.update(DJANGO_SETTINGS_MODULE="config.settings.local", DEBUG="0")
    os.environ.setdefault("SITE_URL", f"http://127.0.0.1:{port}")
    children: dict[str, subprocess.Popen[bytes]] = {}
    try:
        prepare()
        children |= {name: launch(name, command) for name, command in services(port).items()}
        watch(children, port)
    finally:
        stop(children)


if __name__ == "__main__":
    try:
        main(int(sys.argv[1]))
    except KeyboardInterrupt:
        print("\nLa démonstration est arrêtée. Les données restent pour la prochaine fois.")
    except (ServeurIndisponible, OperationalError, OSError) as error:
        if "No space left" in str(error):
            sys.exit("\nLe disque est plein : libérez de la place, puis relancez « make demo ».")
        sys.exit(f"\nLa démonstration ne peut pas continuer. {error}")
