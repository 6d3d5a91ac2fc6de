"""Visit portals: listing pages, then the article pages that are not in the archive yet."""
