"""Reviewing content: a local page on which people say what they think, and a taste learnt from that.

`shelf` reads what is reviewed, `desk` answers the page, `taste` ranks by what was learnt. What was said is
kept by `playloom.feedback`.
"""
