"""Remember the articles that new ones are compared with, until somebody changes them. No I/O.

`Database.remembered` says how long that is.
"""

from __future__ import annotations

from collections import OrderedDict
from typing import TYPE_CHECKING, TypeAlias

if TYPE_CHECKING:  # every command opens a database, and few of them ask for articles
    from storage.records import Member

MOST_CHARACTERS = 3_000_000  # of the remembered texts; with what is read of it a text takes 25 bytes a character
CHARACTERS_OF_FACTS = 500  # that the facts and sums of an article take the room of, however short it is

# What an article's row does not say of it: its id, its announcement, that one's region, its standing there.
Membership: TypeAlias = tuple[int, int, str | None, int]


class RememberedMembers:
    """Articles of announcements, each at its place: those that were asked for last."""

    def __init__(self, most_characters: int = MOST_CHARACTERS) -> None:
        self._members: OrderedDict[int, tuple[Membership, Member]] = OrderedDict()
        self._room = most_characters

    def get(self, place: Membership) -> Member | None:
        """Return the article at a place, None when it is not remembered or was at another one."""
        article_id = place[0]
        known = self._members.get(article_id)
        if known is None or known[0] != place:
            return None
        self._members.move_to_end(article_id)
        return known[1]

    def put(self, place: Membership, member: Member) -> None:
        """Remember an article at a place; those that were asked for longest ago make room."""
        self.forget(place[0])
        self._members[place[0]] = place, member
        self._room -= _characters(member)
        while self._room < 0:
            self.forget(next(iter(self._members)))

    def forget(self, article_id: int) -> None:
        """Remember an article no longer: it is changed."""
        known = self._members.pop(article_id, None)
        if known is not None:
            self._room += _characters(known[1])


def _characters(member: Member) -> int:
    return len(member.article.text) + CHARACTERS_OF_FACTS
