"""View models of the number pages: answers of `kpis.services` put into words, cards, tables, charts.

Templates print them; nothing here knows a request, and nothing computes a KPI.
"""
