"""What anybody can ask of the review site is bounded: time, memory, rows; who may ask; and it stops when it is told."""

from __future__ import annotations

import signal
import socket
import threading
import time
from collections.abc import Iterator
from pathlib import Path

import httpx
import pytest
from datasette_auth_passwords.utils import hash_password

from browser import Served, serving
from scheduler.review.patience import MOST_WAITING
from seeded_archive import DAY, seed
from storage.archive import Archive

PASSWORD = "correct horse battery staple"
REVIEWERS = """
[[reviewer]]
name = "wang"
password_hash = "env:TEST_HASH"
[[reviewer]]
name = "root"
password_hash = "env:TEST_HASH"
administrator = true
"""
COUNTING = "with recursive t(n) as (select 1 union all select n + 1 from t) "
DOUBLING = (
    "with recursive u(n, s) as (select 1, 'aaaaaaaaaaaaaaaa' union all select n + 1, s || s from u where n < 21) "
)
# One step of SQLite's machine that takes minutes: no look at the clock falls into it.
STUCK = DOUBLING + "select instr(max(s), substr(max(s), 1, 8000000) || 'b') from u"


@pytest.fixture(scope="module")
def served(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Served]:
    folder = tmp_path_factory.mktemp("bounded")
    seed(folder / "archive.db")
    with serving(folder) as opened:
        yield opened


@pytest.fixture
def client(served: Served) -> Iterator[httpx.Client]:
    with httpx.Client(base_url=served.url, timeout=20) as opened:
        yield opened


def ask(client: httpx.Client, sql: str) -> httpx.Response:
    return client.get("/archive.json", params={"sql": sql})


def peak_mb(served: Served) -> int:
    """Return the most memory that the server has had."""
    lines = Path(f"/proc/{served.process.pid}/status").read_text(encoding="ascii").splitlines()
    return int(next(line for line in lines if line.startswith("VmHWM")).split()[1]) // 1024


# --- SQL -------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "sql",
    [
        COUNTING + "select count(*) from t",
        COUNTING + "select n, 'xxxxxxxxxxxxxxxxxxxx' from t order by n",
        COUNTING + "select group_concat(n, 'xxxxxxxxxxxxxxxxxxxxxxxxxxxxxxx') from t",
        COUNTING + "select json_group_array(n) from t",
        DOUBLING
        + ", t(n) as (select 1 union all select n + 1 from t where n < 100) select (select max(s) from u) from t",
        "select hex(randomblob(1000000000))",
        "select length(zeroblob(2000000000))",
        "select printf('%.*c', 1000000000, 'x')",
        "select replace(hex('aaaa'), '6', 'xxxxxxxx')",
        "select load_extension('x')",
        "attach '/etc/passwd' as other",
    ],
)
def test_costly_sql_is_stopped(client: httpx.Client, served: Served, sql: str) -> None:
    """SQL that would take all time or memory is refused or stopped within moments, and the page goes on."""
    started = time.monotonic()
    assert ask(client, sql).status_code == 400
    assert time.monotonic() - started < 8  # a second of SQLite, on a busy machine
    assert client.get(f"/?day={DAY}").status_code == 200
    assert peak_mb(served) < 900


def test_rows_are_bounded(client: httpx.Client) -> None:
    """A statement returns 500 rows, and says that there are more."""
    answer = ask(client, COUNTING + "select n from t limit 2000").json()
    assert (len(answer["rows"]), answer["truncated"]) == (500, True)


def test_sql_is_for_administrators(tmp_path: Path) -> None:
    """Where there are reviewers, an administrator may write SQL; the others see tables, without `sql` and `_where`."""
    seed(tmp_path / "archive.db")
    environment = {"TEST_HASH": hash_password(PASSWORD, iterations=1000)}
    with serving(tmp_path, more=REVIEWERS, environment=environment) as served, httpx.Client(base_url=served.url) as one:
        for path, reviewer, administrator in (
            ("/archive.json?sql=select+1", 403, 200),
            ("/archive?sql=select+1", 403, 200),
            ("/archive/articles.json?_where=1=1", 403, 200),
            ("/archive/articles.json", 200, 200),
        ):
            assert one.get(path, auth=("wang", PASSWORD)).status_code == reviewer, path
            assert one.get(path, auth=("root", PASSWORD)).status_code == administrator, path


# --- pages elsewhere -------------------------------------------------------------------------------------

LINK = {"Sec-Fetch-Site": "cross-site", "Sec-Fetch-Mode": "navigate", "Sec-Fetch-Dest": "document"}
IMAGE = {"Sec-Fetch-Site": "cross-site", "Sec-Fetch-Mode": "no-cors", "Sec-Fetch-Dest": "image"}
FRAME = LINK | {"Sec-Fetch-Dest": "iframe"}
OTHER_PORT = IMAGE | {"Sec-Fetch-Site": "same-site"}
OWN = {"Sec-Fetch-Site": "same-origin", "Sec-Fetch-Mode": "cors", "Sec-Fetch-Dest": "empty"}
TYPED = {"Sec-Fetch-Site": "none", "Sec-Fetch-Mode": "navigate", "Sec-Fetch-Dest": "document"}
OLD_BROWSER = {"Referer": "http://evil.example.org/x"}
SQL = "/archive.json?sql=select+1"


@pytest.mark.parametrize(
    ("path", "headers", "status"),
    [
        ("/announcements/2", LINK, 200),
        ("/search?q=量子", LINK, 200),
        ("/archive", LINK, 200),
        (SQL, LINK, 403),
        ("/archive?sql=select+1", LINK, 403),
        ("/archive/articles?_where=1=1", LINK, 403),
        ("/announcements/2", IMAGE, 403),
        ("/announcements/2", FRAME, 403),
        ("/search.json?q=量子", OTHER_PORT, 403),
        (SQL, IMAGE, 403),
        (SQL, OWN, 200),
        (SQL, TYPED, 200),
        (SQL, {}, 200),
        (SQL, OLD_BROWSER, 403),
        (SQL, {"Referer": "http://[x"}, 403),
        ("/announcements/2", OLD_BROWSER, 200),
    ],
)
def test_page_elsewhere_asks_for_nothing(client: httpx.Client, path: str, headers: dict[str, str], status: int) -> None:
    """A link from elsewhere leads to our pages; nothing else that a page elsewhere asks for is answered, SQL never."""
    assert client.get(path, headers=headers).status_code == status


# --- addresses -------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "path", ["/announcements/{}", "/articles/{}", "/snapshots/{}", "/announcements/{}/evidence.zip"]
)
@pytest.mark.parametrize("number", ["9" * 5000, "0" * 5000, str(2**63), "-1"])
def test_number_that_is_none(client: httpx.Client, path: str, number: str) -> None:
    """An id that nothing can have is not found, however long it is."""
    assert client.get(path.format(number)).status_code == 404


# --- clients that dawdle ---------------------------------------------------------------------------------


def test_table_in_an_order_that_there_is_not(client: httpx.Client) -> None:
    """An address that asks for an unknown column is a faulty address, not a failure of the site."""
    assert client.get("/archive/articles", params={"_sort": "1"}).status_code == 400
    assert client.get("/archive/articles", params={"_sort": "title"}).status_code == 200


def test_clients_that_say_no_request(served: Served, client: httpx.Client) -> None:
    """Hundreds of connections that begin a request and never end it keep nobody from the page."""
    port = int(served.url.rpartition(":")[2])
    dawdling = []
    try:
        for _ in range(2 * MOST_WAITING):
            one = socket.create_connection(("127.0.0.1", port))
            one.sendall(b"GET / HTTP/1.1\r\nHost: 127.0.0.1\r\nX-Slow: ")
            dawdling.append(one)
        assert client.get(f"/?day={DAY}").status_code == 200
        open_files = len(list(Path(f"/proc/{served.process.pid}/fd").iterdir()))
        assert open_files < MOST_WAITING + 50
    finally:
        for one in dawdling:
            one.close()


def test_flood_of_headers(served: Served, client: httpx.Client) -> None:
    """Headers without an end are refused after some kilobytes."""
    with socket.create_connection(("127.0.0.1", int(served.url.rpartition(":")[2])), timeout=10) as flooding:
        flooding.sendall(b"GET / HTTP/1.1\r\n" + b"X-Flood: 1\r\n" * 10_000)
        assert flooding.recv(100).startswith((b"HTTP/1.1 400", b"HTTP/1.1 431"))
    assert client.get(f"/?day={DAY}").status_code == 200


# --- ending and dying ------------------------------------------------------------------------------------


def test_stops_whatever_a_thread_does(tmp_path: Path) -> None:
    """SIGTERM is obeyed within five seconds, though SQLite works at something that takes minutes."""
    seed(tmp_path / "archive.db")
    with serving(tmp_path) as served, httpx.Client(base_url=served.url, timeout=30) as client:
        asking = threading.Thread(target=_ask_in_vain, args=(client, STUCK))
        asking.start()
        time.sleep(3)
        assert asking.is_alive()
        assert httpx.get(f"{served.url}/static/icon.svg").status_code == 200
        started = time.monotonic()
        served.process.send_signal(signal.SIGTERM)
        assert served.process.wait(10) == 0
        assert time.monotonic() - started < 5.5
        asking.join()


def _ask_in_vain(client: httpx.Client, sql: str) -> None:
    try:
        ask(client, sql)
    except httpx.TransportError:
        return


def test_killed_review_process_keeps_what_it_acknowledged(tmp_path: Path) -> None:
    """A review process that is killed at any moment has stored every note that it answered for, and no half of one."""
    seed(tmp_path / "archive.db")
    acknowledged: list[str] = []
    for number in range(3):
        with serving(tmp_path) as served:
            killing = threading.Timer(0.3 + 1.5 * number, served.process.kill)  # a busy machine answers late
            killing.start()
            acknowledged += _write_notes(served.url, f"run {number}")
            killing.join()
            served.process.wait(10)
    with Archive(tmp_path / "archive.db") as archive:
        kept = [note.text for note in archive.notes.of(2)]
        assert set(acknowledged) <= set(kept)
        assert len(kept) == len(set(kept)) <= len(acknowledged) + 3  # the last of each run may have lost its answer
        assert archive.db.execute("PRAGMA integrity_check").fetchone()[0] == "ok"
    assert acknowledged


def _write_notes(url: str, run: str) -> list[str]:
    """Write notes until the server dies; return those that it answered for."""
    written: list[str] = []
    try:
        with httpx.Client(base_url=url, timeout=10, headers={"Origin": url}) as client:
            client.get("/announcements/2")
            token = client.cookies["ds_csrftoken"]
            while True:
                text = f"{run}, note {len(written)}"
                answer = client.post("/announcements/2/notes", data={"csrftoken": token, "text": text})
                assert answer.status_code == 303
                written.append(text)
    except httpx.TransportError:
        return written
