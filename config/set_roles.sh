#!/bin/sh
# compose.yaml's first step: the roles and the database, and the passwords that the environment names.
# PGHOST, PGUSER and PGPASSWORD are a superuser's. Run again, it changes nothing but the passwords.
set -eu
python manage.py roles --print --major 17 | psql -X -q -v ON_ERROR_STOP=1 -d postgres
psql -X -q -v ON_ERROR_STOP=1 -d postgres <<'SQL'
\getenv owner OWNER_PASSWORD
\getenv app APP_PASSWORD
\getenv backup BACKUP_PASSWORD
ALTER ROLE rumbo_owner PASSWORD :'owner';
ALTER ROLE rumbo_app PASSWORD :'app';
ALTER ROLE rumbo_backup PASSWORD :'backup';
SQL
