"""Custom KPIs as people keep them. What a formula means is `kpis.custom`."""
