"""Where Django's own number formats differ from Babel's, which write every KPI: one page, one style."""
