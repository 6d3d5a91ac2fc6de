"""How the watch itself is: what is wrong, what belongs together, whom to tell. See docs/health.md."""
