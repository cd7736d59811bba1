#!/bin/sh
# Outlives the process that started it, for as long as it takes to clear up after it.
#
# The parent names on our standard input what it starts and what it ends. When that input closes, the parent is gone,
# be it by kill -9: whatever it has not taken back is killed, and its temporary directories are removed.
#
#   group PID      a process group to kill          postgres PID   a postmaster to shut down, immediately
#   directory DIR  to remove                        forget X       takes back any of them

# A signal for the parent's terminal or group is the parent's affair; we only listen to the pipe.
trap '' INT TERM HUP QUIT

newline='
'
held=''
while read -r verb what; do
  case "$verb" in
    forget) held=$(printf '%s' "$held" | awk -v what="$what" 'substr($0, index($0, " ") + 1) != what')$newline ;;
    *) held="$held$verb $what$newline" ;;
  esac
done

printf '%s' "$held" | while read -r verb what; do
  case "$verb" in
    group) kill -s KILL -- "-$what" ;;
    # A postmaster's children are in sessions of their own; on SIGQUIT it takes them with it.
    postgres) kill -s QUIT "$what" && kill -s CONT "$what" ;;
  esac
done 2>/dev/null

printf '%s' "$held" | while read -r verb what; do
  [ "$verb" = postgres ] || continue
  # An immediate shutdown takes milliseconds. Five seconds are PostgreSQL's own patience with its children.
  tries=0
  while kill -s 0 "$what" && [ $tries -lt 50 ]; do
    tries=$((tries + 1))
    sleep 0.1
  done
  # Its children see that it is gone and leave by themselves.
  kill -s KILL "$what"
done 2>/dev/null

printf '%s' "$held" | while read -r verb what; do
  [ "$verb" = directory ] || continue
  # Only what we made: never believe a path enough to remove anything else.
  case "${what##*/}" in
    fanfare-*) rm -rf "$what" || { sleep 1; rm -rf "$what"; } ;;
  esac
done 2>/dev/null
