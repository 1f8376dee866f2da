# The bot in a container: docs/operate.md, "In a container", has the commands.
FROM python:3.13-slim

WORKDIR /bot
COPY pyproject.toml constraints.txt README.md ./
COPY bot bot
RUN python3 -m venv .venv && .venv/bin/pip install -c constraints.txt -e '.[meaning]' && .venv/bin/python -m compileall -q bot
COPY faq faq

# Not root, and with nothing to write to but the FAQ and the data.
RUN useradd --system --no-create-home --uid 10001 bot && mkdir -m 700 data && chown -R bot data faq
USER bot
ENV DATA_PATH=/bot/data FAQ_PATH=/bot/faq/faq.yaml PYTHONDONTWRITEBYTECODE=1
VOLUME ["/bot/faq", "/bot/data"]

HEALTHCHECK --interval=30s --timeout=5s --start-period=30s CMD [".venv/bin/python", "-m", "bot", "health"]
ENTRYPOINT [".venv/bin/python", "-m", "bot"]
CMD ["run"]
