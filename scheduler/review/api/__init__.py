"""Answer programs beside the review page: feeds, and the API with its description. No page, no cookie is set here."""
