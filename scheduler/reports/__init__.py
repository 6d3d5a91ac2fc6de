"""Write reports that people send on: citations, weekly briefs, evidence, spreadsheets."""
