# Postern: gateway, workers and console are the same image with other arguments. Redis is not inside.

FROM node:24-slim AS dependencies
WORKDIR /app
COPY package.json package-lock.json ./
# Optional packages pin a Node for machines that have none; this image has its own.
RUN npm ci --omit=dev --omit=optional --ignore-scripts --no-audit --no-fund

FROM node:24-slim
ENV NODE_ENV=production \
    POSTERN_DATA_DIR=/data \
    POSTERN_SMTP_HOST=0.0.0.0 \
    POSTERN_CONSOLE_HOST=0.0.0.0
WORKDIR /app
COPY --from=dependencies /app/node_modules ./node_modules
COPY package.json LICENSE ./
COPY src ./src
COPY workers ./workers
COPY scripts ./scripts
# A new volume takes owner and mode of the folder that it is mounted over, if there is something in it.
RUN for folder in /data /secrets/postern /secrets/redis /secrets/postgres /secrets/s3 /volumes/s3; do \
      install -d -o node -g node -m 755 "$folder" && install -o node -g node -m 444 /dev/null "$folder/.volume"; \
    done
USER node
VOLUME /data
EXPOSE 2525 8025
STOPSIGNAL SIGTERM
ENTRYPOINT ["node", "src/main/postern.ts"]
CMD ["serve"]
