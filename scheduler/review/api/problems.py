"""Say in JSON why a request was not answered as asked (RFC 9457)."""

from __future__ import annotations

import sqlite3
from collections.abc import Mapping
from http import HTTPStatus
from typing import Any

from fastapi import FastAPI
from fastapi.exceptions import RequestValidationError
from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import JSONResponse, Response

from scheduler.config.log import get_logger
from scheduler.questions.documents import ApiDocument
from scheduler.questions.paging import CursorError
from scheduler.review.api.access import RefusedError
from storage.errors import ArchiveError
from storage.search.query import QueryError

log = get_logger()
MEDIA_TYPE = "application/problem+json"


class ProblemDocument(ApiDocument):
    """The fault of a request."""

    title: str
    status: int
    detail: str


def described(*statuses: int) -> dict[int | str, dict[str, Any]]:
    """Return how the API's description names answers with these statuses."""
    content = {MEDIA_TYPE: {"schema": {"$ref": f"#/components/schemas/{ProblemDocument.__name__}"}}}
    return {status: {"description": HTTPStatus(status).phrase, "content": content} for status in statuses}


def problem(status: int, detail: str, headers: Mapping[str, str] | None = None) -> Response:
    """Return the answer that says what was wrong."""
    said = ProblemDocument(title=HTTPStatus(status).phrase, status=status, detail=detail)
    return JSONResponse(said.model_dump(), status_code=status, headers=dict(headers or {}), media_type=MEDIA_TYPE)


def say_problems(app: FastAPI) -> None:
    """Let an application answer every failure with a problem."""
    app.exception_handler(RefusedError)(_refused)
    app.exception_handler(RequestValidationError)(_invalid)
    app.exception_handler(QueryError)(_bad)
    app.exception_handler(CursorError)(_bad)
    app.exception_handler(HTTPException)(_http)
    app.exception_handler(sqlite3.DatabaseError)(_unavailable)
    app.exception_handler(ArchiveError)(_unavailable)


def _refused(_request: Request, error: RefusedError) -> Response:
    return problem(error.status, error.problem, error.headers)


def _invalid(_request: Request, error: RequestValidationError) -> Response:
    said = "; ".join(f"{'.'.join(map(str, one['loc'][1:]))}: {one['msg']}" for one in error.errors())
    return problem(400, said)


def _bad(_request: Request, error: ValueError) -> Response:
    return problem(400, str(error))


def _http(_request: Request, error: HTTPException) -> Response:
    return problem(error.status_code, str(error.detail), error.headers)


def _unavailable(request: Request, error: Exception) -> Response:
    log.warning("archive not available", path=request.url.path, error=f"{type(error).__name__}: {error}")
    return problem(503, "the archive is busy, or cannot be used now", {"Retry-After": "30"})
