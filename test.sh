#!/usr/bin/env bash
# Builds everything and runs all tests. Needs Debian with the .NET SDK of global.json; installs Debian's packages of PostgreSQL, Node and npm
# when there are none. The tests start servers and databases of their own and leave nothing behind. The last line is "N passed, N failed".
set -euo pipefail
cd "$(dirname "$0")"

export DOTNET_CLI_TELEMETRY_OPTOUT=1 DOTNET_NOLOGO=1

sudo=""
[ "$(id -u)" = 0 ] || sudo="sudo"
install() {
  echo "Installing Debian's packages: $*"
  $sudo apt-get update -q
  $sudo env DEBIAN_FRONTEND=noninteractive apt-get install -y -q --no-install-recommends "$@"
}

if ! ls /usr/lib/postgresql/*/bin/initdb >/dev/null 2>&1; then
  install postgresql-common
  # No cluster of the system's own: the tests bring theirs.
  $sudo sed -i 's/^#\?create_main_cluster.*/create_main_cluster = false/' /etc/postgresql-common/createcluster.conf
  install postgresql
fi

if ! command -v node >/dev/null; then install nodejs npm; fi
if ! command -v npm >/dev/null; then install npm; fi
if ! command -v curl >/dev/null; then install curl ca-certificates; fi

# One compiler server for all projects halves the build; it is told to end with the script.
dotnet build OrleansAi.sln -c Release -p:UseSharedCompilation=true

results="$(mktemp -d)"
trap 'rm -rf "$results"; dotnet build-server shutdown --vbcscompiler >/dev/null 2>&1 || true' EXIT
export ORLEANSAI_REPORTS="$results/reports"
status=0
troubles=()
for project in Unit Storage Cluster EndToEnd; do
  if ! dotnet test "tests/OrleansAi.Tests.$project" -c Release --no-build \
    --logger "trx;LogFileName=$project.trx" --results-directory "$results" --blame-hang-timeout 600s; then
    status=1
    troubles+=("$project did not pass.")
  fi
  if [ ! -e "$results/$project.trx" ]; then
    status=1
    troubles+=("$project left no results.")
  fi
done

for report in "$ORLEANSAI_REPORTS"/*.md; do
  [ -e "$report" ] || continue
  echo; echo "== $(basename "$report" .md)"; cat "$report"; echo
done

trx="$(find "$results" -maxdepth 1 -name '*.trx')"
count() { [ -z "$trx" ] || cat $trx | grep -o '<Counters [^>]*' | sed "s/.* $1=\"\([0-9]*\)\".*/\1/" | awk '{ sum += $1 } END { print sum + 0 }'; }

# Name and message of every test that has not passed.
failures() {
  [ -z "$trx" ] || awk '
    BEGIN { RS = "<UnitTestResult " }
    function decoded(text) {
      gsub(/&#x[dD];/, "", text); gsub(/&#x[aA];/, "\n", text); gsub(/&lt;/, "<", text); gsub(/&gt;/, ">", text); gsub(/&quot;/, "\"", text)
      gsub(/&apos;/, "\047", text); gsub(/&amp;/, "\\&", text)
      return text
    }
    FNR > 1 && match($0, /outcome="[^"]*"/) && substr($0, RSTART, RLENGTH) != "outcome=\"Passed\"" {
      name = match($0, /testName="[^"]*"/) ? substr($0, RSTART + 10, RLENGTH - 11) : "a test without a name"
      from = index($0, "<Message>"); to = index($0, "</Message>")
      print "\nFAILED: " decoded(name) "\n" (from > 0 && to > from ? decoded(substr($0, from + 9, to - from - 9)) : "It says nothing.")
    }' $trx
}

passed="$(count passed)"
failed="$(( $(count total) - passed ))"
[ "$failed" = 0 ] || status=1
echo
failures
for trouble in "${troubles[@]}"; do echo "$trouble"; done
echo "${passed:-0} passed, ${failed:-0} failed"
exit "$status"
