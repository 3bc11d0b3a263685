# A slim image: what the bot needs to run, a user without rights, the database on a volume.
FROM python:3.13-slim

ENV PYTHONUNBUFFERED=1 PYTHONDONTWRITEBYTECODE=1 \
    DATABASE_URL=sqlite+aiosqlite:////data/studyloop.db HEALTH_PORT=8080
WORKDIR /app

COPY requirements/run.txt requirements/run.txt
RUN pip install --no-cache-dir --require-hashes -r requirements/run.txt \
    && useradd --system --uid 10001 studyloop \
    && install -d -o studyloop -g studyloop /data

COPY bot bot
COPY cogs cogs
COPY questions questions

USER studyloop
VOLUME /data
STOPSIGNAL SIGTERM
# Live, not ready: whoever starts an unhealthy container anew must not do so because Discord is down. A blank
# HEALTH_PORT turns the check off.
HEALTHCHECK --interval=30s --timeout=5s --start-period=60s \
    CMD ["python", "-c", "import os, sys, http.client as h; port, host = (os.environ.get(name, '').strip() for name in ('HEALTH_PORT', 'HEALTH_HOST')); port or sys.exit(); c = h.HTTPConnection('127.0.0.1' if host in ('', '0.0.0.0', '::') else host, int(port), timeout=4); c.request('GET', '/health/live'); sys.exit(c.getresponse().status != 200)"]
CMD ["python", "-m", "bot", "run"]
