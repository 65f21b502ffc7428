"""Facts that come in by the API, created or changed by their external ids: one module per kind.

`upsert` is the way that all kinds go; what a row means, and what it brings with it, is the kind's own.
"""
