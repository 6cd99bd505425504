# Makes what a guest has before it runs: its root and its network, side by side, in one program, for there may be many guests to start.
# Behind ask.pl.
# The root: what its image holds below, its disk above, both as if they belonged to the guest's own range of users.
# The network: a namespace with a name, and in it a device that stays, whoever carries for it.
# Usage: perl -e THIS KEY=VALUE..., where the keys are
#   stage, lower, first            where the root is laid out; the image's, or empty if the disk has all of it; the guest's first user
#   upper                          a directory with the disk, mounted; or, with memory=MIB, one for what is kept in memory instead
#   resolver, config               the content of resolv.conf, and of what LXC is told
#   ids, number                    the file that says which range of users is the guest's, and its content
#   network                        a file that stands for the namespace
#   device, addresses, rules       what is in it, lines for ip -batch, and a line for nft; none of all these, for one that leads nowhere
#   taken                          the host's device that becomes the one in it, for which nothing works then; without, one is made
#   carrier, answerer              the programs that work for it, a word a line
#   carrier-files, answerer-files  where they write what they complain of, and where their process id is: this, and ".log" or ".pid"
#   socket, questions              where the carrier is asked, and what, a line each; the answers are printed
use Config;

my %is = map { split /=/, $_, 2 } @ARGV;
my ($machine) = $Config{archname} =~ /^([^-]+)/;
my %calls = (x86_64 => { unshare => 272, prctl => 157, setfsuid => 122, setfsgid => 123, mount => 165, setsid => 112 },
    aarch64 => { unshare => 97, prctl => 167, setfsuid => 151, setfsgid => 152, mount => 40, setsid => 157 });
my %number = (open_tree => 428, move_mount => 429, mount_setattr => 442, %{ $calls{$machine} or die "no containers on $machine\n" });
my ($NEW_USER, $NEW_NETWORK, $CWD, $CLONE_TREE, $EMPTY_PATH, $IDMAP) = (0x10000000, 0x40000000, -100, 1 | 02000000, 0x1000, 0x100000);
my ($READ_ONLY, $NO_SET_UID, $NO_DEVICES, $BIND) = (1, 2, 4, 0x1000);
my ($FROM_EMPTY_PATH, $SET_SECUREBITS, $KEEP_CAPABILITIES) = (4, 28, 4);
my ($SET_DEVICE, $SET_PERSISTENT, $TAP_WITHOUT_HEADER) = (0x400454ca, 0x400454cb, 0x1002);

sub call {
    my ($name, @arguments) = @_;
    my $result = syscall($number{$name}, @arguments);
    die "$name: $!\n" if $result < 0;
    return $result;
}

sub mount_on {
    my ($place, $source, $type, $flags, $options) = @_;
    call('mount', $source, $place, $type, $flags, $options);
}

sub write_to {
    my ($path, $content) = @_;
    open(my $file, '>', $path) or die "$path: $!\n";
    defined syswrite($file, $content) or die "$path: $!\n";
}

# A directory that is one, and no link to some place of the host: what is on a disk, a guest may have written.
sub directory {
    my ($path) = @_;
    mkdir $path, 0755 or $!{EEXIST} or die "$path: $!\n";
    die "$path is no directory\n" if -l $path || !-d _;
}

# The namespace of a process that waits just so long as it takes to open it.
sub users {
    pipe(my $ready, my $tell) && pipe(my $go, my $hold) or die "pipe: $!\n";
    my $child = fork() // die "fork: $!\n";
    if (!$child) {
        close $ready;
        close $hold;
        call('unshare', $NEW_USER);
        syswrite $tell, 'x';
        sysread $go, my $end, 1;
        exit 0;
    }
    close $tell;
    close $go;
    sysread($ready, my $byte, 1) or die "no user namespace could be made\n";
    write_to("/proc/$child/$_", "0 $is{first} 65536\n") for 'uid_map', 'gid_map';
    open(my $users, '<', "/proc/$child/ns/user") or die "users: $!\n";
    close $hold;
    waitpid $child, 0;
    return $users;
}

sub map_to {
    my ($users, $from, $to, $more, $less) = @_;
    my $nothing = '';
    my $tree = call('open_tree', $CWD, $from, $CLONE_TREE);
    my $attributes = pack('QQQQ', $IDMAP | $more, $less // 0, 0, fileno $users);
    call('mount_setattr', $tree, $nothing, $EMPTY_PATH, $attributes, length $attributes);
    call('move_mount', $tree, $nothing, $CWD, $to, $FROM_EMPTY_PATH);
}

# Both layers of the root, as options of an overlay; or nothing, if there is one.
sub lay_out {
    my ($stage, $upper) = @is{'stage', 'upper'};
    # Guests' own users must be able to pass, and nobody to look around.
    for my $place ($stage =~ s{/[^/]+/[^/]+$}{}r, $stage =~ s{/[^/]+$}{}r, $stage, $upper) {
        mkdir $place, 0711 or $!{EEXIST} or die "$place: $!\n";
    }
    write_to("$stage/resolv.conf", $is{resolver});
    write_to("$stage/config", $is{config});
    mount_on($upper, 'kumiki', 'tmpfs', $NO_SET_UID | $NO_DEVICES, "mode=0755,size=$is{memory}m") if defined $is{memory};
    my $users = users();
    directory("$stage/root");
    if ($is{lower} eq '') {
        map_to($users, $upper, "$stage/root", 0, $NO_SET_UID); # it is mounted without, and a whole system has its own
        return;
    }
    directory("$stage/lower");
    map_to($users, $is{lower}, "$stage/lower", $READ_ONLY);
    if (defined $is{memory}) {
        for my $place ('upper', 'work') {
            directory("$upper/$place");
            chown $is{first}, $is{first}, "$upper/$place" or die "$place: $!\n";
        }
    } else {
        directory("$upper/$_") for 'upper', 'work';
        directory("$stage/upper");
        map_to($users, $upper, "$stage/upper", 0);
        $upper = "$stage/upper";
    }
    return "lowerdir=$stage/lower,upperdir=$upper/upper,workdir=$upper/work";
}

# Whoever mounts it works on both layers, and must therefore be a user that they know: the guest's root, with our capabilities. Nothing else can
# be done after that.
sub overlay {
    my ($layers) = @_;
    call('prctl', $SET_SECUREBITS, $KEEP_CAPABILITIES);
    syscall($number{setfsgid}, 0 + $is{first});
    syscall($number{setfsuid}, 0 + $is{first});
    mount_on("$is{stage}/root", 'overlay', 'overlay', $NO_DEVICES, $layers);
}

# Starts a program that outlives us.
sub start {
    my ($what) = @_;
    my $files = $is{"$what-files"};
    my $program = fork() // die "fork: $!\n";
    if (!$program) {
        call('setsid');
        open(STDIN, '<', '/dev/null') && open(STDOUT, '>', "$files.log") && open(STDERR, '>&', \*STDOUT) or die "$files.log: $!\n";
        exec split /\n/, $is{$what} or die "$is{$what}: $!\n";
    }
    write_to("$files.pid", $program);
}

sub address {
    open(my $ip, '|-', 'ip', '-batch', '-') or die "ip: $!\n";
    print $ip $is{addresses};
    close $ip or die "ip did not take $is{addresses}\n";
}

# Only who is where a device is can send it elsewhere.
sub take {
    my $there = '/proc/' . getppid() . '/ns/net';
    system('nsenter', "--net=$there", 'ip', 'link', 'set', 'dev', $is{taken}, 'netns', $$, 'name', $is{device}) == 0 or die "$is{taken} cannot be had\n";
    address();
}

# Not by ip netns: when several of those are the first of a machine, each mounts all names anew, over those of the others.
sub connect_up {
    my $file = $is{network};
    my $directory = $file =~ s{/[^/]+$}{}r;
    for my $place ($directory =~ s{/[^/]+$}{}r, $directory) {
        mkdir $place, 0711 or $!{EEXIST} or die "$place: $!\n";
    }
    write_to($file, '');
    call('unshare', $NEW_NETWORK);
    my $nothing = '';
    mount_on($file, '/proc/self/ns/net', $nothing, $BIND, $nothing);
    if (!defined $is{device}) {
        exec 'ip', 'link', 'set', 'lo', 'up' or die "ip: $!\n";
    }
    # As on a machine of its own, its root may take any port, and anybody may ask whether somebody is there.
    write_to('/proc/sys/net/ipv4/ip_unprivileged_port_start', '0');
    write_to('/proc/sys/net/ipv4/ping_group_range', '0 2147483647');
    if (defined $is{taken}) {
        take();
        return;
    }
    open(my $device, '+<', '/dev/net/tun') or die "tun: $!\n";
    my $asked = pack('Z16 S x22', $is{device}, $TAP_WITHOUT_HEADER);
    ioctl($device, $SET_DEVICE, $asked) && ioctl($device, $SET_PERSISTENT, 1) or die "$is{device}: $!\n";
    close $device; # or the carrier cannot have it
    address();
    start('answerer');
    exec 'nft', $is{rules} or die "nft: $!\n";
}

# With the machine the guest's users are gone, and so may be this: to make it durable would take longer than all else.
write_to(@is{'ids', 'number'});
my $network = fork() // die "fork: $!\n";
if (!$network) {
    connect_up();
    exit 0;
}
my $layers = lay_out();
waitpid $network, 0;
die "there is no network\n" if $?;
if (defined $is{carrier}) {
    start('carrier');
    print ask($is{socket}, $_), "\n" for split /\n/, $is{questions};
}
overlay($layers) if defined $layers;
