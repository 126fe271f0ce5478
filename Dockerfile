FROM node:24-slim AS built
WORKDIR /rollcall
COPY package.json package-lock.json ./
RUN npm ci
COPY . .
RUN node -e "import('./scripts/prepare.mjs').then((prepare) => prepare.ensureWebBuilt())"

FROM node:24-slim
WORKDIR /rollcall
ENV NODE_ENV=production HOST=0.0.0.0 DATA_DIR=/data
COPY package.json package-lock.json ./
RUN npm ci --omit=dev && mkdir /data && chown node:node /data
COPY contract contract
COPY client client
COPY cli cli
COPY server server
RUN ln -s /rollcall/cli/rollcall.ts /usr/local/bin/rollcall
COPY --from=built /rollcall/dist dist
USER node
VOLUME /data
EXPOSE 3000 3001
HEALTHCHECK CMD node -e "fetch('http://127.0.0.1:3000/ready').then(({ ok }) => process.exit(ok ? 0 : 1), () => process.exit(1))"
CMD ["node", "--max-semi-space-size=8", "--max-old-space-size=384", "server/main.ts"]
