# The two commands that do everything on a fresh Debian machine with a Swift toolchain:
#   make demo    install system packages, build, read a scanned invoice, print its record
#   make test    install system packages, build, run the whole test suite
# Everything else is plain `swift build`, `swift test`, `swift run recto …`.

PACKAGES = libpoppler-glib-dev libopenblas-dev libpng-dev libseccomp-dev libsqlite3-dev pkg-config \
           fontconfig fonts-dejavu-core fonts-liberation curl
BUILD    = swift build --configuration release --jobs 2
SAMPLE  ?= samples/invoice-scan.pdf
PIPELINE ?= invoice
OUTPUT   = demo-output

.PHONY: demo test build packages lint

demo: build
	@mkdir -p $(OUTPUT)
	.build/release/recto run $(SAMPLE) --pipeline $(PIPELINE) --output - --overlay $(OUTPUT)
	@echo "The overlay pictures (tiles and values drawn on the pages) lie in $(CURDIR)/$(OUTPUT)" >&2

test: packages
	$(BUILD) --build-tests
	swift test --configuration release --skip-build --no-parallel

build: packages
	$(BUILD)

lint:
	swift format lint --strict --recursive --parallel Package.swift Sources Tests

packages:
	@missing=""; for package in $(PACKAGES); do \
	    dpkg-query -W -f='$${Status}' $$package 2>/dev/null | grep -q 'ok installed' || missing="$$missing $$package"; done; \
	if [ -n "$$missing" ]; then \
	    echo "installing:$$missing"; \
	    if [ "$$(id -u)" = 0 ]; then run=""; else run="sudo"; fi; \
	    if [ -n "$$run" ] && ! command -v sudo >/dev/null; then \
	        echo "needs root once; as root: apt-get update && apt-get install$$missing" >&2; exit 1; \
	    fi; \
	    $$run apt-get update -qq && $$run env DEBIAN_FRONTEND=noninteractive apt-get install -y -qq $$missing >/dev/null; \
	fi
