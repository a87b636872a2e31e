# Sourced by ./release: what makes each part of a release. $version is released into $output.

# The time of the last change stands for that of every file, so that the same sources give the same bytes.
SOURCE_DATE_EPOCH=${SOURCE_DATE_EPOCH:-$(git log -1 --format=%ct 2>/dev/null || echo 1767225600)}
export SOURCE_DATE_EPOCH CI=true LC_ALL=C
mkdir -p "$output"
output=$(cd "$output" && pwd)
stage=$(mktemp -d)
trap 'rm -rf "$stage"' EXIT
runtimes="linux-x64 linux-arm64"

# usage: pack ARCHIVE DIRECTORY    Everything in the directory, in the order of names, of nobody in particular.
pack() {
  tar --sort=name --mtime="@$SOURCE_DATE_EPOCH" --owner=0 --group=0 --numeric-owner --mode=go-w -C "$2" -cf - . | gzip -9n >"$1"
}

# What is built once for archives, packages and images lies here.
built() { echo "$PWD/.brokkr/release/$version/$1/$2"; }

# usage: publish_part PROJECT RUNTIME OPTION...    Symbols hold what source generators wrote, whose order is not always the same.
publish_part() {
  dotnet publish "Brokkr.$1" --configuration Release --runtime "$2" -p:DebugType=none --nologo --verbosity quiet "${@:3}"
}

build_programs() {
  [ -z "${programs_built:-}" ] || return 0
  rm -rf ".brokkr/release/$version"
  require_dotnet
  require_compilers
  local runtime project
  for runtime in $runtimes; do
    for project in Agent Cli; do
      publish_part "$project" "$runtime" --output "$(built "$runtime" "$project")"
    done
    publish_part Broker "$runtime" --self-contained --output "$(built "$runtime" Broker)" -p:PublishDocumentationFiles=false
  done
  programs_built=true
}

completions() {
  local shell
  require_dotnet
  for shell in bash zsh fish pwsh; do
    "$1" completion "$shell" >"$2/brokkr.$shell"
  done
}

part_programs() {
  build_programs
  local runtime tree
  for runtime in $runtimes; do
    tree="$stage/$runtime"
    mkdir -p "$tree"/{broker,agent,command}
    cp -r "$(built "$runtime" Broker)"/. LICENSE deploy/systemd/brokkr-broker.service "$tree/broker"
    cp "$(built "$runtime" Agent)/brokkr-agent" LICENSE deploy/systemd/brokkr-agent.service "$tree/agent"
    cp "$(built "$runtime" Cli)/brokkr" LICENSE "$tree/command"
    completions "$(built linux-x64 Cli)/brokkr" "$tree/command"
    pack "$output/brokkr-broker-$version-$runtime.tar.gz" "$tree/broker"
    pack "$output/brokkr-agent-$version-$runtime.tar.gz" "$tree/agent"
    pack "$output/brokkr-$version-$runtime.tar.gz" "$tree/command"
  done
}

# usage: package NAME ARCHITECTURE DEPENDS SUMMARY TREE
package() {
  local tree=$5
  mkdir -p "$tree/DEBIAN" "$tree/usr/share/doc/$1"
  cp LICENSE "$tree/usr/share/doc/$1/copyright"
  cat >"$tree/DEBIAN/control" <<CONTROL
Package: $1
Version: $version
Architecture: $2
Maintainer: Brokkr
Section: admin
Priority: optional
Depends: $3
Description: $4
CONTROL
  chmod -R u=rwX,go=rX "$tree"
  find "$tree" -exec touch --no-dereference --date="@$SOURCE_DATE_EPOCH" {} +
  dpkg-deb --root-owner-group -Zxz --build "$tree" "$output/$1_${version}_$2.deb" >/dev/null
}

part_packages() {
  require_program dpkg-deb dpkg
  build_programs
  local runtime architecture tree
  for runtime in $runtimes; do
    [ "$runtime" = linux-x64 ] && architecture=amd64 || architecture=arm64
    tree="$stage/deb-$architecture"

    mkdir -p "$tree/command/usr/bin" "$tree/command/usr/share/bash-completion/completions" "$tree/command/usr/share/zsh/vendor-completions" \
      "$tree/command/usr/share/fish/vendor_completions.d" "$tree/scripts"
    cp "$(built "$runtime" Cli)/brokkr" "$tree/command/usr/bin"
    ln -s brokkr "$tree/command/usr/bin/kubectl-brokkr"
    completions "$(built linux-x64 Cli)/brokkr" "$tree/scripts"
    cp "$tree/scripts/brokkr.bash" "$tree/command/usr/share/bash-completion/completions/brokkr"
    cp "$tree/scripts/brokkr.zsh" "$tree/command/usr/share/zsh/vendor-completions/_brokkr"
    cp "$tree/scripts/brokkr.fish" "$tree/command/usr/share/fish/vendor_completions.d/brokkr.fish"
    package brokkr "$architecture" "libc6, ca-certificates" "Shows and asks how deployments are, at a Brokkr broker" "$tree/command"

    mkdir -p "$tree/agent/opt/brokkr/agent" "$tree/agent/usr/bin" "$tree/agent/usr/lib/systemd/system"
    cp "$(built "$runtime" Agent)/brokkr-agent" "$tree/agent/opt/brokkr/agent"
    ln -s /opt/brokkr/agent/brokkr-agent "$tree/agent/usr/bin/brokkr-agent"
    cp deploy/systemd/brokkr-agent.service "$tree/agent/usr/lib/systemd/system"
    package brokkr-agent "$architecture" "libc6, ca-certificates" "Reports the health of deployments in a Kubernetes cluster to a Brokkr broker" "$tree/agent"

    mkdir -p "$tree/broker/opt/brokkr" "$tree/broker/usr/bin" "$tree/broker/usr/lib/systemd/system"
    cp -r "$(built "$runtime" Broker)" "$tree/broker/opt/brokkr/broker"
    ln -s /opt/brokkr/broker/brokkr-broker "$tree/broker/usr/bin/brokkr-broker"
    cp deploy/systemd/brokkr-broker.service "$tree/broker/usr/lib/systemd/system"
    package brokkr-broker "$architecture" "libc6, libgcc-s1, libstdc++6, libssl3 | libssl3t64, ca-certificates" \
      "Collects how deployments in many Kubernetes clusters are, and serves it" "$tree/broker"
  done
}

part_images() {
  if [ -z "${BROKKR_BASE_IMAGES:-}" ]; then
    echo "No images: BROKKR_BASE_IMAGES does not say where aspnet and runtime-deps are." | tee "$output/images.txt"
    return 0
  fi
  require_dotnet
  require_compilers
  local runtime project tag=10.0-noble-chiseled
  for runtime in $runtimes; do
    for project in Broker DemoCluster; do
      publish_part "$project" "$runtime" --self-contained false /t:PublishContainer \
        -p:ContainerBaseImage="$BROKKR_BASE_IMAGES/aspnet:$tag" -p:ContainerImageFormat=OCI \
        -p:ContainerArchiveOutputPath="$output/brokkr-$([ "$project" = Broker ] && echo broker || echo demo)-$version-$runtime.oci.tar"
    done
    publish_part Agent "$runtime" /t:PublishContainer \
      -p:ContainerBaseImage="$BROKKR_BASE_IMAGES/runtime-deps:$tag" -p:ContainerImageFormat=OCI \
      -p:ContainerArchiveOutputPath="$output/brokkr-agent-$version-$runtime.oci.tar"
  done
}

# As `helm package` lays them out.
part_charts() {
  local chart
  for chart in brokkr-broker brokkr-agent; do
    mkdir -p "$stage/$chart"
    cp -r "charts/$chart" "$stage/$chart/$chart"
    sed -i "s/^version: .*/version: $version/; s/^appVersion: .*/appVersion: \"$version\"/" "$stage/$chart/$chart/Chart.yaml"
    if [ -n "${BROKKR_IMAGES:-}" ]; then
      sed -i "s|^  repository: $chart$|  repository: $BROKKR_IMAGES/$chart|" "$stage/$chart/$chart/values.yaml"
    fi
    tar --sort=name --mtime="@$SOURCE_DATE_EPOCH" --owner=0 --group=0 --numeric-owner --mode=go-w -C "$stage/$chart" -cf - "$chart" |
      gzip -9n >"$output/$chart-$version.tgz"
  done
}

part_contracts() {
  cp docs/openapi.json "$output/openapi-$version.json"
  mkdir -p "$stage/contracts"
  cp -r protos buf.yaml LICENSE "$stage/contracts"
  rm -f "$stage/contracts/protos/released.binpb.gz"
  pack "$output/brokkr-protos-$version.tar.gz" "$stage/contracts"
}

# The lock files name every package in its exact version, with the hash that restoring checks.
part_sbom() {
  require_program jq jq
  local project name
  for project in Broker Agent Cli; do
    [ "$project" = Cli ] && name=brokkr || name=brokkr-${project,}
    jq --sort-keys --arg name "$name" --arg version "$version" '{
      bomFormat: "CycloneDX", specVersion: "1.5", version: 1,
      metadata: {component: {type: "application", name: $name, version: $version}},
      components: [.dependencies | add | to_entries[] | select(.value.type != "Project" and (.key | test("Analyzers$|^Grpc.Tools$|StaticGenerator$") | not)) | {
        type: "library", name: .key, version: .value.resolved, purl: "pkg:nuget/\(.key)@\(.value.resolved)"
      }] | unique_by(.purl)
    }' "Brokkr.$project/packages.lock.json" >"$output/$name-$version.cdx.json"
  done
}

part_notes() {
  sed -n "/^## $version\b/,/^## /p" CHANGELOG.md | sed '1d; ${/^## /d}' >"$output/notes-$version.md"
  if [ -e "$output/images.txt" ]; then
    printf '\nThis release holds no images: they were not built.\n' >>"$output/notes-$version.md"
  fi
}

release_checksums() {
  rm -f "$output/images.txt"
  (cd "$output" && find . -maxdepth 1 -type f ! -name SHA256SUMS -printf '%f\0' | sort -z | xargs -0 sha256sum >"$stage/SHA256SUMS" && mv "$stage/SHA256SUMS" .)
  cat "$output/SHA256SUMS"
}
