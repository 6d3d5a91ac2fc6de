"""Route addresses to pages. A page is a module with its handlers and its own ROUTES; the first that fits answers."""

from __future__ import annotations

from scheduler.review.page_request import Route
from scheduler.review.pages import (
    announcement,
    announcements,
    article,
    briefs,
    chain,
    citing,
    compare,
    country,
    deadlines,
    deliveries,
    edits,
    forecasts,
    found_files,
    history,
    installed,
    join,
    lexicon_words,
    login,
    notes,
    opml,
    preview,
    programs,
    receivers,
    rules,
    saved,
    search,
    setup,
    source_settings,
    source_switch,
    sources,
    suggestions,
    summaries,
    timeline,
    today,
    users,
    verdicts,
)

PAGES = (
    today, verdicts, preview, announcement, summaries, article, notes, edits, search, found_files, suggestions,
    forecasts, saved, announcements, country, timeline, deadlines, compare, chain, opml, source_settings, source_switch,
    sources, deliveries, citing, briefs, setup, receivers, lexicon_words, rules, history, programs, users, login, join,
    installed,
)  # fmt: skip
ROUTES: tuple[Route, ...] = tuple(route for page in PAGES for route in page.ROUTES)
