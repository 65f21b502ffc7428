"""Which KPIs a client shows: templates and its own changes. The arithmetic is `kpis.choosing`."""
