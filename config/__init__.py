"""Rumbo's settings, processes and entry points; nothing about agencies or numbers."""
