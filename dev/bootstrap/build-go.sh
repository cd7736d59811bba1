# Sourced by `tool`: builds a Go program of this project, once for each state of its sources.

# Everything that a Go program of ours is built from.
go_sources="gen/go kits/go services/exporter"

# go_sources_hash: of names and contents, tests left out.
go_sources_hash() {
  (cd "$root" && find $go_sources -type f \( -name '*.go' -o -name 'go.mod' -o -name 'go.sum' \) ! -name '*_test.go' | LC_ALL=C sort |
    while read -r file; do printf '%s\n' "$file"; cat "$file"; done | sha256 | cut -c1-16)
}

build_go_or_die() { # NAME TARGET DIRECTORY
  if [ -x "$2" ]; then return 0; fi
  command -v go >/dev/null 2>&1 || die "cannot build $1: it needs Go 1.26 or newer with access to its module proxy"
  say "building $1 with Go (up to a minute, once)"
  mkdir -p "$(dirname "$2")"
  building=$(mktemp -d "$(dirname "$2")/.building.XXXXXX")
  # CGO is off so that the result runs without a C library of the right age.
  if ! (cd "$root/$3" && GOFLAGS='' CGO_ENABLED=0 go build -buildvcs=false -o "$building/$1" .) >"$building/log" 2>&1; then
    tail -n 20 "$building/log" >&2
    rm -rf "$building"
    die "go build of $3 failed"
  fi
  mv -f "$building/$1" "$2"
  rm -rf "$building"
}

go_program() { # NAME DIRECTORY
  target="$cache_dir/$1/$(go_sources_hash)/$1"
  [ -x "$target" ] || with_lock "$cache_dir/$1.lock" build_go_or_die "$1" "$target" "$2"
  printf '%s\n' "$target"
}
