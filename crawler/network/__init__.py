"""How requests leave this machine."""
