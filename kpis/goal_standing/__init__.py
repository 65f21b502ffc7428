"""How goals stand: values, evidence, forecasts and the verdicts made from them, for many at once."""
