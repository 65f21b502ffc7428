"""Targets that were worked out from a baseline get back the digits that their last milestone kept."""

from django.db import migrations

#: Of a level, and of a ratio over the period, the last milestone is the target. What differs from
#: it by more than the rounding to six digits is another number, and stays.
GOALS = """
UPDATE kpis_goal g SET target = m.value
  FROM kpis_milestone m
 WHERE g.agency_id = m.agency_id AND g.client_id = m.client_id AND m.goal_id = g.id
   AND g.entered_as <> 'absolute' AND g.accumulation <> 'cumulative' AND g.shape <> 'manual'
   AND m.starts_on = (SELECT max(l.starts_on) FROM kpis_milestone l
                       WHERE l.agency_id = g.agency_id AND l.client_id = g.client_id
                         AND l.goal_id = g.id)
   AND g.target <> m.value AND abs(g.target - m.value) <= 0.0000005
"""
VERSIONS = """
UPDATE kpis_goalversion v SET target = (v.milestones -> -1 ->> 2)::numeric(28, 10)
  FROM kpis_goal g
 WHERE g.agency_id = v.agency_id AND g.client_id = v.client_id AND g.id = v.goal_id
   AND v.entered_as <> 'absolute' AND g.accumulation <> 'cumulative' AND v.shape <> 'manual'
   AND jsonb_array_length(v.milestones) > 0
   AND v.target <> (v.milestones -> -1 ->> 2)::numeric(28, 10)
   AND abs(v.target - (v.milestones -> -1 ->> 2)::numeric) <= 0.0000005
"""
#: The owner sees nobody's rows while the wall is forced: it is let down for the list of agencies, in
#: this transaction and for this table only, and each agency's rows are then written in its scope.
MOVE = f"""
ALTER TABLE kpis_goal NO FORCE ROW LEVEL SECURITY;
DO $$
DECLARE
    each bigint;
    wanted bigint := (SELECT count(DISTINCT agency_id) FROM kpis_goal);
    seen bigint := 0;
BEGIN
    FOR each IN SELECT DISTINCT agency_id FROM kpis_goal LOOP
        PERFORM set_config('rumbo.agency', each::text, true), set_config('rumbo.clients', '*', true);
        IF EXISTS (SELECT FROM kpis_goalversion WHERE agency_id = each) THEN
            seen := seen + 1;
        END IF;
        {GOALS.replace("WHERE ", "WHERE g.agency_id = each AND ", 1)};
        {VERSIONS.replace("WHERE ", "WHERE v.agency_id = each AND ", 1)};
    END LOOP;
    IF seen <> wanted THEN
        RAISE EXCEPTION 'of % agencies with goals, the versions of % are in sight', wanted, seen;
    END IF;
    PERFORM set_config('rumbo.agency', '', true), set_config('rumbo.clients', '', true);
END $$;
ALTER TABLE kpis_goal FORCE ROW LEVEL SECURITY;
"""


class Migration(migrations.Migration):
    dependencies = [("kpis", "0025_goal_figures")]

    operations = [migrations.RunSQL(MOVE, migrations.RunSQL.noop)]
