#!/bin/sh
# Installs the judges of the exports: programs that are not ours and say whether what we wrote is right.
# The packages for node go to the folder that CAKWIZARD_JUDGES_DIR names, outside the repository.
set -eu
: "${CAKWIZARD_JUDGES_DIR:?say in CAKWIZARD_JUDGES_DIR where the packages for node may go}"

# A program that is there already may come from elsewhere than the distribution, whose package would then clash with it.
missing=""
need() { command -v "$1" > /dev/null 2>&1 || missing="$missing $2"; }
need chromium chromium
need dot graphviz
need java default-jre-headless
need node nodejs
need npm npm
need xmllint libxml2-utils
need pdftoppm poppler-utils
if ! fc-list 2> /dev/null | grep -qi liberation; then missing="$missing fontconfig fonts-liberation"; fi
if [ -n "$missing" ]; then
    apt-get update -q
    # Unquoted on purpose: a word for each package.
    DEBIAN_FRONTEND=noninteractive apt-get install -y -q --no-install-recommends $missing
fi

mkdir -p "$CAKWIZARD_JUDGES_DIR"
cd "$CAKWIZARD_JUDGES_DIR"
[ -f package.json ] || echo '{"private": true}' > package.json
npm install --no-audit --no-fund --no-save \
    'axe-core@^4.10' 'html-validate@>=9' 'jsdom@>=24' 'mermaid@>=11 <13' 'playwright-core@^1.48' 'vnu-jar@>=24'
