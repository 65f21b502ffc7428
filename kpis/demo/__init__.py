"""The demo agency: six clients with eighteen months of plausible, reproducible days.

`clients` says who they are, `story` tells their days (pure, seeded per client and date, so that a
day reads the same whenever it is told), `stage` writes them.
"""
