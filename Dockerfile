# layerscope as a container; how to use it is in docs/ci.md.
#
#   docker build --tag layerscope .

# Alpine, or any image with a shell, chroot, Node and npm.
ARG BUILD_IMAGE=alpine:3.22

FROM ${BUILD_IMAGE} AS build
RUN command -v npm || apk add --no-cache nodejs npm
WORKDIR /build
# A mirror of npm's registry.
ARG npm_config_registry
COPY .npmrc package.json package-lock.json ./
COPY packages/core/package.json packages/core/
COPY packages/cli/package.json packages/cli/
RUN npm ci --ignore-scripts --no-audit --no-fund
COPY . .
# The command must start from what was collected, before an image is made of it.
RUN npm run build \
  && node scripts/image-root.mjs /image \
  && chroot /image /usr/bin/node /usr/lib/layerscope/packages/cli/bin/layerscope.js --version

# One layer; nothing is in it that is not needed to run.
FROM scratch
LABEL org.opencontainers.image.title="layerscope" \
  org.opencontainers.image.description="Inspects container images layer by layer" \
  org.opencontainers.image.licenses="MIT"
COPY --from=build /image /
WORKDIR /work
USER 65532:65532
ENTRYPOINT ["/usr/bin/node", "/usr/lib/layerscope/packages/cli/bin/layerscope.js"]
