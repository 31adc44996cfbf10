"""The bridge: content for a running game over a WebSocket on this machine.

`protocol`, `requests` and `answers` are the wire, `session` one connection, `desk` the requests of all of
them; none of these does I/O. `server` alone touches the network.
"""
