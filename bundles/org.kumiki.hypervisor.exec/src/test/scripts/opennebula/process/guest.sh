# What the scripts of this driver share. Its guests are processes, each with a directory beside its deployment file.

# Where guests are: FILES is set in the environment.
pid_of() {
    pid=$(cat "$FILES/$1/pid" 2>/dev/null) || return 1
    tr '\0' '\n' < "/proc/$pid/cmdline" 2>/dev/null | grep -qx -- "$1" && echo "$pid"
}

begin() {
    mkdir -p "$FILES/$1"
    setsid sh -c 'trap "exit 0" TERM; echo up; while :; do sleep 1000 & wait $!; done' "$1" < /dev/null >> "$FILES/$1/console" 2>&1 &
    echo $! > "$FILES/$1/pid"
}

end() {
    pid=$(pid_of "$2") || return 0
    kill "-$1" "-$pid"
    for i in $(seq 100); do
        pid_of "$2" > /dev/null || return 0
        sleep 0.05
    done
    return 1
}
