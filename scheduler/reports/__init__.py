"""What is made for people to send on: citations, briefs, evidence, spreadsheets."""
