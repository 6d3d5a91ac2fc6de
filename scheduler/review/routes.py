"""Which page answers where. A page is a module with its handlers and its own ROUTES; the first that fits answers."""

from __future__ import annotations

from scheduler.review.pages import today
from scheduler.review.visit import Route

PAGES = (today,)
ROUTES: tuple[Route, ...] = tuple(route for page in PAGES for route in page.ROUTES)
