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

# What runs, tests and lints the Python workers: a second environment, so that a demo need not wait for protobuf's compiler.
worker_requirements="$root/services/reporter/requirements.txt $root/dev/bootstrap/python-test-requirements.txt"

# Debian splits venv's pip into a package of its own (python3-venv), and pip into another (python3-pip). Either will do, and so will virtualenv.
fill_worker_venv() {
  # Hashes are checked, and nothing is ever compiled.
  options='--quiet --disable-pip-version-check --no-input --only-binary :all: --require-hashes'
  for file in $worker_requirements; do options="$options -r $file"; done
  # shellcheck disable=SC2086
  if python3 -m venv "$workers_venv" 2>/dev/null; then
    "$workers_venv/bin/python" -m pip install $options
  elif command -v virtualenv >/dev/null 2>&1 && virtualenv --quiet "$workers_venv"; then
    "$workers_venv/bin/python" -m pip install $options
  else
    rm -rf "$workers_venv"
    python3 -m venv --without-pip "$workers_venv" || return 1
    site=$("$workers_venv/bin/python" -c 'import sysconfig; print(sysconfig.get_path("purelib"))')
    python3 -m pip install $options --target "$site"
  fi
}

make_worker_venv() {
  if [ -e "$workers_venv/.complete" ]; then return 0; fi
  say "installing the Python workers' packages (a quarter of a minute or so, once)"
  rm -rf "$workers_venv"
  mkdir -p "$(dirname "$workers_venv")"
  log="$workers_venv.log"
  if ! fill_worker_venv >"$log" 2>&1; then
    tail -n 5 "$log" >&2
    rm -rf "$workers_venv"
    die "cannot make a Python environment in $workers_venv. Python 3.11 or newer with venv, virtualenv or pip is needed (Debian: apt-get install python3-venv), and access to the Python package index."
  fi
  # Written last: its presence says that all above went well.
  : >"$workers_venv/.complete"
  rm -f "$log"
}

python_workers() {
  command -v python3 >/dev/null 2>&1 || die "python3 is missing: the Python workers need 3.11 or newer"
  python3 -c 'import sys; sys.exit(sys.version_info < (3, 11))' ||
    die "$(python3 --version) is too old: the Python workers need 3.11 or newer"
  # shellcheck disable=SC2086
  workers_venv="$cache_dir/python-workers/$( { cat $worker_requirements; python3 --version; } | sha256 | cut -c1-16)"
  [ -e "$workers_venv/.complete" ] || with_lock "$cache_dir/python-workers.lock" make_worker_venv
  printf '%s\n' "$workers_venv/bin/python"
}
