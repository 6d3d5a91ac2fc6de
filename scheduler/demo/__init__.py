"""The whole chain offline: sample portals and a receiver on this machine, and what happens between them."""
