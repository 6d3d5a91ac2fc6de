"""Offer announcements as feeds: Atom, RSS and JSON Feed, served and as files, and lists of feeds."""
