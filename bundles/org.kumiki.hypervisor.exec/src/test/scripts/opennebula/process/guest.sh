# What the scripts of this driver share. Its guests are processes: sh -c PROGRAM NAME CONSOLE. They leave nothing behind but a console, which is
# beside the deployment file.

program='trap "exit 0" TERM; exec >> "$1"; echo "$0 up"; while :; do sleep 1000 & wait $!; done'

# Of this laboratory ($HERE) alone, and the oldest: a child that is just about to become a sleep still looks like its parent.
pid_of() {
    pgrep -o -f -- "wait .!; done $1 $HERE/"
}

# Who deploys a guest is told that it runs when it does: not before it is a program and a process group of its own, so that it can be ended.
begin() {
    setsid sh -c "$program" "$1" "$2" < /dev/null > /dev/null 2>&1 &
    for i in $(seq 200); do
        pid=$(pid_of "$1") && kill -0 "-$pid" 2> /dev/null && return 0
        sleep 0.05
    done
    return 1
}

console_of() {
    tr '\0' '\n' < "/proc/$1/cmdline" | tail -n 1
}

end() {
    pid=$(pid_of "$2") || return 0
    kill "-$1" "-$pid"
    for i in $(seq 200); do
        grep -q . "/proc/$pid/cmdline" 2> /dev/null || return 0
        sleep 0.05
    done
    return 1
}
