"""Tests of landing pages: planned, counted, judged. The statistics are `kpis.trials`."""
