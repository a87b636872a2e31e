# Sourced by ./test, ./demo and ./bench: finds or installs what they need, and says what is missing where it cannot.

fail() {
  echo "$1" >&2
  exit 1
}

# What was asked for cannot be; the script has a function `usage`.
refuse() {
  echo "$1" >&2
  usage >&2
  exit 2
}

require_dotnet() {
  command -v dotnet >/dev/null || fail "The .NET 10 SDK is needed: install it from https://dotnet.microsoft.com/download/dotnet/10.0."
  dotnet --version >/dev/null 2>&1 || fail "The .NET SDK on this machine is too old: Brokkr needs 10.0 (see global.json)."
  export DOTNET_CLI_TELEMETRY_OPTOUT=1 DOTNET_NOLOGO=1
}

require_node() {
  command -v npm >/dev/null || fail "Node.js with npm is needed: install it (on Debian: apt-get install nodejs npm)."
}

# Without a lock file: some packages have a part per platform, and a lock would have to hold them all. The versions are exact.
install_node_packages() {
  npm install --prefix "$1" --no-package-lock --no-audit --no-fund --loglevel error >/dev/null || fail "npm cannot install what $1/package.json names."
}

# usage: require_program PROGRAM PACKAGE
require_program() {
  ! command -v "$1" >/dev/null || return 0
  install_package "$2" || fail "$1 is needed: install it (on Debian: apt-get install $2)."
}

# Fails where this machine has no apt-get, or its user no right to use it.
install_package() {
  [ "$(id -u)" -eq 0 ] && command -v apt-get >/dev/null || return 1
  echo "Installing $1 ..."
  apt-get update -qq && DEBIAN_FRONTEND=noninteractive apt-get install -y -qq --no-install-recommends "$1" >/dev/null
}

# The tests of the charts render them with Go's templates and sprig, which is what Helm does.
require_go() {
  require_program go golang-go
  [ -d /usr/share/gocode/src/github.com/Masterminds/sprig ] || install_package golang-github-masterminds-sprig-dev ||
    fail "The Go library sprig is needed in /usr/share/gocode: install it (on Debian: apt-get install golang-github-masterminds-sprig-dev)."
  [ -d /usr/share/gocode/src/sigs.k8s.io/yaml ] || install_package golang-k8s-sigs-yaml-dev ||
    fail "The Go library sigs.k8s.io/yaml is needed in /usr/share/gocode: install it (on Debian: apt-get install golang-k8s-sigs-yaml-dev)."
}

# usage: fetch_package PACKAGE DIRECTORY: takes a package's files without installing it, which would start a server.
fetch_package() {
  mkdir -p "$2"
  [ "$(id -u)" -ne 0 ] || apt-get update -qq || true
  (cd "$2" && apt-get -o APT::Sandbox::User=root download -qq "$1" && dpkg-deb --extract "$1"_*.deb . && rm "$1"_*.deb)
}

promtool=.brokkr/tools/promtool

# Tells whether it is there: the system's, or the one that a run before has fetched.
find_promtool() {
  export PATH="$PATH:$PWD/$promtool/usr/bin"
  command -v promtool >/dev/null
}

# Taken out of its package, since installing that would start a server on the port of ours.
require_promtool() {
  ! find_promtool || return 0
  command -v apt-get >/dev/null || fail "promtool is needed: it comes with Prometheus."
  echo "Fetching promtool ..."
  fetch_package prometheus "$promtool" ||
    fail "promtool is needed: it comes with Prometheus (on Debian: apt-get install prometheus)."
}

alertmanager=.brokkr/tools/alertmanager

# The program begins with texts that it looks for here.
alertmanager_texts=/usr/share/prometheus/alertmanager

# Tells whether it is there: the system's, or the one that a run before has fetched.
find_alertmanager() {
  export PATH="$PATH:$PWD/$alertmanager/usr/bin"
  command -v prometheus-alertmanager >/dev/null && [ -e "$alertmanager_texts/default.tmpl" ] && [ -e "$alertmanager_texts/email.tmpl" ]
}

# Taken out of its package, as promtool is: installing that would start a server.
require_alertmanager() {
  local help="prometheus-alertmanager is needed: install it (on Debian: apt-get install prometheus-alertmanager)."
  ! find_alertmanager || return 0
  [ "$(id -u)" -eq 0 ] && command -v apt-get >/dev/null || fail "$help"
  echo "Fetching prometheus-alertmanager ..."
  fetch_package prometheus-alertmanager "$alertmanager" && mkdir -p "$alertmanager_texts" &&
    install -m 644 "$alertmanager$alertmanager_texts"/*.tmpl "$alertmanager_texts" || fail "$help"
}

pgbouncer=.brokkr/tools/pgbouncer

# Tells whether it is there and runs: the system's, or the one that a run before has fetched.
find_pgbouncer() {
  export PATH="$PATH:/usr/sbin:$PWD/$pgbouncer/usr/sbin"
  pgbouncer --version >/dev/null 2>&1
}

# Taken out of its package, as promtool is: installing that would start a server.
require_pgbouncer() {
  ! find_pgbouncer || return 0
  command -v apt-get >/dev/null || fail "pgbouncer is needed: install it."
  echo "Fetching pgbouncer ..."
  fetch_package pgbouncer "$pgbouncer" ||
    fail "pgbouncer is needed: install it (on Debian: apt-get install pgbouncer)."
  find_pgbouncer || { install_package libevent-2.1-7 && install_package libc-ares2 && find_pgbouncer; } ||
    fail "pgbouncer does not run for want of a library: install it (on Debian: apt-get install pgbouncer)."
}

# The broker's embedded database uses the system's own PostgreSQL server.
require_postgres() {
  local found
  found=$(find /usr/lib/postgresql/*/bin -name initdb 2>/dev/null | head -n 1 || true)
  [ -n "$found" ] || found=$(command -v initdb || true)
  [ -z "$found" ] || return 0
  install_package postgresql || fail "PostgreSQL 15 or later is needed: install its server (on Debian: apt-get install postgresql)."
}

# Native code for x64 and arm64, on x64, with what Debian has for linking for arm64.
require_compilers() {
  require_program clang clang
  require_program ld.lld lld
  require_program aarch64-linux-gnu-gcc gcc-aarch64-linux-gnu
  [ -e /usr/aarch64-linux-gnu/lib/crt1.o ] || install_package libc6-dev-arm64-cross || fail "The C library for arm64 is needed: install it (on Debian: apt-get install libc6-dev-arm64-cross)."
}

# Tells whether a list of tests on standard input has one that looks at the console in a browser.
need_browser() {
  grep -E "\.($(grep -rl 'IClassFixture<ConsoleFixture>' Brokkr.Tests --include='*.cs' | sed 's:.*/::; s:\.cs$::' | paste -sd '|'))\." >/dev/null
}

# usage: publish PROJECT DIRECTORY RUNTIME    The executable of native code is then in DIRECTORY/RUNTIME.
publish() {
  require_program clang clang
  dotnet publish "$1" --configuration Release --runtime "$3" --output "$2/$3" --nologo --verbosity quiet
}

# usage: publish_agents DIRECTORY
publish_agents() {
  local runtime
  require_compilers
  for runtime in linux-x64 linux-arm64; do
    publish Brokkr.Agent "$1" "$runtime"
    echo "$runtime: $(du --apparent-size --block-size=1MB "$1/$runtime/brokkr-agent" | cut -f1) MB"
  done
}

# The google/api protos come with a package; buf is shown both in a workspace of its own, whose path this prints.
contracts_workspace() {
  local workspace=obj/buf packages version
  packages=$(dotnet nuget locals global-packages --list | sed 's/^global-packages: //')
  version=$(sed -n 's/.*Include="Google.Api.CommonProtos" Version="\([^"]*\)".*/\1/p' Directory.Packages.props)
  rm -rf "$workspace"
  mkdir -p "$workspace/common/google"
  cp -r protos "$workspace/protos"
  cp -r "${packages%/}/google.api.commonprotos/$version/content/protos/google/api" "$workspace/common/google/api"
  sed 's|^  - path: protos$|&\n  - path: common\n    lint:\n      ignore:\n        - common|' \
    buf.yaml >"$workspace/buf.yaml"
  echo "$workspace"
}

# What agents and clients of the released contracts say and read stays understood: the image is of the last release.
lint_contracts() {
  local workspace buf=tools/buf/node_modules/.bin/buf
  workspace=$(contracts_workspace)
  "$buf" lint "$workspace"
  "$buf" format -d --exit-code protos
  "$buf" breaking "$workspace/protos" --against protos/released.binpb.gz ||
    fail "Agents and clients of the released contracts would no longer be understood: see \"The contracts\" in CONTRIBUTING.md."
}

# Makes the contracts as they are the ones that later ones are compared with: done when a version is released.
release_contracts() {
  tools/buf/node_modules/.bin/buf build "$(contracts_workspace)/protos" --exclude-source-info --output protos/released.binpb.gz
}
