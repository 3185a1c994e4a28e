# graphmeta's server: the store of ML Metadata's clients, over gRPC on 8080 and grpc-web on 8081.
#   docker build -t graphmeta .
#   docker run -p 127.0.0.1:8080:8080 -p 127.0.0.1:8081:8081 -v graphmeta-data:/data graphmeta
# With pages on 8081 as well: add --entrypoint graphmeta before the image's name, and behind it up --host 0.0.0.0.
# 8081 is called localhost or by an address; for other names (another container's, a proxy's) add --allow-host NAME.
# The store is /data/graphmeta.db; GRAPHMETA_STORE names another, as neo4j://neo4j:7687.
FROM python:3.13-slim AS build
WORKDIR /source
COPY pyproject.toml README.md LICENSE ./
COPY graphmeta graphmeta
COPY cypher cypher
COPY sql sql
RUN python -m venv /opt/graphmeta && /opt/graphmeta/bin/pip install --no-cache-dir ".[server,fast]"

FROM python:3.13-slim
COPY --from=build /opt/graphmeta /opt/graphmeta
RUN useradd --uid 10001 --create-home graphmeta && install -d -o graphmeta -g graphmeta /data
USER 10001
WORKDIR /data
VOLUME /data
ENV PATH=/opt/graphmeta/bin:$PATH GRAPHMETA_STORE=/data/graphmeta.db
EXPOSE 8080 8081
STOPSIGNAL SIGTERM
HEALTHCHECK --interval=10s --timeout=10s --start-period=10s --retries=3 CMD ["graphmeta", "serve", "--check"]
# Inside a container "every address" is the container's; which of the host's ports lead there is docker's to say.
ENTRYPOINT ["graphmeta", "serve", "--host", "0.0.0.0"]
