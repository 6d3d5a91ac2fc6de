"""Turn the pages of portals into assessed articles: what is out there, and does it matter?"""
