# Usage: sh -c "$(this file)" guardian LOG COMMAND [ARGUMENT...]
# Standard input is a pipe whose other end only the starting JVM holds: end of file means it is gone.
exec 3<&0
log=$1
shift
# A session of its own: Ctrl-C in a terminal is for the JVM, which then ends the child in order.
detach=
command -v setsid >/dev/null 2>&1 && detach=setsid
$detach "$@" </dev/null >>"$log" 2>&1 3<&- &
child=$!
trap '' HUP INT QUIT TERM

# Parents first, stopped, so that nothing is forked behind our back.
kill_tree() {
  kill -STOP "$1"
  for status in $(grep -ls "^PPid:[[:space:]]*$1\$" /proc/[0-9]*/status); do
    pid=${status#/proc/}
    kill_tree "${pid%/status}"
  done
  kill -KILL "$1"
}

# An asynchronous list reads /dev/null unless told otherwise, hence descriptor 3.
(
  read -r _ <&3
  kill_tree "$child"
) >/dev/null 2>&1 &
watcher=$!
exec 3<&-

echo "$child"
exec >/dev/null 2>&1
wait "$child"
code=$?
kill -KILL "$watcher"
wait "$watcher"
exit "$code"
