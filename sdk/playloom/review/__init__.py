"""Reviewing content: what people think of it, kept safely, and what follows from that.

`rejected` is what makers of content ask; `feedback` keeps what is said, `desk` answers the local page,
`taste` ranks by what was learnt from it.
"""
