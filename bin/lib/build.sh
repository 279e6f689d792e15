# Sourced after common.sh: builds what changed since the last build.

common_sources=(Directory.Build.props Directory.Packages.props BannedSymbols.txt .editorconfig global.json Holdfast.slnx)
host="$root/server/Host/bin/$configuration/net10.0/holdfast.dll"
bench="$root/server/Bench/bin/$configuration/net10.0/Holdfast.Bench.dll"
tests="$root/server/Tests/bin/$configuration/net10.0/Holdfast.Tests.dll"

compile() {
  (cd "$root" && dotnet build "$1" --configuration "$configuration" --no-restore --nologo --verbosity quiet -p:UseSharedCompilation=false)
}

build_server() {
  once "build the server" "$(fingerprint "${common_sources[@]}" server/Engine server/Platform server/Apps server/Host)" "$host" \
    compile server/Host/Host.csproj
}

build_bench() {
  once "build the benchmarks" "$(fingerprint "${common_sources[@]}" server/Engine server/Bench)" "$bench" compile server/Bench/Bench.csproj
}

# What the benchmarks measure beside us, from npm.
bring_peers() {
  local peers="$root/server/Bench/Peers"
  once "peers of the benchmarks" "$(node --version) $(sha256sum <"$peers/package-lock.json")" "$peers/node_modules/.package-lock.json" npm_ci "$peers"
}

# What the tests talk to beside us, from npm.
bring_test_servers() {
  local servers="$root/server/Tests/Servers"
  once "servers of the tests" "$(node --version) $(sha256sum <"$servers/package-lock.json")" "$servers/node_modules/.package-lock.json" npm_ci "$servers"
}

# What bin/attack forges tokens and reads the database with, from npm.
bring_attack_packages() {
  local packages="$root/bin/lib/attack"
  once "packages of the attacks" "$(node --version) $(sha256sum <"$packages/package-lock.json")" "$packages/node_modules/.package-lock.json" npm_ci "$packages"
}

# Everything in the solution, tests and benches too.
build_solution() {
  once "build the solution" "$(fingerprint "${common_sources[@]}" server)" "$tests" compile Holdfast.slnx
}

build_browser() {
  once "build the browser's side" "$(fingerprint web)" "$root/web/dist/index.html" npm --prefix "$root/web" run --silent build
}
