# Sourced by `tool`: a Chromium that runs without a screen, for the tests of the console. POSIX sh.

# A package's wrapper says its version without opening a window; one that lacks a library does not.
runs_chromium() { [ -n "${1:-}" ] && "$1" --version >/dev/null 2>&1; }

# The first that runs, by the names that packages and vendors give it. Google's own place on macOS is not on PATH.
find_chromium() {
  for name in chromium chromium-browser google-chrome google-chrome-stable \
    "/Applications/Google Chrome.app/Contents/MacOS/Google Chrome"; do
    found=$(command -v "$name" || true)
    if runs_chromium "$found"; then printf '%s\n' "$found"; return 0; fi
  done
  return 1
}

# A browser needs two dozen libraries of the system, so that it is installed there, by whoever may.
install_chromium() {
  if find_chromium >/dev/null; then return 0; fi
  command -v apt-get >/dev/null 2>&1 && [ "$(id -u)" -eq 0 ] || return 1
  say "installing Debian's chromium for the tests of the console (a minute or so, once)"
  log="$cache_dir/chromium-apt.log"
  mkdir -p "$cache_dir"
  {
    DEBIAN_FRONTEND=noninteractive apt-get install -q -y --no-install-recommends chromium ||
      { apt-get update -q && DEBIAN_FRONTEND=noninteractive apt-get install -q -y --no-install-recommends chromium; }
  } >"$log" 2>&1 </dev/null || { tail -n 5 "$log" >&2; return 1; }
}

chromium_for_tests() {
  find_chromium && return 0
  with_lock "$cache_dir/chromium.lock" install_chromium || true
  find_chromium || die "found no browser: install chromium or google-chrome (Debian: apt-get install chromium) so that it is on PATH"
}
