"""Content management systems, one file each: how their addresses, lists and articles look. No I/O, no clock."""
