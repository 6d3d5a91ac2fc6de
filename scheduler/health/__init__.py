"""Watch the watch itself: what is wrong, what belongs together, whom to tell. See docs/health.md."""
