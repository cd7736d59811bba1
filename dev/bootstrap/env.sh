# Sourced by the scripts beside it: where things are, and a lock. POSIX sh.
# The caller has set `root` to the project's directory.

# Everything that this checkout alone needs.
local_dir="$root/.fanfare"

# What a second checkout can reuse: finished tools, by name and version.
if [ -n "${XDG_CACHE_HOME:-}" ]; then
  cache_dir="$XDG_CACHE_HOME/fanfare"
elif [ -n "${HOME:-}" ] && [ -w "$HOME" ]; then
  cache_dir="$HOME/.cache/fanfare"
else
  cache_dir="$local_dir/cache"
fi

say() { printf '%s\n' "fanfare: $*" >&2; }
die() { say "$*"; exit 1; }

# sha256 of what comes in, on Linux and macOS alike.
sha256() {
  if command -v sha256sum >/dev/null 2>&1; then sha256sum; else shasum -a 256; fi | cut -d' ' -f1
}

# with_lock NAME COMMAND…: one process at a time, and a lock whose owner died is taken over.
# A directory is the lock because mkdir is atomic everywhere, which flock(1) is not.
with_lock() {
  lock="$1"; shift
  mkdir -p "$(dirname "$lock")"
  waited=0
  until mkdir "$lock" 2>/dev/null; do
    owner=$(cat "$lock/pid" 2>/dev/null || echo '')
    # A fresh lock has no pid for an instant, so an empty one counts as dead only after a while.
    if { [ -n "$owner" ] && ! kill -0 "$owner" 2>/dev/null; } || { [ -z "$owner" ] && [ "$waited" -ge 10 ]; }; then
      # Moving is atomic: of several waiters one wins, the others go round again.
      mv "$lock" "$lock.stale.$$" 2>/dev/null && rm -rf "$lock.stale.$$"
      waited=0
      continue
    fi
    [ "$waited" -eq 3 ] && say "waiting for process $owner, which is doing the same ($lock)"
    # An install takes well under ten minutes; a longer wait means that it hangs.
    [ "$waited" -ge 600 ] && die "gave up waiting for $lock; if process $owner hangs, end it and try again"
    waited=$((waited + 1))
    sleep 1
  done
  echo $$ >"$lock/pid"
  trap 'rm -rf "$lock"' EXIT
  trap 'exit 130' INT
  trap 'exit 143' TERM
  "$@"
  status=$?
  rm -rf "$lock"
  trap - EXIT INT TERM
  return $status
}
