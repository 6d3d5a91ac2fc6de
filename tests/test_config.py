"""Reading config.toml: every fault at once, secrets never shown, the schema current."""

from __future__ import annotations

from pathlib import Path
from socket import gethostname

import pytest

from crawler.sources import catalogue
from crawler.toml import ConfigurationError
from scheduler.config import config

ROOT = Path(__file__).parents[1]

FAULTY = """
[archiv]
path = "x.db"

[crawl]
contact = "me"
delay_secnds = 2

[schedule]
every = "30 minutes"

[[source]]
id = "gd-gov"
name = "广东省人民政府"
region = "999999"
level = "provnce"
kind = "government"
listings = ["www.gd.gov.cn"]

[[source]]
id = "gd-gov"
name = "again"
region = "440000"
level = "province"
kind = "government"
listings = ["https://www.gd.gov.cn/"]
every = 15

[[endpoint]]
name = "team"
kind = "webhok"
secret = "not to be written here"
"""


def write(folder: Path, text: str) -> Path:
    path = folder / "config.toml"
    path.write_text(text, encoding="utf-8")
    return path


def faults(path: Path) -> dict[str, str]:
    with pytest.raises(ConfigurationError) as caught:
        config.load(path)
    return {fault.key: f"{fault.problem} {fault.hint}" for fault in caught.value.faults}


def test_every_fault_is_reported_at_once(tmp_path: Path) -> None:
    """One run tells all that is wrong, each with its key."""
    found = faults(write(tmp_path, FAULTY))
    assert found.keys() == {
        "archiv", "crawl.contact", "crawl.delay_secnds", "schedule.every", "source[0].region", "source[0].level",
        "source[0].listings", "source[1].every", "source[1].id", "endpoint[0].kind", "endpoint[0].url",
        "endpoint[0].secret",
    }  # fmt: skip


@pytest.mark.parametrize(
    ("key", "hint"),
    [
        ("archiv", "'archive'"),
        ("crawl.delay_secnds", "'delay_seconds'"),
        ("source[0].level", "'province'"),
        ("endpoint[0].kind", "'webhook'"),
        ("schedule.every", '"30m"'),
    ],
)
def test_fault_names_the_nearest_valid_name(tmp_path: Path, key: str, hint: str) -> None:
    """A slip of the pen is answered with what was meant."""
    assert hint in faults(write(tmp_path, FAULTY))[key]


def test_faults_name_the_file(tmp_path: Path) -> None:
    """Each line starts with the file, so that an editor can jump there."""
    path = write(tmp_path, FAULTY)
    with pytest.raises(ConfigurationError) as caught:
        config.load(path)
    assert all(line.startswith(f"{path}: ") for line in str(caught.value).splitlines())


@pytest.mark.parametrize(
    ("review", "url"),
    [
        ("", "http://127.0.0.1:8080"),
        ('host = "::1"\nport = 90', "http://[::1]:90"),
        ('host = "0.0.0.0"', f"http://{gethostname()}:8080"),
        ('host = "::"\naddress = "https://review.example.org"', "https://review.example.org"),
    ],
)
def test_messages_link_to_where_the_page_is_found(tmp_path: Path, review: str, url: str) -> None:
    """No message leads to 0.0.0.0, which is the reader's own machine."""
    assert config.load(write(tmp_path, f"[review]\n{review}\n")).review.url == url


def test_a_secret_is_never_part_of_a_fault(tmp_path: Path) -> None:
    """A secret that was written into the file is refused without being repeated."""
    with pytest.raises(ConfigurationError) as caught:
        config.load(write(tmp_path, FAULTY))
    assert "not to be written here" not in str(caught.value)


def test_broken_toml_names_line_and_column(tmp_path: Path) -> None:
    """A file that is no TOML says where it breaks."""
    path = write(tmp_path, "[crawl\n")
    with pytest.raises(ConfigurationError, match=r"config\.toml: not TOML: .*line 1"):
        config.load(path)


def test_missing_file_is_named(tmp_path: Path) -> None:
    """A configuration that is not there is told by name."""
    with pytest.raises(ConfigurationError, match=r"nowhere\.toml: No such file"):
        config.load(tmp_path / "nowhere.toml")


def test_faults_in_a_sources_file_are_reported_with_that_file(tmp_path: Path) -> None:
    """A file named under [sources] is checked with the rest."""
    (tmp_path / "mine.toml").write_text('[[source]]\nid = "a"\n[[sorce]]\n', encoding="utf-8")
    path = write(tmp_path, '[sources]\nfiles = ["mine.toml"]\nonly = ["gov-44000"]\n')
    with pytest.raises(ConfigurationError) as caught:
        config.load(path)
    said = str(caught.value)
    assert "mine.toml: source[0].name: is missing" in said
    assert "mine.toml: sorce: unknown key; did you mean 'source'?" in said
    assert "config.toml: sources.only[0]: no source 'gov-44000'; did you mean 'gov-440000'?" in said


def test_secrets_come_from_environment_and_file(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """`env:` and `file:` are read when the secret is used, and show as asterisks until then."""
    (tmp_path / "secret").write_text("from the file\n", encoding="utf-8")
    monkeypatch.setenv("TEST_URL", "https://example.org/hook?key=hidden")
    endpoint = f'[[endpoint]]\nname = "a"\nkind = "webhook"\nurl = "env:TEST_URL"\nsecret = "file:{tmp_path}/secret"\n'
    settings = config.load(write(tmp_path, endpoint))
    (found,) = settings.endpoint
    assert found.url.reveal() == "https://example.org/hook?key=hidden"
    assert found.secret is not None
    assert found.secret.reveal() == "from the file"
    assert "hidden" not in repr(settings)
    assert "from the file" not in repr(settings)


def test_endpoint_whose_secret_is_nowhere_cannot_be_sent_to(tmp_path: Path) -> None:
    """An address that the environment does not hold is a fault of the commands that deliver."""
    endpoint = '[[endpoint]]\nname = "a"\nkind = "webhook"\nurl = "env:TEST_NOWHERE"\nsecret = "file:/nowhere/secret"\n'
    settings = config.load(write(tmp_path, endpoint))
    found = {fault.key: fault.problem for fault in config.unsendable(settings, "config.toml")}
    assert "TEST_NOWHERE" in found["endpoint[0].url"]
    assert "/nowhere/secret" in found["endpoint[0].secret"]


def test_shipped_configuration_works_as_it_stands() -> None:
    """config.toml has no fault, watches the catalogue, and spells out the defaults it shows."""
    shipped = config.load(ROOT / "config.toml")
    assert shipped.watched == catalogue()
    assert config.unsendable(shipped, "config.toml") == []
    same = ("crawl", "schedule", "detect", "alert", "review", "sources")
    defaults = config.Settings()
    assert {name: getattr(shipped, name) for name in same} == {name: getattr(defaults, name) for name in same}


PROSE = ("# Whom to tell", "# Where requests leave from")


def test_examples_in_the_shipped_configuration_are_valid(tmp_path: Path) -> None:
    """What stands there as a comment works once the # is taken away."""
    lines = (ROOT / "config.toml").read_text(encoding="utf-8").splitlines()
    start = lines.index("# A source of your own. Same keys as in the catalogue's files.")
    opened = [line.removeprefix("# ") for line in lines[start + 1 :] if not line.startswith(PROSE)]
    settings = config.load(write(tmp_path, "\n".join(lines[:start] + opened)))
    assert settings.watched[-1].id == "gd-gov"
    assert settings.endpoint[0].name == "team"


def test_own_source_replaces_the_catalogues(tmp_path: Path) -> None:
    """A source of one's own with the id of a shipped one is used instead of it."""
    first = catalogue()[0]
    own = (
        f'[[source]]\nid = "{first.id}"\nname = "mine"\nregion = "000000"\nlevel = "national"\nkind = "news"\n'
        'listings = ["https://example.org/"]\n'
    )
    watched = config.load(write(tmp_path, own)).watched
    assert [source.name for source in watched if source.id == first.id] == ["mine"]
    assert len(watched) == len(catalogue())


def test_schema_is_current() -> None:
    """docs/config.schema.json is what the settings say."""
    is_current = (ROOT / "docs/config.schema.json").read_text(encoding="utf-8") == config.schema()
    assert is_current, "run .venv/bin/python -m scheduler.config.schema > docs/config.schema.json"
