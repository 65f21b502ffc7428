"""KPIs that people write: from a line of text to the same tree as the built-in ones. Pure.

`syntax` reads the text, `vocabulary` knows the names, `resolving` puts the tree together and
refuses what has no meaning. Nothing is ever handed to Python to run.
"""
