# Lays a guest's root out: what its image holds below, its disk above, both as if they belonged to the guest's own range of users.
# Usage: perl -e THIS STAGE LOWER FIRST-ID UPPER IDMAPPED; UPPER has the directories upper and work, or is given them. Where LOWER is empty,
# UPPER is the whole root.
use strict;
use warnings;

my ($stage, $lower, $first, $upper, $idmapped) = @ARGV;
my ($machine) = `uname -m` =~ /(\S+)/;
my %calls = (x86_64 => { unshare => 272, prctl => 157, setfsuid => 122, setfsgid => 123, mount => 165 },
    aarch64 => { unshare => 97, prctl => 167, setfsuid => 151, setfsgid => 152, mount => 40 });
my %number = (open_tree => 428, move_mount => 429, mount_setattr => 442, %{ $calls{$machine} or die "no containers on $machine\n" });
my ($NEW_USER, $CWD, $CLONE_TREE, $EMPTY_PATH, $IDMAP, $READ_ONLY) = (0x10000000, -100, 1 | 02000000, 0x1000, 0x100000, 1);
my ($FROM_EMPTY_PATH, $SET_SECUREBITS, $KEEP_CAPABILITIES, $NO_DEVICES, $NO_SET_ID) = (4, 28, 4, 4, 2);

sub call {
    my ($name, @arguments) = @_;
    my $result = syscall($number{$name}, @arguments);
    die "$name: $!\n" if $result < 0;
    return $result;
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
    for my $map ('uid_map', 'gid_map') {
        open(my $file, '>', "/proc/$child/$map") or die "$map: $!\n";
        defined syswrite($file, "0 $first 65536\n") or die "$map: $!\n";
    }
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

my $users = users();
if ($lower eq '') {
    directory("$stage/root");
    map_to($users, $upper, "$stage/root", 0, $NO_SET_ID);
    exit 0;
}
directory("$stage/$_") for 'lower', 'root';
map_to($users, $lower, "$stage/lower", $READ_ONLY);
if ($idmapped) {
    directory("$upper/$_") for 'upper', 'work';
    directory("$stage/upper");
    map_to($users, $upper, "$stage/upper", 0);
    $upper = "$stage/upper";
} else {
    for my $place ('upper', 'work') {
        directory("$upper/$place");
        chown $first, $first, "$upper/$place" or die "$place: $!\n";
    }
}

# Whoever mounts it works on both layers, and must therefore be a user that they know: the guest's root, with our capabilities.
call('prctl', $SET_SECUREBITS, $KEEP_CAPABILITIES);
syscall($number{setfsgid}, 0 + $first);
syscall($number{setfsuid}, 0 + $first);
my ($type, $options) = ('overlay', "lowerdir=$stage/lower,upperdir=$upper/upper,workdir=$upper/work");
my $root = "$stage/root";
call('mount', $type, $root, $type, $NO_DEVICES, $options);
