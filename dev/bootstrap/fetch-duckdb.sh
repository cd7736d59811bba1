# Sourced by `tool`: a Python that has DuckDB, with which tests open what the exporter wrote. Made beside the environment of protobuf's compiler,
# whose pip it uses. DuckDB's wheels are for Linux and macOS alike.

duckdb_version=1.4.2

make_duckdb() {
  if [ -x "$duckdb_dir/python" ]; then return 0; fi
  say "installing DuckDB for Python (once)"
  rm -rf "$duckdb_dir"
  mkdir -p "$duckdb_dir"
  if ! "$venv/bin/pip" install --quiet --disable-pip-version-check --target "$duckdb_dir/site" "duckdb==$duckdb_version" >"$duckdb_dir/log" 2>&1; then
    tail -n 5 "$duckdb_dir/log" >&2
    die "cannot install DuckDB for Python: it needs access to the Python package index"
  fi
  # Written last, so its presence says that all above went well.
  printf '#!/bin/sh\nPYTHONPATH="%s" exec "%s" "$@"\n' "$duckdb_dir/site" "$venv/bin/python" >"$duckdb_dir/.python"
  chmod +x "$duckdb_dir/.python"
  mv "$duckdb_dir/.python" "$duckdb_dir/python"
}

python_with_duckdb() {
  ensure_venv
  duckdb_dir="$cache_dir/duckdb/$duckdb_version-$(basename "$venv")"
  [ -x "$duckdb_dir/python" ] || with_lock "$cache_dir/duckdb.lock" make_duckdb
  printf '%s\n' "$duckdb_dir/python"
}
