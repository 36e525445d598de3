# Keeps one throw-away PostgreSQL alive for exactly as long as its standard input is open.
# Usage: sh supervise.sh BIN FOLDER CONF; answers each command with one line, "ok" or "failed".
# The test process holds the other end of the pipe, so however it ends (also by kill -9) the
# read below meets the end of file, the server stops and the folder goes.
bin=$1 folder=$2 conf=$3
data=$folder/data log=$folder/log
trap '' PIPE INT TERM HUP

make() {
	"$bin/initdb" -D "$data" -U postgres -A trust -E UTF8 --no-sync --locale=C.UTF-8 ||
		"$bin/initdb" -D "$data" -U postgres -A trust -E UTF8 --no-sync --locale=C || return 1
	printf '%s\n' "$conf" >>"$data/postgresql.conf"
}
start() { "$bin/pg_ctl" -D "$data" -l "$log" -w -t 60 start </dev/null; }
halt() { "$bin/pg_ctl" -D "$data" -w -t 60 -m "$1" stop; }
answer() { if "$@" >>"$folder/steps" 2>&1; then echo ok; else echo failed; fi; }

answer make
while read -r word; do
	case $word in
	start) answer start ;;
	halt) answer halt fast ;;
	esac
done
halt immediate >/dev/null 2>&1
rm -rf "$folder"
