# One image for every process of the engine; the command says which one runs.
FROM node:22.21.1-bookworm-slim AS hmi
WORKDIR /build/hmi
COPY hmi/package.json hmi/package-lock.json ./
RUN npm ci --no-audit --no-fund
COPY hmi/ ./
RUN npm run build

FROM python:3.12.12-slim-bookworm
ENV PYTHONUNBUFFERED=1 PYTHONDONTWRITEBYTECODE=1 PIP_NO_CACHE_DIR=1 PIP_DISABLE_PIP_VERSION_CHECK=1
WORKDIR /app
COPY pyproject.toml constraints.txt README.md LICENSE NOTICE ./
COPY plant/ plant/
COPY connections/ connections/
COPY opcua_server/ opcua_server/
COPY engine_api/ engine_api/
COPY workers/ workers/
COPY process_dynamics_engine/ process_dynamics_engine/
COPY nodesets/ nodesets/
COPY --from=hmi /build/hmi/dist engine_api/hmi_dist/
ENV NUMBA_CACHE_DIR=/var/cache/pde
RUN pip install -c constraints.txt -e '.[postgres,influx]' \
 && pde models compile \
 && useradd --system --uid 10001 --no-create-home pde \
 && chown -R pde:pde "$NUMBA_CACHE_DIR" \
 && install -d -o pde -g pde -m 700 /data
USER pde
ENV PDE_DATA=/data
VOLUME /data
STOPSIGNAL SIGTERM
HEALTHCHECK --interval=10s --timeout=5s --start-period=30s --retries=6 CMD ["python", "-m", "engine_api.healthy"]
CMD ["python", "-m", "engine_api"]
