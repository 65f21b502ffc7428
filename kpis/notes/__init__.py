"""Dated notes beside a client's numbers, and what they were expected to do."""
