"""The statistics of landing page tests (KPIS section F), by the standard library. Pure.

What a client's test has counted, and how it is stored, is in `kpis.models` and `kpis.experiments`.
"""
