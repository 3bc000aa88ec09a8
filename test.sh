#!/usr/bin/env bash
# Builds everything and runs all tests. Needs Debian with the .NET SDK of global.json and Node with npm; installs PostgreSQL's package when
# there is none. The tests start servers and databases of their own and leave nothing behind.
set -euo pipefail
cd "$(dirname "$0")"

export DOTNET_CLI_TELEMETRY_OPTOUT=1 DOTNET_NOLOGO=1

if ! ls /usr/lib/postgresql/*/bin/initdb >/dev/null 2>&1; then
  echo "PostgreSQL is not installed; installing Debian's package."
  sudo=""
  [ "$(id -u)" = 0 ] || sudo="sudo"
  $sudo apt-get update -q
  $sudo env DEBIAN_FRONTEND=noninteractive apt-get install -y -q postgresql-common
  # No cluster of the system's own: the tests bring theirs.
  $sudo sed -i 's/^#\?create_main_cluster.*/create_main_cluster = false/' /etc/postgresql-common/createcluster.conf
  $sudo env DEBIAN_FRONTEND=noninteractive apt-get install -y -q postgresql
fi

dotnet build OrleansAi.sln -c Release

results="$(mktemp -d)"
trap 'rm -rf "$results"' EXIT
export ORLEANSAI_REPORTS="$results/reports"
status=0
for project in Unit Storage Cluster EndToEnd; do
  dotnet test "tests/OrleansAi.Tests.$project" -c Release --no-build \
    --logger "trx;LogFileName=$project.trx" --results-directory "$results" --blame-hang-timeout 180s || status=1
done

count() { cat "$results"/*.trx | grep -o "<Counters [^>]*" | sed "s/.* $1=\"\([0-9]*\)\".*/\1/" | awk "{ sum += \$1 } END { print sum + 0 }"; }
for report in "$ORLEANSAI_REPORTS"/*.md; do
  [ -e "$report" ] || continue
  echo; echo "== $(basename "$report" .md)"; cat "$report"
done

passed="$(count passed)"
failed="$(( $(count total) - passed ))"
[ "$(ls "$results"/*.trx | wc -l)" = 4 ] || status=1
[ "$failed" = 0 ] || status=1
echo "$passed passed, $failed failed"
exit "$status"
