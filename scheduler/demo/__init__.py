"""Show the whole chain offline: sample portals and a receiver on this machine, and the steps between them."""
