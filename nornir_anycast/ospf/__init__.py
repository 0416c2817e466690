"""OSPF as the routers show it: the LSDB model, the parsers, and what follows from them.

Pure: nothing here opens a socket, reads a file or imports nornir.
"""
