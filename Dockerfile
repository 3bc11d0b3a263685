# A slim image: what the bot needs to run, a user without rights, the database on a volume.
FROM python:3.13-slim

ENV PYTHONUNBUFFERED=1 PYTHONDONTWRITEBYTECODE=1 \
    DATABASE_URL=sqlite+aiosqlite:////data/studyloop.db HEALTH_FILE=/tmp/studyloop-health
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
# The bot touches the file at least once a minute while it is connected to Discord.
HEALTHCHECK --interval=30s --timeout=5s --start-period=60s \
    CMD ["python", "-c", "import os, sys, time; sys.exit(time.time() - os.stat(os.environ['HEALTH_FILE']).st_mtime > 150)"]
CMD ["python", "-m", "bot", "run"]
