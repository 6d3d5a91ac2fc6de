"""Write what proves an article as one file that others can verify, and verify such a file.

    page.warc.gz   the bytes as they were served, with headers and times: the page, its further pages, its attachments,
                   and the pages of earlier wordings (WARC 1.1, readable by every web archive's tools)
    article.json   what was read from them: text, fields, facts with their quotes, assessment, earlier wordings
    manifest.json  the SHA-256 of the two, and of every body

A bundle of an announcement holds a folder like this for each of its articles.
"""

from __future__ import annotations

import hashlib
import io
import json
import zipfile
from collections.abc import Iterable, Iterator
from dataclasses import asdict
from datetime import datetime
from http import HTTPStatus
from pathlib import Path
from typing import Any

from crawler.network.settings import VERSION
from storage.archive import Archive
from storage.connection import text_of
from storage.records import Page, Revision

BUNDLE_FORMAT = "futurewatch-evidence/1"
# Bodies are kept as they were after content decoding; these headers described the bytes on the wire.
WIRE_HEADERS = frozenset({"content-encoding", "transfer-encoding", "content-length"})
SHOWN_COLUMNS = (
    "url", "source", "title", "text", "publisher", "byline", "published_at", "published_precision", "published_from",
    "published_doubt",
    "document_number", "index_number", "document_date", "agreement", "first_seen_at",
)  # fmt: skip


class BundleError(Exception):
    """A file is no bundle. Carries its path and what is wrong."""

    def __init__(self, path: Path, problem: str) -> None:
        super().__init__(f"{path}: {problem}")


def write_bundle(path: Path, articles: Iterable[int], archive: Archive, *, now: datetime) -> dict[str, Any]:
    """Write the evidence of articles and return its manifest. Raises `KeyError` when an article is not known."""
    ids = list(articles)
    files: dict[str, bytes] = {}
    bodies: list[dict[str, Any]] = []
    for article_id in ids:
        folder = "" if len(ids) == 1 else f"{article_id}/"
        wordings = archive.revisions.of(article_id)
        if not wordings:
            raise KeyError(article_id)
        pages = [page for wording in reversed(wordings) for page in _pages(archive.pages.get(wording.page_id))]
        files[f"{folder}page.warc.gz"] = _warc(pages)
        files[f"{folder}article.json"] = _json(_article(article_id, wordings, archive))
        bodies += [_body(f"{folder}page.warc.gz", page) for page in pages]
    manifest = {
        "format": BUNDLE_FORMAT, "program": f"futurewatch {VERSION}", "created_at": text_of(now), "articles": ids,
        "files": {name: hashlib.sha256(content).hexdigest() for name, content in files.items()}, "bodies": bodies,
    }  # fmt: skip
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as bundle:
        for name, content in {**files, "manifest.json": _json(manifest)}.items():
            bundle.writestr(name, content)
    return manifest


def verify_bundle(path: Path) -> list[str]:
    """Return what is wrong with a bundle; empty when every hash in it holds.

    Raises:
        BundleError: the file is none.
    """
    try:
        with zipfile.ZipFile(path) as bundle:
            files = {name: bundle.read(name) for name in bundle.namelist()}
        manifest = json.loads(files.pop("manifest.json"))
        if manifest["format"] != BUNDLE_FORMAT:
            raise BundleError(path, f"format {manifest['format']} is not {BUNDLE_FORMAT}")
        return [*_wrong_files(files, manifest["files"]), *_wrong_bodies(files, manifest["bodies"])]
    except (OSError, zipfile.BadZipFile, KeyError, ValueError, TypeError) as error:
        raise BundleError(path, f"is no bundle of evidence ({type(error).__name__}: {error})") from error


def _wrong_files(files: dict[str, bytes], known: dict[str, str]) -> Iterator[str]:
    yield from (f"{name} is missing" for name in known if name not in files)
    yield from (f"{name} is not in the manifest" for name in files if name not in known)
    for name, content in files.items():
        if name in known and hashlib.sha256(content).hexdigest() != known[name]:
            yield f"{name} was changed"


def _wrong_bodies(files: dict[str, bytes], known: list[dict[str, Any]]) -> Iterator[str]:
    """Yield the bodies of the WARC files that are not those of the manifest."""
    wanted = [(body["file"], body["url"], body["sha256"]) for body in known]
    found = [
        (name, url, sha256) for name, content in files.items() if name.endswith(".warc.gz")
        for url, sha256 in _responses(content)
    ]  # fmt: skip
    yield from (f"{url} in {name} is missing or was changed" for name, url, _ in set(wanted) - set(found))
    yield from (f"{url} in {name} is not in the manifest" for name, url, _ in set(found) - set(wanted))


def _responses(warc: bytes) -> Iterator[tuple[str, str]]:
    """Yield address and body hash of each answer in a WARC file; nothing from a file that is damaged."""
    from warcio.archiveiterator import ArchiveIterator  # type: ignore[import-untyped]  # it ships no types
    from warcio.exceptions import ArchiveLoadFailed  # type: ignore[import-untyped]

    try:
        for record in ArchiveIterator(io.BytesIO(warc)):
            if record.rec_type == "response":
                body = record.content_stream().read()
                yield record.rec_headers.get_header("WARC-Target-URI"), hashlib.sha256(body).hexdigest()
    except ArchiveLoadFailed:
        return


def _pages(page: Page) -> Iterator[Page]:
    """Yield a page and what was fetched for it."""
    yield page
    yield from page.following
    yield from page.frames
    yield from (file.page for file in page.files if file.page is not None)


def _body(file: str, page: Page) -> dict[str, Any]:
    return {
        "file": file, "url": page.final_url, "asked": page.url, "fetched_at": text_of(page.fetched_at),
        "status": page.status, "bytes": len(page.body), "sha256": page.sha256,
        "exit": page.via,
    }  # fmt: skip


def _warc(pages: Iterable[Page]) -> bytes:
    from warcio.statusandheaders import StatusAndHeaders  # type: ignore[import-untyped]  # it ships no types
    from warcio.warcwriter import WARCWriter  # type: ignore[import-untyped]

    out = io.BytesIO()
    writer = WARCWriter(out, gzip=True, warc_version="1.1")
    writer.write_record(writer.create_warcinfo_record("page.warc.gz", {"software": f"futurewatch {VERSION}"}))
    for page in pages:
        said = [(_header(name), value) for name, value in page.headers.items()]
        writer.write_record(writer.create_warc_record(
            page.final_url, "response", payload=io.BytesIO(page.body),
            http_headers=StatusAndHeaders(f"{page.status} {_phrase(page.status)}", said, protocol="HTTP/1.1"),
            warc_headers_dict={"WARC-Date": text_of(page.fetched_at)},
        ))  # fmt: skip
    return out.getvalue()


def _header(name: str) -> str:
    return f"X-Archive-Orig-{name}" if name.lower() in WIRE_HEADERS else name


def _phrase(status: int) -> str:
    try:
        return HTTPStatus(status).phrase
    except ValueError:  # 521 and the like
        return "Unknown"


def _article(article_id: int, wordings: list[Revision], archive: Archive) -> dict[str, Any]:
    row = archive.articles.row(article_id)
    said = archive.announcements.assessment(article_id)
    return {
        "id": article_id, **{name: row[name] for name in SHOWN_COLUMNS}, "attachments": json.loads(row["attachments"]),
        "facts": [asdict(fact) for fact in wordings[-1].facts],
        "assessment": asdict(said), "announcement": archive.announcements.of_article(article_id),
        "earlier": [
            {"title": w.title, "text": w.text, "label": w.label, "score": w.score,
             "fetched_at": text_of(w.fetched_at), "replaced_at": text_of(w.replaced_at)}
            for w in wordings[:-1]
        ],
    }  # fmt: skip


def _json(document: Any) -> bytes:
    return json.dumps(document, ensure_ascii=False, indent=2).encode()
