"""Keep everything once and find it again: pages, articles, announcements, and messages that wait."""
