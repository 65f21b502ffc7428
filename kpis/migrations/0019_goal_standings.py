"""Each goal's status moves to its standing, and what it asks for becomes its first version."""

from django.db import migrations

#: The owner sees nobody's rows while the wall is forced: it is let down for the list of agencies, in
#: this transaction and for this table only, and each agency's rows are then written in its scope.
MOVE = """
ALTER TABLE kpis_goal NO FORCE ROW LEVEL SECURITY;
DO $$
DECLARE
    each bigint;
    goals bigint := (SELECT count(*) FROM kpis_goal);
    told bigint := 0;
    moved bigint;
BEGIN
    FOR each IN SELECT DISTINCT agency_id FROM kpis_goal LOOP
        PERFORM set_config('rumbo.agency', each::text, true), set_config('rumbo.clients', '*', true);
        INSERT INTO kpis_goalstanding (agency_id, client_id, goal_id, as_of, status, status_since,
                                       forecast_model, reason, candidate, candidate_days)
        SELECT agency_id, client_id, id, evaluated_on, status, status_since, '', '', '', 0
          FROM kpis_goal WHERE agency_id = each;
        GET DIAGNOSTICS moved = ROW_COUNT;
        told := told + moved;
        INSERT INTO kpis_goalversion (agency_id, client_id, goal_id, valid_from, ends_on, target, low,
                                      high, entered_as, entered, shape, season, milestones, reason,
                                      created_at)
        SELECT g.agency_id, g.client_id, g.id, g.starts_on, g.ends_on, g.target, g.low, g.high,
               'absolute', g.target, g.shape, '[]',
               COALESCE((SELECT jsonb_agg(jsonb_build_array(m.starts_on, m.ends_on, m.value::text)
                                          ORDER BY m.starts_on)
                           FROM kpis_milestone m
                          WHERE m.agency_id = each AND m.client_id = g.client_id
                            AND m.goal_id = g.id), '[]'),
               '', g.created_at
          FROM kpis_goal g WHERE g.agency_id = each;
    END LOOP;
    IF told <> goals THEN
        RAISE EXCEPTION 'of % goals, % have a standing', goals, told;
    END IF;
    PERFORM set_config('rumbo.agency', '', true), set_config('rumbo.clients', '', true);
END $$;
ALTER TABLE kpis_goal FORCE ROW LEVEL SECURITY;
"""
MOVE_BACK = """
ALTER TABLE kpis_goal NO FORCE ROW LEVEL SECURITY;
DO $$
DECLARE
    each bigint;
BEGIN
    FOR each IN SELECT DISTINCT agency_id FROM kpis_goal LOOP
        PERFORM set_config('rumbo.agency', each::text, true), set_config('rumbo.clients', '*', true);
        UPDATE kpis_goal g
           SET status = s.status, status_since = s.status_since, evaluated_on = s.as_of
          FROM kpis_goalstanding s
         WHERE g.agency_id = each AND s.agency_id = each AND s.goal_id = g.id;
        DELETE FROM kpis_goalstanding WHERE agency_id = each;
        DELETE FROM kpis_goalversion WHERE agency_id = each;
    END LOOP;
    PERFORM set_config('rumbo.agency', '', true), set_config('rumbo.clients', '', true);
END $$;
ALTER TABLE kpis_goal FORCE ROW LEVEL SECURITY;
"""


class Migration(migrations.Migration):
    dependencies = [("kpis", "0018_goal_fields")]

    operations = [migrations.RunSQL(MOVE, MOVE_BACK)]
