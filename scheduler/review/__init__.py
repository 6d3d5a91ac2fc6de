"""The review page: Chinese pages over the archive, served by Datasette in a process of its own.

    server.py    starts and stops it            guard.py    who may ask, who may write, what a browser may load
    site.py      our pages as Datasette's plugin visit.py    one request: read, write, answer
    routes.py    which page answers where       pages/      a page: a module with its handlers and its routes
    wording.py   how values read in Chinese     templates/  static/

No page speaks SQL, and what changes the archive goes through the same functions as the commands.
"""
