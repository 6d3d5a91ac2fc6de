"""Measure the detection, and fit its lexicon."""
