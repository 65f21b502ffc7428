"""Adding up whole numbers of the snapshot, as SQL. Pure.

PostgreSQL adds bigints up as numerics, because their sum may be no bigint; here it goes back into a
column of bigints, where such a sum is refused. Adding in bigints refuses it as well, and costs a
fraction: a third of a rebuild was that. NULL without a row that has a number, as `sum` is.
"""

WHOLE_SUM = "rumbo_sum"


def whole_sum_sql() -> list[str]:
    return [
        f"CREATE AGGREGATE {WHOLE_SUM}(bigint)"
        " (SFUNC = int8pl, STYPE = bigint, COMBINEFUNC = int8pl, PARALLEL = SAFE)"
    ]


def whole_sum_undo_sql() -> list[str]:
    return [f"DROP AGGREGATE {WHOLE_SUM}(bigint)"]
