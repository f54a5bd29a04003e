# One image for api and dispatcher; docker-compose.yml shows both. It brings no PostgreSQL: DATABASE_URL is required.
FROM node:26-trixie-slim AS build
WORKDIR /app
COPY . .
RUN npm ci --include=dev \
  && npm run build \
  && npm prune --omit=dev --omit=optional \
  && rm -rf dist/.tsbuildinfo

FROM node:26-trixie-slim
ENV NODE_ENV=production \
    HOST=0.0.0.0 \
    ATSUME_DATA_DIR=/data
WORKDIR /app
RUN mkdir /data && chown node:node /data
COPY --from=build /app/package.json ./
COPY --from=build /app/node_modules ./node_modules
COPY --from=build /app/dist ./dist
USER node
VOLUME /data
EXPOSE 3000
CMD ["node", "dist/apps/api/src/main.js"]
