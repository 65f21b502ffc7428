"""Figures by day that a platform would report, entered by hand: a month as a grid, kept as acts."""
