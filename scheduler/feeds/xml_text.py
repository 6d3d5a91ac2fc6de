"""Write XML for feeds: elements, and text without the characters that XML has no room for. Pure."""

from __future__ import annotations

from lxml import etree

ATOM_NAMESPACE = "http://www.w3.org/2005/Atom"


def add(parent: etree._Element, tag: str, text: str = "", **attributes: str) -> etree._Element:
    """Add an element with a text, and return it."""
    child = etree.SubElement(parent, tag, {name: _kept(value) for name, value in attributes.items()})
    child.text = _kept(text) or None
    return child


def whole(root: etree._Element) -> str:
    """Return a document with its declaration."""
    return f'<?xml version="1.0" encoding="utf-8"?>\n{etree.tostring(root, encoding="unicode")}\n'


def _kept(text: str) -> str:
    return "".join(letter for letter in text if letter.isprintable() or letter in "\n\t")
