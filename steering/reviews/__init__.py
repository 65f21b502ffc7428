"""Reviews of goals, and comments on KPIs and goals."""
