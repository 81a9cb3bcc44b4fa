"""The web server: a SPARQL endpoint that cannot be hung.

A front process speaks HTTP and looks into no query. Workers, which hold the store, evaluate; one
that takes too long is ended, and another stands ready.
"""
