# Sourced by `tool`: takes one program out of a package of a newer Debian, without installing anything.
#
# apt itself does the work, in directories of its own: it knows the machine's mirror and proxy, and checks the
# signature of the suite, the hash of its index, and the hash of the package. Needs no root.

# Newest first. A package of a newer suite runs here as long as its C library is not newer than ours,
# which for a Go program it never is.
debian_suites='sid forky trixie'

# The mirror that this machine's apt takes Debian's main archive from.
debian_mirror() {
  apt-get indextargets --format '$(REPO_URI) $(RELEASE) $(COMPONENT)' 'Created-By: Packages' 2>/dev/null |
    awk '$3 == "main" && $2 !~ /security|updates|backports/ { print $1; exit }'
}

debian_keyring() {
  for keyring in /usr/share/keyrings/debian-archive-keyring.pgp /usr/share/keyrings/debian-archive-keyring.gpg; do
    if [ -r "$keyring" ]; then printf '%s\n' "$keyring"; return; fi
  done
}

# fetch_debian PACKAGE PATH-IN-PACKAGE TARGET
fetch_debian() {
  for command in apt-get dpkg-deb; do
    command -v $command >/dev/null 2>&1 || return 1
  done
  mirror=$(debian_mirror)
  keyring=$(debian_keyring)
  if [ -z "$mirror" ] || [ -z "$keyring" ]; then
    say "apt names no Debian mirror here, or Debian's archive keyring is missing"
    return 1
  fi
  mkdir -p "$(dirname "$3")"
  work=$(mktemp -d "$(dirname "$3")/.unpacking.XXXXXX")
  for suite in $debian_suites; do
    say "fetching $1 from Debian $suite"
    if fetch_from_suite "$1" "$suite" >"$work.log" 2>&1 && [ -x "$work/unpacked/$2" ]; then
      mv -f "$work/unpacked/$2" "$3"
      rm -rf "$work" "$work.log"
      return 0
    fi
    grep -E '^(E|W):' "$work.log" | head -n 5 >&2 || true
  done
  rm -rf "$work" "$work.log"
  return 1
}

fetch_from_suite() { # PACKAGE SUITE; unpacks into $work/unpacked
  apt_dir="$work/$2"
  mkdir -p "$apt_dir/lists/partial" "$apt_dir/archives/partial" "$apt_dir/empty"
  echo "deb [signed-by=$keyring] $mirror $2 main" >"$apt_dir/sources.list"
  : >"$apt_dir/status"
  # The sandbox user of apt may not enter our directory, so apt runs as whoever we are.
  set -- "$1" \
    -o Dir::Etc::SourceList="$apt_dir/sources.list" -o Dir::Etc::SourceParts="$apt_dir/empty" \
    -o Dir::State="$apt_dir" -o Dir::State::Lists="$apt_dir/lists" -o Dir::State::status="$apt_dir/status" \
    -o Dir::Cache="$apt_dir" -o Dir::Cache::archives="$apt_dir/archives" \
    -o APT::Sandbox::User=root -o Acquire::Languages=none -o Acquire::Retries=2 \
    -o APT::Update::Post-Invoke-Success::= -o APT::Update::Error-Mode=any
  package="$1"; shift
  apt-get "$@" -q update || return 1
  (cd "$apt_dir/archives" && apt-get "$@" -q download "$package") || return 1
  mkdir -p "$work/unpacked"
  dpkg-deb -x "$apt_dir/archives/$package"_*.deb "$work/unpacked"
}
