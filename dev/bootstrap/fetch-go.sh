# Sourced by `tool`: builds a Go program from the module proxy.

# fetch_go NAME MODULE@VERSION TARGET: fails when there is no Go or the build fails, so that the caller can try another way.
fetch_go() {
  if ! command -v go >/dev/null 2>&1; then return 1; fi
  say "building $1 with Go (up to a minute, once)"
  # Built beside the target and moved there whole: an interrupted build leaves nothing that looks finished.
  mkdir -p "$(dirname "$3")"
  building=$(mktemp -d "$(dirname "$3")/.building.XXXXXX")
  log="$building/log"
  # CGO is off so that the result runs without a C library of the right age.
  if ! (cd "$building" && GOBIN="$building" GOFLAGS='' CGO_ENABLED=0 go install "$2") >"$log" 2>&1; then
    tail -n 5 "$log" >&2
    say "go install $2 failed"
    rm -rf "$building"
    return 1
  fi
  mv -f "$building/$1" "$3"
  rm -rf "$building"
}
