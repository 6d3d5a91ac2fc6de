"""Decide about announcements, the policy acts that people are told about: look up what is known, decide, apply."""
