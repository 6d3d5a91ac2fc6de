"""Replay generated years of publications through the real polling: worlds, visits, rules, figures."""
