"""Files that people saved with any editor are read, or refused in words that say what to do."""

from __future__ import annotations

import json
from datetime import UTC, datetime
from pathlib import Path

import pytest

from conftest import Futurewatch
from crawler.toml import ConfigurationError, read
from local_portal import LocalPortal
from scheduler.config import config as configuration
from scheduler.notify.channels.channel import TEMPLATES_FOLDER as SHIPPED
from scheduler.notify.render import Templates
from scheduler.notify.sample import SAMPLES

ENDPOINT = '[[endpoint]]\nname = "a"\nkind = "webhook"\nurl = "file:keys/robot"\n'
TEXT = '# 未来产业\n[archive]\npath = "库.db"\n'


def saved(folder: Path, body: bytes) -> Path:
    file = folder / "config.toml"
    file.write_bytes(body)
    return file


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16"])
@pytest.mark.parametrize("newline", ["\n", "\r\n", "\r"])
def test_marked_files_are_read(tmp_path: Path, encoding: str, newline: str) -> None:
    """A byte order mark says what the encoding is, and lines may end as on any system."""
    assert read(saved(tmp_path, TEXT.replace("\n", newline).encode(encoding))) == {"archive": {"path": "库.db"}}


@pytest.mark.parametrize(
    ("body", "words"),
    [
        (TEXT.encode("gbk"), "line 1: this is not UTF-8 but seems to be GBK"),
        (b'[archive]\r\npath = "a.db"\r\n# ' + "设置".encode("gbk"), "line 3: this is not UTF-8 but seems to be GBK"),
        (b'[archive]\npath = "\xff\xff\xff"\n', "line 2: a byte there is not UTF-8"),
        ('path = "a.db"\n'.encode("utf-16-le"), "looks like UTF-16"),
        ("# 设置\n".encode("utf-16-be"), "looks like UTF-16"),
        ("# 设置\n".encode("utf-16")[:-1], "UTF-16 and cut short"),
    ],
)
def test_other_encodings_are_refused(tmp_path: Path, body: bytes, words: str) -> None:
    """The refusal names the file, the line where it can, and how to save it; nothing is guessed."""
    file = saved(tmp_path, body)
    with pytest.raises(ConfigurationError) as refused:
        read(file)
    assert str(refused.value).startswith(f"{file}: ")
    assert words in str(refused.value)
    assert 'save it as "UTF-8"' in str(refused.value)


@pytest.mark.parametrize(
    ("line", "hint"),
    [
        ("path = “a.db”", 'write "'),
        ('path = "a.db”', 'write "'),
        ("path = ‘a.db’", "write '"),
        ("path = ＂a.db＂", 'write "'),
        ("path = 「a.db」", 'write "'),
        ('path ＝ "a.db"', "write ="),
        ("［archive］", "write ["),
        ("【archive】", "write ["),
        ('path = ["a"， "b"]', "write ,"),
        ('path = ["a"、 "b"]', "write ,"),
        ('　path = "a.db"', "write a plain blank"),
        ('path\xa0= "a.db"', "write a plain blank"),
        ('\u200bpath = "a.db"', "delete it"),
        ("path = １２", "write 1"),
        ('path = "C:\\Users\\a.db"', "write paths with /"),
    ],
)  # fmt: skip
def test_full_width_signs_are_named(tmp_path: Path, line: str, hint: str) -> None:
    """A sign of an input method that stands where TOML wants a plain one is named, with its line."""
    file = saved(tmp_path, f"# 一\n{line}\n".encode())
    with pytest.raises(ConfigurationError) as refused:
        read(file)
    assert f"{file}: not TOML: " in str(refused.value)
    assert "line 2" in str(refused.value)
    assert hint in str(refused.value)


def test_full_width_signs_in_values_are_kept(tmp_path: Path) -> None:
    """What stands between plain quotes is the people's own."""
    assert read(saved(tmp_path, 'name = "《行动计划》：“未来”［一］"\n'.encode())) == {
        "name": "《行动计划》：“未来”［一］"
    }


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16"])
def test_secret_file_lies_beside_the_configuration(
    tmp_path: Path, encoding: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A relative file starts from the configuration's folder, wherever the command runs, and may have a mark."""
    (tmp_path / "etc/keys").mkdir(parents=True)
    (tmp_path / "etc/keys/robot").write_bytes("https://a.example/key\r\n".encode(encoding))
    file = saved(tmp_path / "etc", ENDPOINT.encode())
    monkeypatch.chdir(tmp_path)
    for name in (file, file.relative_to(tmp_path)):
        settings = configuration.load(name)
        assert settings.endpoint[0].url.reveal() == "https://a.example/key"
        assert configuration.unsendable(settings, str(name)) == []


def test_secret_in_another_encoding_is_refused(tmp_path: Path) -> None:
    """The fault names endpoint, file and line, and never shows what stands there."""
    (tmp_path / "keys").mkdir()
    (tmp_path / "keys/robot").write_bytes("https://a.example/口令".encode("gbk"))
    file = saved(tmp_path, ENDPOINT.encode())
    (fault,) = configuration.unsendable(configuration.load(file), str(file))
    assert str(fault).startswith(f"{file}: endpoint[0].url: file {tmp_path / 'keys/robot'}: line 1: this is not UTF-8")
    assert "a.example" not in str(fault)


def test_mark_in_a_variable_is_no_part_of_the_secret(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A variable that was read from a file with a mark is the address all the same."""
    monkeypatch.setenv("ROBOT", "\ufeffhttps://a.example/key \n")
    file = saved(tmp_path, ENDPOINT.replace("file:keys/robot", "env:ROBOT").encode())
    assert configuration.load(file).endpoint[0].url.reveal() == "https://a.example/key"


def test_commands_read_files_of_any_editor(futurewatch: Futurewatch, portal: LocalPortal) -> None:
    """Sources files with a mark count, those in GBK are refused with exit code 2 and the words of the remedy."""
    futurewatch.configure(portal, more='files = ["mine.toml"]')
    mine = futurewatch.folder / "mine.toml"
    text = (
        '[[source]]\r\nid = "own"\r\nname = "某市"\r\nregion = "460100"\r\nlevel = "city"\r\n'
        f'kind = "government"\r\nlistings = ["{portal.url}/own/"]\r\n'
    )
    mine.write_bytes(text.encode("utf-8-sig"))
    assert '"own"' in futurewatch.run("sources", "list", "--json")
    mine.write_bytes(text.encode("gbk"))
    process = futurewatch.start("sources", "list")
    _, said = process.communicate(timeout=60)
    assert process.returncode == 2
    assert (
        f"{mine}: line 3: this is not UTF-8 but seems to be GBK (in Windows editors also called ANSI); save it as"
        in said
    )


def test_template_with_a_mark_is_a_template(futurewatch: Futurewatch, portal: LocalPortal) -> None:
    """A template in GBK is refused as the configuration is; with a mark it is read without it."""
    futurewatch.configure(portal)
    folder = futurewatch.folder / "mine"
    folder.mkdir()
    settings = futurewatch.config.read_text(encoding="utf-8") + '[alert]\ntemplates = "mine"\n'
    futurewatch.config.write_text(settings, encoding="utf-8")
    shipped = (SHIPPED / "slack.md.j2").read_text(encoding="utf-8") + "{# 附注 #}"
    template = folder / "slack.md.j2"
    template.write_bytes(shipped.encode("gb18030"))
    (problem,) = configuration.unsendable(configuration.load(futurewatch.config), str(futurewatch.config))
    assert str(problem).startswith(f"{template}: line ")
    assert "seems to be GBK" in str(problem)
    template.write_bytes(shipped.encode("utf-8-sig"))
    assert "\ufeff" not in templates_read(folder)


def templates_read(folder: Path) -> str:
    (part,) = Templates(str(folder)).parts("slack", json.dumps(SAMPLES[0]), now=datetime(2026, 3, 18, tzinfo=UTC))
    assert "未来产业" in part.text
    return part.title + part.text
