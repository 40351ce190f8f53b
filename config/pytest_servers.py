"""What the suite needs around it: local servers, a browser, and no network at all."""

import gc
import os
import shutil
import socket
from collections.abc import Iterator
from typing import Any

import pytest
from playwright.sync_api import expect

from config import local_servers, pango

# The same browser without its own windows, where it is installed: it starts twice as fast.
CHROMIUM = next(
    filter(None, map(shutil.which, ("chromium-headless-shell", "chromium", "chromium-browser"))), ""
)
UNPLAYED: dict[str, list[str]] = {}
NAVIGATEUR = 2


@pytest.hookimpl(wrapper=True, tryfirst=True)
def pytest_load_initial_conftests() -> Iterator[None]:
    """Before pytest-django reads the settings, which need DATABASE_URL."""
    try:
        local_servers.start("test")
    except local_servers.ServeurIndisponible as error:
        raise pytest.UsageError(str(error)) from error
    separate_queues()
    return (yield)


def separate_queues() -> None:
    """Each process of pytest-xdist has its own database (pytest-django), and its own broker's:
    a Celery worker of one must not take the tasks of another."""
    rang = os.environ.get("PYTEST_XDIST_WORKER", "").removeprefix("gw")
    broker = os.environ["REDIS_URL"]
    if rang and broker.startswith("redis+socket:") and "?" not in broker:
        os.environ["REDIS_URL"] = f"{broker}?virtual_host={int(rang) + 1}"


# --- Tests that the machine may not be able to play -----------------------------------------


def missing_for(item: pytest.Item) -> str:
    if item.get_closest_marker("navigateur") and not CHROMIUM:
        return "chromium est introuvable : apt-get install -y chromium-headless-shell"
    if item.get_closest_marker("worker") and not os.environ.get("REDIS_URL"):
        return "aucun Redis : apt-get install -y redis-server, ou REDIS_URL"
    if item.get_closest_marker("pdf") and not pango.is_here():
        return f"Pango manque : {pango.COMMAND}"
    return ""


def pytest_runtest_setup(item: pytest.Item) -> None:
    if reason := missing_for(item):
        if os.environ.get("CI") == "true":
            pytest.fail(f"Jamais sauté en intégration continue. {reason}", pytrace=False)
        UNPLAYED.setdefault(reason, []).append(item.nodeid)
        pytest.skip(reason)


def pytest_terminal_summary(terminalreporter: Any) -> None:
    for reason, tests in UNPLAYED.items():
        terminalreporter.section(f"{len(tests)} test(s) NON JOUÉ(S)", red=True, bold=True)
        terminalreporter.line(reason)


@pytest.hookimpl(wrapper=True)
def pytest_collection_modifyitems(items: list[pytest.Item]) -> Iterator[None]:
    """Browser tests last: the others tell sooner what is wrong.

    With several processes, the tests of a file stay together, but those that empty the tables
    when they end: they come after all the others, which need what the migrations wrote. Those of a
    browser share nothing: each goes to the first process that is free.
    """
    for item in items:
        if rank(item) < NAVIGATEUR:
            item.add_marker(pytest.mark.xdist_group(f"{item.path.name}{rank(item)}"))
    yield
    items.sort(key=rank)


def pytest_collection_finish() -> None:
    """What was imported and collected lives to the end: the collector need not walk it again."""
    gc.collect()
    gc.freeze()


def rank(item: pytest.Item) -> int:
    if item.get_closest_marker("navigateur"):
        return NAVIGATEUR
    base = item.get_closest_marker("django_db")
    fixtures = getattr(item, "fixturenames", [])
    vide = base and (base.kwargs.get("transaction") or base.args[:1] == (True,))
    vide = vide or item.get_closest_marker("vide_les_tables")
    return int(bool(vide or "transactional_db" in fixtures or "live_server" in fixtures))


# --- What a browser showed when its test failed ----------------------------------------------


@pytest.hookimpl(wrapper=True)
def pytest_runtest_makereport(item: pytest.Item, call: pytest.CallInfo) -> Iterator[Any]:
    """A locator that was never found says nothing of the page that stood there instead."""
    rapport = yield
    if rapport.when == "call" and rapport.failed and item.get_closest_marker("navigateur"):
        rapport.sections += [("Page ouverte", dit) for dit in _open_pages(item)]
    return rapport


def _open_pages(item: pytest.Item) -> Iterator[str]:
    """Address and text of each page that the test's browser, or its telephone, has open."""
    outils = getattr(item, "funcargs", {})
    contextes = list(outils["chromium"].contexts) if "chromium" in outils else []
    contextes += [outils["telephone"].context] if "telephone" in outils else []
    for page in (page for contexte in contextes for page in contexte.pages):
        try:
            yield f"{page.url}\n{page.inner_text('body', timeout=2_000)[:3_000]}"
        except Exception as erreur:  # closed, or in the middle of something: the test says the rest
            yield f"{page.url}\n{erreur}"


# --- Network --------------------------------------------------------------------------------


def pytest_configure() -> None:
    for name in ("connect", "connect_ex"):
        setattr(socket.socket, name, _local_only(getattr(socket.socket, name)))


def _local_only(connect: Any) -> Any:
    def guarded(self: socket.socket, address: Any) -> Any:
        local = self.family == socket.AF_UNIX or address[0] in ("127.0.0.1", "::1", "localhost")
        assert local, f"La suite n’a pas droit au réseau : {address}"
        return connect(self, address)

    return guarded


# --- Fixtures -------------------------------------------------------------------------------


@pytest.fixture(scope="session")
def redis_url() -> str:
    """For a test marked `worker`."""
    return os.environ["REDIS_URL"]


# Milliseconds: what never comes is told a little later, and a busy machine refuses nothing.
PATIENCE = 20_000


@pytest.fixture(scope="session")
def chromium(playwright: Any) -> Iterator[Any]:
    """Debian's browser: Playwright's own is a download."""
    expect.set_options(timeout=PATIENCE)
    # Playwright's loop runs in this thread, which Django takes for asynchronous code.
    os.environ["DJANGO_ALLOW_ASYNC_UNSAFE"] = "true"
    flags = "no-sandbox disable-gpu disable-background-networking disable-component-update"
    arguments = [f"--{flag}" for flag in [*flags.split(), "disable-sync", "no-first-run"]]
    browser = playwright.chromium.launch(executable_path=CHROMIUM, args=arguments)
    yield browser
    browser.close()


@pytest.fixture
def navigateur(chromium: Any, live_server: Any) -> Iterator[Any]:
    """A page of a real browser on the live site: navigateur.goto("/connexion/").

    `navigateur.context` opens other pages; `navigateur.set_viewport_size` makes it a phone.
    """
    context = chromium.new_context(
        base_url=live_server.url, locale="fr-FR", timezone_id="Europe/Paris"
    )
    yield context.new_page()
    context.close()
