"""Keep everything once and find it again: what do we know, and what is still to be sent?"""
