# Sourced by the commands in bin/. Everything said here goes to standard error, so that a command's own output stays clean.
set -euo pipefail

root=$(cd -- "$(dirname -- "$(readlink -f -- "${BASH_SOURCE[0]}")")/../.." && pwd -P)
cache="$root/.cache"
configuration=Release

say() { printf '%s\n' "$*" >&2; }

# What went wrong, and below it the way out.
fail() {
  printf 'error: %s\n' "$1" >&2
  shift
  for line in "$@"; do printf '  %s\n' "$line" >&2; done
  exit 1
}

is_root() { [ "$(id -u)" = 0 ]; }

# Installs Debian packages if we may; an old package list is renewed once.
apt_install() {
  is_root && command -v apt-get >/dev/null || return 1
  local install=(env DEBIAN_FRONTEND=noninteractive apt-get install --yes --quiet --no-install-recommends "$@")
  "${install[@]}" >&2 || { apt-get update --quiet >&2 && "${install[@]}" >&2; }
}

# whole COMMAND...: runs it with all that it starts in a process group of its own, which a signal to us ends as well: by itself
# bash would end, and leave the command behind.
whole() {
  local group status=0
  set -m
  "$@" </dev/null &
  group=$!
  set +m
  trap 'kill -TERM -- "-$group" 2>/dev/null' TERM INT HUP
  wait "$group" || status=$?
  # A signal ends the waiting, and the command a moment later.
  [ "$status" -le 128 ] || wait "$group" 2>/dev/null || true
  trap - TERM INT HUP
  return "$status"
}

# once NAME INPUTS RESULT COMMAND...: runs the command unless it last succeeded with the same inputs and its result is there.
once() {
  local name=$1 inputs=$2 result=$3
  shift 3
  local stamp="$cache/stamps/$name"
  if [ -e "$result" ] && [ -e "$stamp" ] && [ "$(<"$stamp")" = "$inputs" ]; then return; fi
  say "$name ..."
  whole "$@" >&2
  [ -e "$result" ] || fail "$name ended without making $result"
  mkdir -p "$cache/stamps"
  printf '%s' "$inputs" >"$stamp"
}

# npm_ci FOLDER: what the lock file says, from the cache where it can. No package of ours needs to run a script
# of its own to be installed, and root may be who installs it.
npm_ci() {
  npm --prefix "$1" ci --ignore-scripts --prefer-offline --no-audit --no-fund --loglevel=error
}

# fingerprint PATH...: changes when a file below is added, removed, renamed or written; what is built or installed does not count.
fingerprint() {
  (cd "$root" && find "$@" \( -name bin -o -name obj -o -name node_modules -o -name dist -o -name TestResults \) -prune \
    -o -type f -printf '%p %s %T@\n' | LC_ALL=C sort | sha256sum)
}

# One setup or build of this clone at a time; the second waits.
take_turns() {
  mkdir -p "$cache" 2>/dev/null || fail "$root is not writable for $(id -un)" "run as its owner, or clone it again as yourself"
  { exec 9>"$cache/lock"; } 2>/dev/null || fail "$cache belongs to another user" "run as that user, or remove $cache as root"
  flock --nonblock 9 || { say "waiting for another setup or build of this clone ..."; flock 9; }
}

export DOTNET_CLI_TELEMETRY_OPTOUT=1 DOTNET_NOLOGO=1 DOTNET_SKIP_FIRST_TIME_EXPERIENCE=1
# A build server that stays behind would hold the terminal's pipes open.
export MSBUILDDISABLENODEREUSE=1 DOTNET_CLI_USE_MSBUILD_SERVER=0
if [ ! -w "${HOME:-/nonexistent}" ]; then
  export HOME="$cache/home"
  mkdir -p "$HOME"
fi
if ! command -v dotnet >/dev/null && [ -x "$HOME/.dotnet/dotnet" ]; then export PATH="$HOME/.dotnet:$PATH"; fi

# Lets the loader find the libsodium that bin/setup unpacked if nobody may install it.
use_unpacked_libsodium() {
  [ -e "$cache/libsodium/path" ] || return 0
  LD_LIBRARY_PATH="$(<"$cache/libsodium/path")${LD_LIBRARY_PATH:+:$LD_LIBRARY_PATH}"
  export LD_LIBRARY_PATH
}
