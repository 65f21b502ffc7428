"""The number pages. They pass gates, ask `kpis.services`, present and render; they compute nothing."""
