#!/bin/sh
# Installs the judges of the exports: programs that are not ours and say whether what we wrote is right.
# The packages for node go to the folder that CAKWIZARD_JUDGES_DIR names, outside the repository.
set -eu
: "${CAKWIZARD_JUDGES_DIR:?say in CAKWIZARD_JUDGES_DIR where the packages for node may go}"

apt-get update -q
apt-get install -y -q --no-install-recommends \
    chromium default-jre-headless fonts-liberation graphviz libxml2-utils nodejs npm

mkdir -p "$CAKWIZARD_JUDGES_DIR"
cd "$CAKWIZARD_JUDGES_DIR"
[ -f package.json ] || echo '{"private": true}' > package.json
npm install --no-audit --no-fund --no-save \
    'axe-core@^4.10' 'html-validate@>=9' 'jsdom@>=24' 'mermaid@>=11 <13' 'playwright-core@^1.48' 'vnu-jar@>=24'
