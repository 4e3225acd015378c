# Hirewire as a stdio server in a container:
#   docker run -i --rm -v hirewire:/data -e AGRENTING_API_KEY hirewire
# There is no keychain in it: keys come from the environment, a credential-command or a sealed file in /data.
FROM node:24-slim AS build
WORKDIR /build
COPY package.json package-lock.json ./
RUN npm ci --ignore-scripts --no-audit --no-fund
COPY . .
# esbuild fetches its program with its own package; no install script is needed.
RUN npm run build && npm pack --ignore-scripts --pack-destination /

FROM node:24-slim
COPY --from=build /hirewire-*.tgz /tmp/
RUN npm install --global --omit=dev --ignore-scripts --no-audit --no-fund /tmp/hirewire-*.tgz \
    && rm -rf /tmp/hirewire-*.tgz /root/.npm \
    && mkdir /data && chown node:node /data
ENV HIREWIRE_DATA_DIR=/data HIREWIRE_CONFIG=/data/config.json NODE_ENV=production
VOLUME /data
USER node
# Node ends by itself at the end of input and on SIGTERM; no init process is needed.
ENTRYPOINT ["hirewire"]
