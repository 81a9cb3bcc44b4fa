"""The processes that hold the guides and answer; they know a protocol, and no handler of it.

Why not a pool from a library: pebble can end a worker, but hands back what a call returns, whole,
and cannot stream; its worker that was ended is started again from nothing. Measured with the same
server in front (16 connections, one label looked up, two workers, two cores): pebble 5,800 answers
a second, p50 2.4 ms; sockets 8,100 and 1.3 ms. A worker needs no file descriptor but its socket and
is left none: it cannot open a connection or a file.
"""
