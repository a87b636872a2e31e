#!/usr/bin/env bash
# Takes each guard of /work/h/new-mutations.txt out of a copy of the sources and expects the tests it names to fail there.
set -euo pipefail
cd "$(dirname "$0")/.."

copy=$(mktemp -d)
trap 'rm -rf "$copy"' EXIT
# The server of tests that run as root must reach what they build on.
chmod 755 "$copy"
git ls-files -z --cached --others --exclude-standard | xargs -0 cp --parents -t "$copy"

field() { sed -n "s/^$1: \{0,1\}//p" <<<"$block"; }

# Replaces the one occurrence of a text; the texts may hold \n.
replace() {
  local content from to rest
  content=$(<"$1") from=${2//\\n/$'\n'} to=${3//\\n/$'\n'}
  rest=${content/"$from"/}
  [ "$rest" != "$content" ] || { echo "not found in $1: $2" >&2; return 1; }
  [ "${rest/"$from"/}" = "$rest" ] || { echo "more than once in $1: $2" >&2; return 1; }
  printf '%s\n' "${content/"$from"/"$to"}" >"$1"
}

# Builds the copy and runs tests in it; answers with the status of the tests, and 99 where they were not run.
try() {
  dotnet build "$copy/Brokkr.Tests" --nologo --verbosity quiet --property:RunAnalyzers=false >"$copy/out.txt" 2>&1 || { cat "$copy/out.txt" >&2; return 99; }
  local status=0
  dotnet test "$copy/Brokkr.Tests" --no-build --nologo --filter "$1" >"$copy/out.txt" 2>&1 || status=$?
  grep -q 'Total:' "$copy/out.txt" || { cat "$copy/out.txt" >&2; return 99; }
  return "$status"
}

survivors=0
mapfile -d '' -t blocks < <(grep -v '^#' /work/h/new-mutations.txt | awk 'BEGIN { RS = ""; ORS = "\0" } { print }')
all=$(sed -n 's/^tests: //p' /work/h/new-mutations.txt | sort -u | paste -sd '|')
echo "== with every guard"
try "$all" || { cat "$copy/out.txt" >&2; echo "The tests fail with every guard in place: nothing is shown." >&2; exit 1; }
for block in "${blocks[@]}"; do
  name=$(field name) file=$(field file)
  cp "$copy/$file" "$copy/kept"
  replace "$copy/$file" "$(field text)" "$(field without)"
  status=0
  try "$(field tests)" || status=$?
  [ "$status" -ne 99 ] || { echo "== without the $name: it does not build or run" >&2; exit 1; }
  if [ "$status" -eq 0 ]; then
    echo "== without the $name: the tests pass, which they must not"
    survivors=$((survivors + 1))
  else
    echo "== without the $name: red, as it must be"
    grep -m 2 -E '^ +(Failed |Expected|.*Exception : )' "$copy/out.txt" | cut -c 1-200 || true
  fi
  cp "$copy/kept" "$copy/$file"
done
echo "${#blocks[@]} guards removed in turn, $survivors not missed"
[ "$survivors" -eq 0 ]
