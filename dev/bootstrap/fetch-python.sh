# Sourced by `tool`: a virtual environment with protobuf's compiler and Python runtime, shared through the user's cache.

requirements="$root/dev/bootstrap/requirements.txt"

make_venv() {
  if [ -x "$venv/bin/protoc" ]; then return 0; fi
  say "installing protobuf's compiler for Python (once)"
  rm -rf "$venv"
  mkdir -p "$(dirname "$venv")"
  log="$venv.log"
  if ! { python3 -m venv "$venv" && "$venv/bin/pip" install --quiet --disable-pip-version-check -r "$requirements"; } >"$log" 2>&1; then
    tail -n 5 "$log" >&2
    rm -rf "$venv"
    die "cannot make a Python environment in $venv. Python 3.10 or newer with its venv module is needed (Debian: apt-get install python3-venv), and access to the Python package index."
  fi
  # buf wants a program called protoc. Written last, so its presence says that all above went well.
  printf '#!/bin/sh\nexec "%s" -m grpc_tools.protoc "$@"\n' "$venv/bin/python" >"$venv/bin/.protoc"
  chmod +x "$venv/bin/.protoc"
  mv "$venv/bin/.protoc" "$venv/bin/protoc"
  rm -f "$log"
}

ensure_venv() {
  command -v python3 >/dev/null 2>&1 || die "python3 is missing: Python 3.10 or newer generates and checks the Python code"
  venv="$cache_dir/python/$( { cat "$requirements"; python3 --version; } | sha256 | cut -c1-16)"
  [ -x "$venv/bin/protoc" ] || with_lock "$cache_dir/python.lock" make_venv
}

python_protoc() { ensure_venv; printf '%s\n' "$venv/bin/protoc"; }
python_with_protobuf() { ensure_venv; printf '%s\n' "$venv/bin/python"; }
