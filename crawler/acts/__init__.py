"""Announcements, the policy acts that people are told about: found, opened, joined, revised."""
