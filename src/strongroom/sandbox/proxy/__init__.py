"""The proxy of interactive sessions: what a browser may ask of a session's server, and what may come back.

The server and its kernels run in the sandbox and belong to the researcher: nothing that is set there is a
control. The proxy is a process of its own, without keys or database. It asks its parent, over a socket, to
judge outputs and to record what happened.
"""
