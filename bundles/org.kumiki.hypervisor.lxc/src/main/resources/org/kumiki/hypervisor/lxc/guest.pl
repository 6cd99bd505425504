# Starts a guest: makes its root and its network, side by side, and becomes LXC; all in one program, for there may be many guests to start.
# Behind ask.pl and answer.pl. No modules here either.
# The root: what its image holds below, its disk above, both as if they belonged to the guest's own range of users.
# The network: a namespace with a name, and in it a device that stays, whoever carries for it.
# Usage: perl -e THIS KEY=VALUE..., where the keys are
#   machine                        what uname -m says
#   name, range, ids, number       what the guest is called here; the link that takes a range of users for it; the file that says which one, and its content
#   first                          the guest's first user
#   image, stamp                   the file of the image, and its size, time and inode, which say whether it still is the one that is known
#   stage, lower                   where the root is laid out; the image's, or empty if the disk has all of it
#   upper                          a directory with the disk, mounted; or, with memory=MIB, one for what is kept in memory instead
#   resolver, config               the content of resolv.conf, and of what LXC is told
#   network                        a file that stands for the namespace
#   device                         what is in it; without, it leads nowhere
#   taken, addresses               the host's device that becomes this, for which nothing works then, and lines for ip -batch; without, one is made with
#   mac, mtu, address, gateway     these, and with nothing near but the gateway
#   rules                          a line for nft
#   metadata, port, answers        an address of its own and a port where it may ask for its metadata, and the unix socket that answers
#   answerer, answerer-files       the name of the process that hands this on; where its process id and what it complains of are: this, and ".pid" or ".log"
#   carrier, carrier-files         the program that carries what goes in and out, a word a line; likewise
#   socket, questions              where the carrier is asked, and what, a line each; the answers are printed
#   path, start                    where LXC looks for programs, and the words that start it
# It ends with what LXC ends with; with 201 if the range is another guest's, with 202 if the image is another one by now. Then nothing is made.
my %is = map { split /=/, $_, 2 } @ARGV;
my ($RANGE_TAKEN, $OTHER_IMAGE) = (201, 202);
my %calls = (x86_64 => { unshare => 272, prctl => 157, setfsuid => 122, setfsgid => 123, mount => 165, setsid => 112 },
    aarch64 => { unshare => 97, prctl => 167, setfsuid => 151, setfsgid => 152, mount => 40, setsid => 157 });
my %number = (open_tree => 428, move_mount => 429, mount_setattr => 442, %{ $calls{$is{machine}} or die "no containers on $is{machine}\n" });
my ($NEW_USER, $NEW_NETWORK, $CWD, $CLONE_TREE, $EMPTY_PATH, $IDMAP) = (0x10000000, 0x40000000, -100, 1 | 02000000, 0x1000, 0x100000);
my ($READ_ONLY, $NO_SET_UID, $NO_DEVICES, $BIND) = (1, 2, 4, 0x1000);
my ($FROM_EMPTY_PATH, $SET_SECUREBITS, $KEEP_CAPABILITIES) = (4, 28, 4);
my ($SET_DEVICE, $SET_PERSISTENT, $TAP_WITHOUT_HEADER) = (0x400454ca, 0x400454cb, 0x1002);
my ($ADD_ROUTE, $SET_FLAGS, $SET_ADDRESS, $SET_MASK, $SET_MTU, $SET_MAC) = (0x890b, 0x8914, 0x8916, 0x891c, 0x8922, 0x8924);
my ($UP, $ETHERNET, $BY_GATEWAY) = (1, 1, 2);

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

# Directories that guests' own users can pass, and in which nobody looks around.
sub passages {
    for my $place (@_) {
        mkdir $place, 0711 or -d $place or die "$place: $!\n";
    }
}

sub parent {
    my ($path) = @_;
    return $path =~ s{/[^/]+$}{}r;
}

# A directory that is one, and no link to some place of the host: what is on a disk, a guest may have written.
sub directory {
    my ($path) = @_;
    mkdir $path, 0755 or -d $path or die "$path: $!\n";
    die "$path is no directory\n" if -l $path || !-d _;
}

# A process in a namespace of users of its own, that waits for us to open this; with the end of a pipe that says when it is there, and another that
# ends it when we do.
sub begin_users {
    pipe(my $ready, my $tell) && pipe(my $wait, my $hold) or die "pipe: $!\n";
    my $child = fork() // die "fork: $!\n";
    if (!$child) {
        close $_ for $ready, $hold;
        call('unshare', $NEW_USER);
        syswrite $tell, 'x';
        sysread $wait, my $end, 1;
        exit 0;
    }
    return ($child, $ready, $hold);
}

# The namespace, in which there are the guest's own users now.
sub users {
    my ($child, $ready) = @_;
    sysread($ready, my $byte, 1) or die "no user namespace could be made\n";
    write_to("/proc/$child/$_", "0 $is{first} 65536\n") for 'uid_map', 'gid_map';
    open(my $users, '<', "/proc/$child/ns/user") or die "users: $!\n";
    kill 'KILL', $child;
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
    passages(parent($stage), $stage);
    mount_on($stage, 'kumiki', 'tmpfs', $NO_SET_UID | $NO_DEVICES, "mode=0711,size=$is{memory}m") if defined $is{memory};
    passages($upper);
    write_to("$stage/resolv.conf", $is{resolver});
    write_to("$stage/config", $is{config});
    my $users = users(@_);
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

# Whoever mounts it works on both layers, and must therefore be a user that they know: the guest's root, with our capabilities, for so long.
sub overlay {
    my ($layers) = @_;
    call('prctl', $SET_SECUREBITS, $KEEP_CAPABILITIES);
    syscall($number{setfsgid}, 0 + $is{first});
    syscall($number{setfsuid}, 0 + $is{first});
    mount_on("$is{stage}/root", 'overlay', 'overlay', $NO_DEVICES, $layers);
    syscall($number{setfsuid}, 0);
    syscall($number{setfsgid}, 0);
    call('prctl', $SET_SECUREBITS, 0);
}

# From now on nobody's child, who complains in a file.
sub go_alone {
    my ($files) = @_;
    call('setsid');
    open(STDIN, '<', '/dev/null') && open(STDOUT, '>', "$files.log") && open(STDERR, '>&', \*STDOUT) or die "$files.log: $!\n";
}

# Starts the carrier, which goes on as soon as what it waits for is closed.
sub carry {
    my ($until) = @_;
    my $program = fork() // die "fork: $!\n";
    if (!$program) {
        go_alone($is{'carrier-files'});
        sysread $until, my $end, 1;
        exec split /\n/, $is{carrier} or die "$is{carrier}: $!\n";
    }
    write_to("$is{'carrier-files'}.pid", $program);
    return $program;
}

# An address as the kernel has it.
sub socket_address {
    return pack('S x2 C4 x8', $INTERNET, split /\./, $_[0]);
}

# Only the gateway is near: all else goes through it, or nowhere. What ip would do, without another program.
sub configure {
    socket(my $any, $INTERNET, 2, 0) or die "socket: $!\n";
    my $set = sub {
        my ($device, $what, $value) = @_;
        my $request = pack('a16 a24', $device, $value);
        ioctl($any, $what, $request) or die "$device cannot be set up: $!\n";
    };
    my $route = sub {
        my ($to, $mask, $flags, $gateway) = @_;
        my $request = pack('x8 a16 a16 a16 S x14 x8 S x6 p x24', socket_address($to), socket_address($gateway), socket_address($mask), $UP | $flags, 0,
            $flags ? undef : $is{device});
        ioctl($any, $ADD_ROUTE, $request) or die "no way to $to: $!\n";
    };
    if (defined $is{address}) {
        $set->($is{device}, $SET_MAC, pack('S (H2)6', $ETHERNET, split /:/, $is{mac}));
        $set->($is{device}, $SET_MTU, pack('l', $is{mtu}));
        $set->($is{device}, $SET_ADDRESS, socket_address($is{address}));
        $set->($is{device}, $SET_MASK, socket_address('255.255.255.255'));
        $set->('lo', $SET_ADDRESS, socket_address($is{metadata}));
        $set->('lo', $SET_MASK, socket_address('255.255.255.255'));
        $set->($is{device}, $SET_FLAGS, pack('S', $UP));
    }
    $set->('lo', $SET_FLAGS, pack('S', $UP));
    if (defined $is{gateway}) {
        $route->($is{gateway}, '255.255.255.255', 0, '0.0.0.0');
        $route->('0.0.0.0', '0.0.0.0', $BY_GATEWAY, $is{gateway});
    }
}

# Only who is where a device is can send it elsewhere.
sub take {
    my $there = '/proc/' . getppid() . '/ns/net';
    system('nsenter', "--net=$there", 'ip', 'link', 'set', 'dev', $is{taken}, 'netns', $$, 'name', $is{device}) == 0 or die "$is{taken} cannot be had\n";
    open(my $ip, '|-', 'ip', '-batch', '-') or die "ip: $!\n";
    print $ip $is{addresses};
    close $ip or die "ip did not take $is{addresses}\n";
}

# Not by ip netns: when several of those are the first of a machine, each mounts all names anew, over those of the others.
# What is given is closed as soon as the device can be carried for, and written to when all is done.
sub connect_up {
    my ($made, $done) = @_;
    my $file = $is{network};
    passages(parent($file));
    write_to($file, '');
    call('unshare', $NEW_NETWORK);
    my $nothing = '';
    mount_on($file, '/proc/self/ns/net', $nothing, $BIND, $nothing);
    if (defined $is{device}) {
        # As on a machine of its own, its root may take any port, and anybody may ask whether somebody is there.
        write_to('/proc/sys/net/ipv4/ip_unprivileged_port_start', '0');
        write_to('/proc/sys/net/ipv4/ping_group_range', '0 2147483647');
    }
    if (defined $is{taken}) {
        take();
    } elsif (defined $is{device}) {
        my $rules = fork() // die "fork: $!\n";
        if (!$rules) {
            exec 'nft', $is{rules} or die "nft: $!\n";
        }
        open(my $device, '+<', '/dev/net/tun') or die "tun: $!\n";
        my $asked = pack('Z16 S x22', $is{device}, $TAP_WITHOUT_HEADER);
        ioctl($device, $SET_DEVICE, $asked) && ioctl($device, $SET_PERSISTENT, 1) or die "$is{device}: $!\n";
        close $device; # or the carrier cannot have it
        close $made;
        configure();
        my $door = door(@is{'metadata', 'port'});
        waitpid $rules, 0;
        die "nft did not take $is{rules}\n" if $?;
        syswrite $done, 'x';
        close $done;
        go_alone($is{'answerer-files'});
        answer($is{answerer}, $door, $is{answers});
    } else {
        configure();
    }
    syswrite $done, 'x';
}

# Whoever has made the link has the range: somebody on another host of this machine may be faster.
passages(parent(parent($is{range})), parent($is{range}));
exit $OTHER_IMAGE if defined $is{image} && join(' ', (stat $is{image})[7, 9, 1]) ne $is{stamp};
symlink $is{name}, $is{range} or exit $RANGE_TAKEN;
# With the machine the guest's users are gone, and so may be this: to make it durable would take longer than all else.
write_to(@is{'ids', 'number'});
pipe(my $wait, my $made) && pipe(my $ready, my $done) or die "pipe: $!\n";
my ($self, @helpers) = $$;
# If this is not reached by exec, something has failed: whoever cleans up then must find nothing that is still being made.
END {
    if (defined $self && $$ == $self && @helpers) {
        kill 'KILL', @helpers;
        waitpid $_, 0 for @helpers;
        $? ||= 1;
    }
}
my $network = fork() // die "fork: $!\n";
if (!$network) {
    close $_ for $wait, $ready;
    connect_up($made, $done);
    exit 0;
}
push @helpers, $network;
close $_ for $made, $done;
my @users = begin_users();
push @helpers, carry($wait) if defined $is{carrier};
my $layers = lay_out(@users);
overlay($layers) if defined $layers;
sysread($ready, my $byte, 1) or die "there is no network\n";
if (defined $is{carrier}) {
    write_to("$is{'answerer-files'}.pid", $network);
    for my $question (split /\n/, $is{questions}) {
        my $answer = ask($is{socket}, $question);
        print "$answer\n";
        exit 1 if $answer =~ /"error"/;
    }
} else {
    waitpid $network, 0;
}
$ENV{PATH} = $is{path};
$SIG{FPE} = 'DEFAULT'; # which Perl ignores
exec split /\n/, $is{start} or die "$is{start}: $!\n";
