# One image for web, worker, scheduler and migrations: compose.yaml says which command makes which.
# Nothing is installed that a lock file does not name with its hash; no secret is in any layer.

FROM python:3.11-slim-trixie AS packages
COPY requirements.txt requirements-worker.txt /build/
RUN python -m venv /venv \
 && /venv/bin/pip install --no-cache-dir --disable-pip-version-check --require-hashes \
    -r /build/requirements.txt -r /build/requirements-worker.txt

FROM node:24-trixie-slim AS front
WORKDIR /build
COPY package.json package-lock.json .npmrc ./
RUN npm ci --ignore-scripts --no-audit --no-fund

FROM python:3.11-slim-trixie
# pg_dump and psql, of the same version as the server in compose.yaml.
RUN apt-get update \
 && apt-get install -y --no-install-recommends postgresql-client-17 \
 && rm -rf /var/lib/apt/lists/* \
 && useradd --system --uid 10001 --user-group --home-dir /var/lib/rumbo --create-home rumbo \
 && install -d -o rumbo -g rumbo /var/lib/rumbo/media
ENV PATH=/venv/bin:$PATH \
    PYTHONDONTWRITEBYTECODE=1 \
    PYTHONUNBUFFERED=1 \
    RUMBO_ENV=production \
    RUMBO_HOME=/var/lib/rumbo
WORKDIR /app
COPY --from=packages /venv /venv
COPY . .
COPY --from=front /build/node_modules node_modules
# Settings do not load half-configured; these values are of this one step and reach no server.
RUN python -c "from config.bootstrap.frontend import copy_files, wanted_files; copy_files(wanted_files())" \
 && rm -rf node_modules \
 && python -m config.messages \
 && python -m config.sbom > sbom.cdx.json \
 && DATABASE_URL=postgres://nobody:nothing@nowhere/none REDIS_URL=redis://nowhere \
    SECRET_KEY=$(python -c "import secrets; print(secrets.token_urlsafe(60))") \
    ALLOWED_HOSTS=nowhere DEFAULT_FROM_EMAIL=nobody@nowhere EMAIL_HOST=nowhere \
    PUBLIC_URL=https://nowhere python manage.py collectstatic --no-input
USER rumbo
VOLUME /var/lib/rumbo/media
EXPOSE 8000
CMD ["granian", "--interface", "wsgi", "--host", "0.0.0.0", "--port", "8000", "--workers", "2", "--blocking-threads", "4", "--respawn-failed-workers", "--workers-kill-timeout", "60", "--no-ws", "config.wsgi:application"]
