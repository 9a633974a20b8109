# Runs a program that need not know of the companion, which holds the other end of the standard input: when that end is
# gone, so is the program. A SIGTERM is handed on; a ctrl-C is the companion's, which then stops the program itself.
exec 3<&0
trap '' INT
program= asked=
trap 'asked=1; [ -z "$program" ] || kill -TERM "$program" 2>/dev/null' TERM
"$@" <&3 3<&- &
program=$!
[ -z "$asked" ] || kill -TERM "$program"
(
  trap '' TERM
  while read -r _; do :; done
  kill -TERM "$program"
  sleep 2
  kill -KILL "$program"
) <&3 3<&- >/dev/null 2>&1 &
watch=$!
exec 3<&-
code=0
# A signal ends the wait before the program does.
while wait "$program"; code=$?; kill -0 "$program" 2>/dev/null; do :; done
kill -KILL "$watch"
exit "$code"
