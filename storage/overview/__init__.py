"""Summarise the archive for pages and reports: announcements, sources, deliveries, a day. Reads only."""
