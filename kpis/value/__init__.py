"""What customers are worth: cohorts, the formula, and the two models of repeat buying (KPIS E).

Pure: no database, no ORM. What is read from sales and what is kept of a fit is in
`kpis.customer_value`.
"""
