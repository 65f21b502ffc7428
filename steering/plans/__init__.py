"""The measurement plan: lines that say what is measured for which objective, and their approval."""
