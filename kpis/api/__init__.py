"""The API's drawers of kpis: the catalogue, the numbers, and the goals."""
